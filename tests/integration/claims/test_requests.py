import threading

import pytest
from django.db import IntegrityError, connection, transaction

from profiles.claims import selectors, services
from profiles.claims.models import Claim, Lane
from profiles.claims.services import ClaimRequest, request_claims
from profiles.domain.claim import ClaimAction, ClaimEvent, ForbiddenTransitionError, Origin
from tests.support.claims import ALICE, DOI, waiting_claim

pytestmark = pytest.mark.django_db


def test_a_request_opens_a_claim_with_its_history_and_its_lane():
    claim = waiting_claim(actor="a button")

    (line,) = selectors.history_of(claim)
    assert (claim.state, claim.request_version, claim.tries) == ("waiting", 1, 0)
    assert (line.event, line.from_state, line.to_state, line.actor) == ("request", "", "waiting", "a button")
    assert Lane.objects.get(orcid_id=ALICE).due_at == claim.due_at


def test_asking_again_reopens_the_same_claim_and_forgets_the_old_problem():
    claim = waiting_claim()
    services.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="orcid-unavailable", detail="503")

    again = waiting_claim(action=ClaimAction.DELETE)

    assert (again.id, again.uuid) == (claim.id, claim.uuid)
    assert (again.state, again.problem, again.detail, again.action) == ("waiting", "", "", "delete")
    assert again.request_version > claim.request_version


def test_who_waits_at_a_screen_is_not_put_back_by_what_asks_later():
    waiting_claim(urgent=True)

    still = waiting_claim(origin=Origin.AUTO_UPDATE)
    services.move(claim_id=still.id, event=ClaimEvent.FAIL, problem="orcid-unavailable")
    later = waiting_claim(origin=Origin.AUTO_UPDATE)

    assert (still.urgent, later.urgent) == (True, False)


def test_asking_twice_in_one_call_counts_once_and_the_later_request_wins():
    claim_requests = [
        ClaimRequest(orcid_id=ALICE, doi=DOI, origin=Origin.SEARCH_AND_LINK, action=action)
        for action in (ClaimAction.CREATE, ClaimAction.DELETE)
    ]

    (claim_id,) = request_claims(claim_requests)

    claim = Claim.objects.get(pk=claim_id)

    assert claim.action == "delete"


def test_only_the_person_lifts_their_own_removal():
    claim = waiting_claim()
    services.move(claim_id=claim.id, event=ClaimEvent.VANISH)

    by_rule = waiting_claim(origin=Origin.AUTO_UPDATE)
    by_owner = waiting_claim(by_owner=True)

    assert by_rule.removed_by_owner_at is not None
    assert by_owner.removed_by_owner_at is None


def test_parked_claims_start_when_what_they_waited_for_has_come():
    parked, other = waiting_claim(), waiting_claim(doi="10.5072/alice-2")
    services.move(claim_id=parked.id, event=ClaimEvent.FAIL, problem="consent-missing")
    services.move(claim_id=other.id, event=ClaimEvent.FAIL, problem="content-refused")

    started = services.resume_parked(orcid_id=ALICE, problems=["consent-missing"])

    parked.refresh_from_db()
    other.refresh_from_db()
    assert (started, parked.state, other.state) == (1, "waiting", "failed")


def test_not_mine_removes_the_work_and_blocks_the_pair():
    claim = waiting_claim()

    services.block(orcid_id=ALICE, doi=DOI)

    claim.refresh_from_db()
    assert (claim.action, claim.state) == ("delete", "waiting")
    assert selectors.is_blocked(ALICE, DOI)
    assert selectors.blocked_among([(ALICE, DOI), (ALICE, "10.5072/else")]) == {(ALICE, DOI)}


def test_an_event_that_does_not_fit_the_state_is_an_error_and_changes_nothing():
    claim = waiting_claim()

    with pytest.raises(ForbiddenTransitionError):
        services.move(claim_id=claim.id, event=ClaimEvent.SUCCEED)

    claim.refresh_from_db()
    assert claim.state == "waiting"


@pytest.mark.parametrize(
    "change",
    [
        {"put_code": 0, "owner_client": "APP-1"},
        {"put_code": 5, "owner_client": ""},
        {"state": "lost"},
        {"doi": "10.5072/ABC"},
    ],
    ids=["put-code 0", "put-code without owner", "unknown state", "DOI in capitals"],
)
def test_the_database_refuses_what_cannot_be(change):
    claim = waiting_claim()

    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_callers_at_once_get_one_claim():
    found = []

    def ask():
        try:
            found.append(waiting_claim().uuid)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 6
    assert len(set(found)) == 1
    assert Claim.objects.count() == 1
