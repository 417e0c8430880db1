"""A change took effect at ORCID and its answer was lost: what is known of the record is in doubt."""

import os
import signal

import pytest
from django.db import connections

from profiles.claims.models import Claim, Lane
from profiles.domain.claim import ClaimAction, Origin
from profiles.infra import clock
from tests.support.claims import waiting_claim
from tests.support.pushing import (
    ALICE,
    let_the_longest_call_pass,
    make_due,
    permitted,
    registered,
    run_lanes,
    settle,
    works_of,
)
from tests.support.workers import start_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/in-doubt"


@pytest.fixture(params=list(Origin))
def claim(orcid, datacite, request):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI, origin=request.param)
    run_lanes()
    assert settle(claim).state == "done"
    return claim


def ask(claim: Claim, action: ClaimAction = ClaimAction.CREATE) -> None:
    waiting_claim(ALICE, DOI, origin=Origin(claim.origin), action=action)


def lose_answers(orcid, method: str) -> None:
    """Cut the connection after the change was made; twice, for an HTTP library may ask again by itself."""
    orcid.fail_next(2, path="/work", method=method, drop_after=True)


def titles(orcid) -> list[str]:
    return [work["title"]["title"]["value"] for work in works_of(orcid)]


def test_a_work_asked_for_again_after_a_removal_whose_answer_was_lost_is_there(orcid, claim):
    ask(claim, ClaimAction.DELETE)
    # The second call would tell that it is gone: nothing is answered at all.
    orcid.fail_next(2, path="/work", method="DELETE", drop_after=True)
    run_lanes(seconds=2)
    assert works_of(orcid) == []
    assert settle(claim).state == "waiting"

    ask(claim)
    let_the_longest_call_pass(claim)
    run_lanes()

    (work,) = works_of(orcid)
    settle(claim)
    assert (claim.state, claim.problem, claim.put_code) == ("done", "", work["put-code"])


def test_a_work_asked_for_again_waits_for_a_removal_that_may_still_take_effect(orcid, claim):
    ask(claim, ClaimAction.DELETE)
    orcid.fail_next(path="/work", method="DELETE", hold=True)
    run_lanes(seconds=5)
    assert len(works_of(orcid)) == 1

    ask(claim)
    run_lanes(seconds=5)
    assert settle(claim).state == "waiting"
    orcid.release()
    wait_until(lambda: not works_of(orcid), seconds=20)
    let_the_longest_call_pass(claim)
    run_lanes()

    (work,) = works_of(orcid)
    assert (settle(claim).state, claim.problem, claim.put_code) == ("done", "", work["put-code"])


def test_a_work_asked_for_again_after_its_remover_was_killed_is_there(orcid, claim):
    ask(claim, ClaimAction.DELETE)
    orcid.fail_next(path="/work", method="DELETE", delay_after_ms=2000)
    worker = start_worker()
    wait_until(lambda: not works_of(orcid), seconds=20)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert settle(claim).state == "working"

    ask(claim)
    let_the_longest_call_pass(claim)
    end_leases()
    run_lanes()
    connections.close_all()

    (work,) = works_of(orcid)
    settle(claim)
    assert (claim.state, claim.problem, claim.put_code) == ("done", "", work["put-code"])


def test_a_removal_whose_answer_was_lost_ends_as_removed(orcid, claim):
    ask(claim, ClaimAction.DELETE)
    lose_answers(orcid, "DELETE")
    run_lanes(seconds=2)

    make_due(claim)
    run_lanes()

    assert works_of(orcid) == []
    settle(claim)
    assert (claim.state, claim.put_code, claim.removed_by_owner_at) == ("deleted", None, None)


def test_a_title_that_went_back_while_its_correction_was_in_doubt_is_sent(orcid, datacite, claim):
    registered(datacite, DOI, title="Ice cores, corrected")
    ask(claim)
    lose_answers(orcid, "PUT")
    run_lanes(seconds=2)
    assert titles(orcid) == ["Ice cores, corrected"]

    registered(datacite, DOI, title="Ice cores")
    ask(claim)
    run_lanes()

    assert titles(orcid) == ["Ice cores"]
    assert settle(claim).state == "done"


def test_a_work_its_owner_removed_while_a_correction_was_in_doubt_is_not_forced_on_them(
    orcid, datacite, claim
):
    registered(datacite, DOI, title="Ice cores, corrected")
    ask(claim)
    lose_answers(orcid, "PUT")
    run_lanes(seconds=2)
    orcid.order("remove-work", {"orcid": ALICE, "put_code": settle(claim).put_code})

    make_due(claim)
    run_lanes()

    assert works_of(orcid) == []
    assert settle(claim).problem == "removed-by-owner"


def test_a_work_that_came_back_under_a_number_we_never_learned_is_removed_too(orcid, claim):
    ask(claim, ClaimAction.DELETE)
    lose_answers(orcid, "DELETE")
    run_lanes(seconds=2)
    orcid.fail_next(path="/work", method="POST", drop_after=True)
    ask(claim)
    let_the_longest_call_pass(claim)
    run_lanes(seconds=2)
    (work,) = works_of(orcid)
    assert settle(claim).put_code != work["put-code"]

    ask(claim, ClaimAction.DELETE)
    run_lanes()

    assert works_of(orcid) == []
    assert (settle(claim).state, claim.put_code) == ("deleted", None)


@pytest.mark.parametrize("origin", list(Origin))
def test_a_work_in_doubt_that_its_owner_removed_goes_though_a_service_asks_for_it_meanwhile(
    orcid, datacite, origin
):
    permitted(orcid)
    registered(datacite, DOI)
    orcid.fail_next(path="/work", method="POST", drop_after=True)
    claim = waiting_claim(ALICE, DOI, origin=origin)
    run_lanes(seconds=1)
    assert (len(works_of(orcid)), settle(claim).put_code) == (1, None)

    waiting_claim(ALICE, DOI, origin=origin, action=ClaimAction.DELETE, by_owner=True)
    waiting_claim(ALICE, DOI, origin=origin)
    run_lanes()

    assert works_of(orcid) == []
    assert settle(claim).state == "deleted"


def end_leases() -> None:
    """Let the time pass after which a dead worker's records are free again."""
    Lane.objects.update(leased_until=clock.now())
