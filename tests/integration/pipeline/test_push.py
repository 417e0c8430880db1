from datetime import timedelta

import pytest

from profiles.claims import selectors, services
from profiles.claims.models import Attempt, Claim, Lane
from profiles.claims.outcomes import STOPPED_LANE_DELAY
from profiles.consents.models import Consent
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.consent import Purpose
from profiles.infra import clock
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, bulk, permitted, registered, run_lanes, settle, works_of

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/push-1"


@pytest.fixture
def claim(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    return waiting_claim(ALICE, DOI)


def make_due(claim):
    """Let the time come at which the claim goes on."""
    past = clock.now() - timedelta(seconds=1)
    Claim.objects.filter(pk=claim.pk).update(due_at=past)
    Lane.objects.filter(orcid_id=claim.orcid_id).update(due_at=past)


def test_a_new_work_arrives_on_the_record(orcid, claim):
    run_lanes()

    (work,) = works_of(orcid)
    settle(claim)
    assert (claim.state, claim.problem, claim.put_code) == ("done", "", work["put-code"])
    assert work["title"]["title"]["value"] == "Ice cores"
    assert work["source"]["source-client-id"]["path"] == claim.owner_client == "APP-PROFILESDEMO0002"


def test_every_call_is_on_record_without_a_token(orcid, claim):
    run_lanes()

    (attempt,) = selectors.attempts_of(claim)
    assert (attempt.verb, attempt.problem) == ("add", "")
    assert attempt.seconds > 0


def test_a_changed_record_is_updated_in_place(orcid, datacite, claim):
    run_lanes()
    put_code = settle(claim).put_code
    registered(datacite, DOI, title="Ice cores, corrected")

    waiting_claim(ALICE, DOI)
    run_lanes()

    (work,) = works_of(orcid)
    assert (work["put-code"], work["title"]["title"]["value"]) == (put_code, "Ice cores, corrected")
    assert settle(claim).state == "done"


def test_what_has_not_changed_is_not_sent_again(orcid, claim):
    run_lanes()
    before = len(selectors.attempts_of(claim))

    waiting_claim(ALICE, DOI)
    run_lanes()

    assert settle(claim).state == "done"
    assert len(selectors.attempts_of(claim)) == before


def test_a_push_waits_when_orcid_is_down(orcid, claim):
    orcid.fail_next(path="/work", method="POST", status=500)

    run_lanes(seconds=3)

    settle(claim)
    assert (claim.state, claim.tries, claim.problem) == ("waiting", 1, "orcid-unavailable")
    assert claim.due_at > clock.now()


def test_a_work_whose_answer_was_lost_is_not_added_twice(orcid, claim):
    orcid.fail_next(path="/work", method="POST", drop_after=True)
    run_lanes(seconds=3)
    make_due(claim)

    run_lanes()

    (work,) = works_of(orcid)
    settle(claim)
    assert (claim.state, claim.put_code) == ("done", work["put-code"])
    assert [call.verb for call in selectors.attempts_of(claim)] == ["add", "find"]


def test_a_work_that_its_owner_removed_in_orcid_is_added_again_only_by_their_own_click(
    orcid, datacite, claim
):
    run_lanes()
    orcid.order("remove-work", {"orcid": ALICE, "put_code": settle(claim).put_code})
    registered(datacite, DOI, title="Changed")

    waiting_claim(ALICE, DOI, origin=Origin.SEARCH_AND_LINK)
    run_lanes()
    assert works_of(orcid) == []

    waiting_claim(ALICE, DOI, origin=Origin.SEARCH_AND_LINK, by_owner=True)
    run_lanes()

    assert len(works_of(orcid)) == 1
    assert settle(claim).state == "done"


def test_auto_update_respects_a_removal_and_remembers_it(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()
    orcid.order("remove-work", {"orcid": ALICE, "put_code": settle(claim).put_code})
    registered(datacite, DOI, title="Changed")

    waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()
    waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()

    settle(claim)
    assert works_of(orcid) == []
    assert (claim.problem, claim.put_code) == ("removed-by-owner", None)
    assert claim.removed_by_owner_at is not None


def test_a_restored_work_arrives_again(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()
    orcid.order("remove-work", {"orcid": ALICE, "put_code": settle(claim).put_code})
    registered(datacite, DOI, title="Changed")
    waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()

    waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE, by_owner=True, urgent=True)
    run_lanes()

    assert len(works_of(orcid)) == 1
    assert settle(claim).state == "done"


def test_a_claim_for_removal_removes_the_work(orcid, claim):
    run_lanes()

    waiting_claim(ALICE, DOI, action=ClaimAction.DELETE)
    run_lanes()

    settle(claim)
    assert works_of(orcid) == []
    assert (claim.state, claim.put_code) == ("deleted", None)


def test_removing_what_was_never_sent_needs_no_permission_and_no_call(datacite):
    claim = waiting_claim(ALICE, DOI, action=ClaimAction.DELETE)

    run_lanes()

    assert settle(claim).state == "deleted"
    assert not Attempt.objects.exists()


def test_without_permission_a_claim_waits_under_its_known_title(datacite):
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)

    run_lanes()

    assert (settle(claim).state, claim.problem) == ("failed", "consent-missing")


def test_a_claim_that_waited_for_permission_starts_when_it_comes(orcid, datacite):
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    run_lanes()

    permitted(orcid)
    services.resume_parked(orcid_id=ALICE, problems=["consent-missing"])
    run_lanes()

    assert settle(claim).state == "done"


def test_one_refusal_of_a_token_proves_nothing(orcid, claim):
    orcid.fail_next(path="/work", method="POST", status=401, body='{"error":"invalid_token"}')

    run_lanes(seconds=2)

    consent = Consent.objects.get(purpose=Purpose.SEARCH_AND_LINK.value)
    assert (settle(claim).state, claim.problem, consent.health) == ("waiting", "token-refused", "doubted")


def test_a_refused_token_is_not_tried_again_in_the_same_turn(orcid, datacite):
    permitted(orcid)
    for number in range(3):
        registered(datacite, f"10.5072/{number}")
        waiting_claim(ALICE, f"10.5072/{number}")
    run_lanes()
    Attempt.objects.all().delete()
    orcid.fail_next(method="DELETE", status=401, body='{"error":"invalid_token"}')
    for number in range(3):
        waiting_claim(ALICE, f"10.5072/{number}", action=ClaimAction.DELETE)

    run_lanes(seconds=2)

    refused, second, *_ = Attempt.objects.order_by("at")
    assert refused.problem == "token-refused"
    # The next turn begins after this delay at the earliest.
    assert second.at - refused.at >= STOPPED_LANE_DELAY


def test_two_refusals_minutes_apart_mean_that_permission_is_lost(orcid, claim):
    orcid.order("revoke-trust", {"orcid": ALICE, "client_id": "APP-PROFILESDEMO0002"})
    run_lanes(seconds=2)
    Consent.objects.update(first_refused_at=clock.now() - timedelta(minutes=3))
    make_due(claim)

    run_lanes(seconds=2)
    make_due(claim)
    run_lanes(seconds=2)

    consent = Consent.objects.get(purpose=Purpose.SEARCH_AND_LINK.value)
    assert consent.health == "lost"
    assert (settle(claim).state, claim.problem) == ("failed", "consent-missing")


def test_many_additions_to_one_record_go_in_one_call_each_with_its_own_outcome(orcid, datacite):
    permitted(orcid)
    claims = bulk(datacite, 5, origin=Origin.AUTO_UPDATE)

    run_lanes()

    assert {settle(claim).state for claim in claims} == {"done"}
    assert len({claim.put_code for claim in claims}) == 5
    assert len(orcid.log(method="POST", path="/works")) == 1


def test_an_unknown_doi_fails_with_what_to_do(orcid, datacite):
    permitted(orcid)
    registered(datacite, "10.5072/another")
    claim = waiting_claim(ALICE, "10.5072/nowhere")

    run_lanes()

    assert (settle(claim).state, claim.problem) == ("failed", "doi-unknown")


def test_a_question_that_datacite_refuses_says_nothing_about_the_doi(orcid, datacite, claim):
    datacite.fail_next(path="/dois", status=400)

    run_lanes(seconds=1)

    assert (settle(claim).state, claim.problem) == ("waiting", "datacite-refused")


def test_a_blocked_work_is_removed_and_never_sent_again(orcid, claim):
    run_lanes()
    services.block(orcid_id=ALICE, doi=DOI)
    run_lanes()

    waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()

    assert works_of(orcid) == []
    assert (settle(claim).state, claim.problem) == ("deleted", "not-mine")


def test_auto_update_that_was_switched_off_sends_nothing(orcid, datacite):
    from profiles.accounts.models import Account

    permitted(orcid)
    registered(datacite, DOI)
    Account.objects.update(auto_update_since=None)
    claim = waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)

    run_lanes()

    assert works_of(orcid) == []
    assert (settle(claim).state, claim.problem) == ("ignored", "auto-update-off")


def forgotten(claim) -> None:
    """Let the work be on the record without our knowing."""
    run_lanes()
    Claim.objects.update(put_code=None, owner_client="")


def test_a_work_that_its_owner_removes_while_it_is_being_adopted_stays_away(orcid, claim):
    forgotten(claim)
    waiting_claim(ALICE, DOI)
    gone = {"response-code": 404, "developer-message": "No entity found for query", "error-code": 9016}
    orcid.fail_next(path="/work", method="PUT", status=404, body=gone)

    run_lanes()

    assert (settle(claim).state, claim.problem) == ("deleted", "removed-by-owner")


def test_a_work_that_its_owner_asks_for_is_added_again_when_it_is_removed_while_being_adopted(orcid, claim):
    forgotten(claim)
    waiting_claim(ALICE, DOI, by_owner=True)
    gone = {"response-code": 404, "developer-message": "No entity found for query", "error-code": 9016}
    orcid.fail_next(path="/work", method="PUT", status=404, body=gone)

    run_lanes(seconds=1)
    assert (settle(claim).state, claim.problem) == ("waiting", "work-exists")
    make_due(claim)
    run_lanes(seconds=5)

    assert (settle(claim).state, claim.problem) == ("done", "")
    assert len(works_of(orcid)) == 1
