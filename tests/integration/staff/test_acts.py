"""What staff do for a person: a count first, a reason, a row in the log, and nothing behind their back."""

import pytest
from allauth.mfa.models import Authenticator

from profiles.accounts.models import Account, StaffAudit
from profiles.claims import services
from profiles.claims.models import Block, Claim
from profiles.consents.models import Consent
from profiles.domain.claim import ClaimEvent
from profiles.infra import clock
from profiles.infra.models import OutgoingMail
from profiles.staff.acts import ACTS
from tests.support.claims import permitted_claim, waiting_claim
from tests.support.jobs import run_jobs
from tests.support.staff import dana

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache", "no_jobs")]
ALICE, DOI, ERIC = "0000-0002-1825-0097", "10.5072/lemurs", "0009-0001-0000-0057"
REASON = "ticket 48113"


@pytest.fixture
def alice() -> Account:
    return Account.objects.create(
        orcid_id=ALICE, name="Alice Alvarado", email="alice@univ.example", email_verified_at=clock.now()
    )


def address(act: str, doi: str = "") -> str:
    return f"/staff/acts/{act}?person={ALICE}" + (f"&doi={doi}" if doi else "")


def done(staff, act: str, doi: str = "", reason: str = REASON):
    answer = staff.post(address(act, doi), {"reason": reason})
    assert answer.status_code == 302, answer.content.decode()
    return staff.get(answer["Location"]).content.decode()


def failed(doi: str = DOI) -> Claim:
    claim = waiting_claim(ALICE, doi)
    return services.move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="content-refused")


def last_row() -> tuple[str, int | None, str]:
    row = StaffAudit.objects.exclude(act="looked").latest("id")
    return row.act, row.count, row.reason


def test_what_failed_is_counted_first_and_sent_again_with_a_reason(alice):
    failed()
    failed("10.5072/other")
    staff = dana()

    preview = staff.get(address("try-again", DOI)).content.decode()
    without = staff.post(address("try-again", DOI), {"reason": "  "})
    assert "It would change 1." in preview
    assert without.status_code == 422
    assert set(Claim.objects.values_list("state", flat=True)) == {"failed"}

    page = done(staff, "try-again", DOI)

    assert "Done: 1 changed." in page
    assert dict(Claim.objects.values_list("doi", "state")) == {DOI: "waiting", "10.5072/other": "failed"}
    assert last_row() == ("tried again", 1, REASON)


def test_what_is_not_sent_yet_is_cancelled_and_its_owner_reads_why(alice, client):
    claim = waiting_claim(ALICE, DOI)

    page = done(dana(), "cancel", DOI)

    claim.refresh_from_db()
    assert (claim.state, claim.removed_by_owner_at) == ("ignored", None)
    assert "Not on the ORCID record of Alice Alvarado: DataCite&#x27;s support cancelled it" in page
    client.force_login(alice)
    assert "support cancelled it before it was sent" in client.get(f"/works/{claim.uuid}").content.decode()


def test_a_work_is_blocked_and_the_block_is_lifted(alice):
    waiting_claim(ALICE, DOI)
    staff = dana()

    done(staff, "block", DOI)
    assert Block.objects.get().reason == REASON
    assert Claim.objects.get().action == "delete"
    assert "There is nothing to change." in staff.get(address("block", DOI)).content.decode()

    done(staff, "unblock", DOI)
    assert not Block.objects.exists()
    assert last_row() == ("unblocked", 1, REASON)


def test_a_message_about_a_lost_permission_is_sent_again(alice, mailbox):
    permitted_claim(ALICE, DOI, "a-token")
    Consent.objects.update(health="lost", lost_at=clock.now(), notified_at=clock.now())

    page = done(dana(), "send-notice")
    run_jobs()

    assert OutgoingMail.objects.get().account_id == alice.pk
    assert "Done: 1 changed." in page
    assert (
        "An e-mail was sent: “DataCite needs your permission again”."
        in dana().get(f"/staff/people/{ALICE}", {"kind": "messages"}).content.decode()
    )


def test_all_sessions_of_a_person_end(alice, client):
    client.force_login(alice)
    assert client.get("/settings/me").status_code == 200

    done(dana(), "end-sessions")

    assert client.get("/settings/me").status_code == 302
    assert last_row() == ("ended sessions", 1, REASON)


def test_a_lost_second_step_takes_two_members_of_staff(alice):
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    first, second = dana(), dana(orcid_id=ERIC, name="Eric")

    page = done(first, "reset-second-step")
    again = first.post(address("reset-second-step"), {"reason": REASON})
    assert "Another member of staff has to confirm it within a day." in page
    assert again.status_code == 422
    assert "another member of staff has to confirm it" in again.content.decode()
    assert Authenticator.objects.filter(user=alice).exists()

    shown = second.get(address("reset-second-step")).content.decode()
    done(second, "reset-second-step", reason="I know her voice")

    assert REASON in shown
    assert not Authenticator.objects.filter(user=alice).exists()
    assert last_row() == ("reset the second step", 1, "I know her voice")


def test_no_one_resets_their_own_second_step():
    staff = dana()
    me = Account.objects.get()
    Authenticator.objects.create(user=me, type="totp", data={"secret": "x"})

    answer = staff.post(f"/staff/acts/reset-second-step?person={me.orcid_id}", {"reason": REASON})

    assert answer.status_code == 422
    assert Authenticator.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_staff_who_only_read_do_nothing_and_see_no_acts(alice, act):
    staff = dana("staff_user")
    doi = "" if "person" in ACTS[act].is_about else DOI

    assert staff.post(address(act, doi), {"reason": REASON}).status_code == 403
    assert "/staff/acts/" not in staff.get(f"/staff/people/{ALICE}").content.decode()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_without_anything_to_change_says_so(alice, act):
    doi = "" if "person" in ACTS[act].is_about else "10.5072/nothing"
    page = dana().get(address(act, doi)).content.decode()

    assert "There is nothing to change." in page or act == "block"


def test_the_person_sees_each_act_with_its_reason(alice, client):
    failed()
    done(dana(), "try-again")

    client.force_login(alice)
    page = client.get("/settings/receipts").content.decode()

    assert "staff had works sent again · Reason: ticket 48113" in page
