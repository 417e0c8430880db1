"""After a restore: claims and records differ, because the database does not know what was done since."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from profiles.claims import stopping
from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.infra.postgres import identity
from profiles.ops.restore.after_restore_command import after_restore, refuse_restored_database
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes, settle, works_of

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/restored"
AS_AT_THE_BACKUP = {
    "state": "waiting",
    "put_code": None,
    "owner_client": "",
    "sent_digest": None,
    "sent_inputs": None,
    "started_at": None,
    "in_doubt": False,
}


@pytest.fixture
def claim(orcid, datacite):
    """A claim whose work was sent after the backup, as the backup has it: waiting."""
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI, by_owner=True, actor=ALICE)
    run_lanes()
    waiting_claim(ALICE, DOI, by_owner=True, actor=ALICE)
    Claim.objects.update(**AS_AT_THE_BACKUP)
    return settle(claim)


def removed_in_orcid(orcid) -> None:
    (work,) = works_of(orcid)
    orcid.order("remove-work", {"orcid": ALICE, "put_code": work["put-code"]})


def restored() -> str:
    result = CliRunner().invoke(after_restore, ["--in-place"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def writes(orcid) -> list[str]:
    return [
        call["method"] for call in orcid.log() if call["path"].startswith("/v3.0") and call["method"] != "GET"
    ]


def test_a_work_that_was_sent_since_the_backup_is_found_and_not_sent_again(orcid, claim):
    sent = writes(orcid)

    restored()
    run_lanes()

    assert (settle(claim).state, claim.put_code) == ("done", works_of(orcid)[0]["put-code"])
    assert writes(orcid) == sent


def test_a_work_that_was_sent_and_removed_since_is_added_only_when_its_owner_asks_again(orcid, claim):
    removed_in_orcid(orcid)

    restored()
    run_lanes()
    ended = (settle(claim).state, claim.problem, works_of(orcid))
    waiting_claim(ALICE, DOI, by_owner=True, actor=ALICE)
    run_lanes()

    assert ended == ("deleted", "after-restore", [])
    assert settle(claim).state == "done"
    assert len(works_of(orcid)) == 1


def test_auto_update_does_not_add_it_either_when_the_metadata_change(orcid, datacite, claim):
    from profiles.domain.eligibility.case import ClaimStatus
    from profiles.pipeline.intake.facts import PeopleFacts

    removed_in_orcid(orcid)
    restored()
    run_lanes()

    facts = PeopleFacts(claims={(ALICE, DOI): settle(claim)})

    assert facts.standing((ALICE, DOI)) is ClaimStatus.REMOVED_IN_ORCID


def test_a_correction_that_was_sent_since_the_backup_is_not_sent_again(orcid, claim):
    (work,) = works_of(orcid)
    on_record = {"put_code": work["put-code"], "owner_client": work["source"]["source-client-id"]["path"]}
    Claim.objects.update(**on_record, sent_digest=b"of the old one", sent_inputs=b"older")
    sent = writes(orcid)

    restored()
    run_lanes()

    assert settle(claim).state == "done"
    assert writes(orcid) == sent


def test_a_correction_of_a_work_that_was_removed_since_does_not_bring_it_back(orcid, claim):
    (work,) = works_of(orcid)
    Claim.objects.update(put_code=work["put-code"], owner_client=work["source"]["source-client-id"]["path"])
    removed_in_orcid(orcid)

    restored()
    run_lanes()

    assert (settle(claim).state, claim.problem, works_of(orcid)) == ("deleted", "removed-by-owner", [])


def test_no_worker_starts_before_every_record_was_read(orcid, claim):
    orcid.fail_next(count=None, status=503, path="/works")

    interrupted = CliRunner().invoke(after_restore, ["--in-place"])
    with pytest.raises(Exception, match="Run profiles after-restore"):
        refuse_restored_database()
    orcid.heal()
    continued = CliRunner().invoke(after_restore, [])
    refuse_restored_database()

    assert (interrupted.exit_code, continued.exit_code) == (1, 0)
    assert "1 could not be read. Run this again" in interrupted.output
    assert "not sent unread" not in continued.output


def test_a_database_that_was_moved_without_a_loss_sends_what_waits(orcid, claim):
    removed_in_orcid(orcid)
    identity.record_first_identity()
    identity.DatabaseIdentity.objects.update(identity="another server")

    result = CliRunner().invoke(after_restore, ["--nothing-lost"])
    run_lanes()

    assert result.exit_code == 0
    assert settle(claim).state == "done"
    assert len(works_of(orcid)) == 1


def test_what_is_not_due_yet_is_doubted_too_and_what_is_on_the_record_is_not(orcid, claim):
    claim_on_record = waiting_claim(ALICE, "10.5072/there")
    Claim.objects.filter(pk=claim_on_record.pk).update(
        put_code=5, owner_client="x", state="done", due_at=None
    )
    Claim.objects.filter(pk=claim.pk).update(due_at=clock.now() + timedelta(days=3))

    stopping.doubt_unsent()

    assert (settle(claim).in_doubt, settle(claim_on_record).in_doubt) == (True, False)
