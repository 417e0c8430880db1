"""The worker under way: clicks, stops, lost connections, and mistakes of our own."""

import signal
import time
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, connections

from profiles.claims import selectors
from profiles.claims.models import Attempt, Claim, Lane
from profiles.domain.claim import ClaimAction
from profiles.infra import clock
from profiles.infra.models import Bucket
from profiles.intake.models import DoiSnapshot
from tests.support.claims import waiting_claim
from tests.support.intake import enrol, take_in
from tests.support.pushing import ALICE, BOB, bulk, permitted, registered, run_lanes, settle
from tests.support.records import creator, record
from tests.support.shared import ROOT
from tests.support.workers import start_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/worker"


@contextmanager
def a_worker(*words):
    # Without jobs: one that is under way may keep a worker as long as PROFILES_STOP_SECONDS.
    # A call that is held may take longer than the usual limit of tests.
    worker = start_worker(*words, jobs=False, PROFILES_CALL_SECONDS="30")
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait(15)
        connections.close_all()


def application_names() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT application_name FROM pg_stat_activity WHERE datname = current_database()")
        return [name for (name,) in cursor.fetchall()]


def done(claim) -> bool:
    return settle(claim).state == "done"


def a_long_lane(orcid, datacite, orcid_id=ALICE, *, length=8, holds_first=True):
    """Let so many removals of one record be due, each slow at ORCID; the first waits for its release."""
    permitted(orcid, orcid_id)
    claims = []
    for number in range(length):
        registered(datacite, f"10.5072/long-{number}")
        claims.append(waiting_claim(orcid_id, f"10.5072/long-{number}"))
    run_lanes()
    for claim in claims:
        waiting_claim(orcid_id, claim.doi, action=ClaimAction.DELETE)
    if holds_first:
        orcid.fail_next(1, path=f"/{orcid_id}/work", method="DELETE", hold=True)
    orcid.fail_next(None, path=f"/{orcid_id}/work", method="DELETE", delay_ms=400)
    return claims


def removals_after_the_click(orcid) -> int:
    click = orcid.log(method="POST", path="/work")[-1]
    return len(orcid.log(method="DELETE", path="/work", after=click["number"]))


def nobody_may_call(*, failures: int = 0) -> None:
    """Close ORCID's door for an hour: with failures it is an outage."""
    now = clock.now()
    for client in ("APP-PROFILESDEMO0002", "APP-PROFILESDEMO0003"):
        closed = {
            "tokens": 0,
            "filled_at": now,
            "failures": failures,
            "blocked_until": now + timedelta(hours=1),
        }
        Bucket.objects.update_or_create(name=client, defaults=closed)


def test_a_click_goes_before_the_rest_of_a_long_lane_of_the_same_person(orcid, datacite):
    removals = a_long_lane(orcid, datacite)
    registered(datacite, DOI)

    with a_worker():
        wait_until(lambda: orcid.held() == 1, seconds=20)
        click = waiting_claim(ALICE, DOI, urgent=True, by_owner=True)
        orcid.release()
        wait_until(lambda: done(click), seconds=20)
        wait_until(lambda: all(settle(c).state == "deleted" for c in removals), seconds=20)

    assert removals_after_the_click(orcid) >= 3
    assert {claim.tries for claim in removals} == {1}


def test_a_click_is_not_kept_waiting_by_the_lanes_of_others(orcid, datacite):
    a_long_lane(orcid, datacite)
    permitted(orcid, BOB)
    registered(datacite, DOI)

    with a_worker("--lanes", "1"):
        wait_until(lambda: orcid.held() == 1, seconds=20)
        click = waiting_claim(BOB, DOI, urgent=True, by_owner=True)
        orcid.release()
        wait_until(lambda: done(click), seconds=20)
        wait_until(lambda: removals_after_the_click(orcid) >= 3, seconds=20)


def test_the_first_work_of_a_newcomer_goes_as_soon_as_a_click(orcid, datacite):
    a_long_lane(orcid, datacite)
    permitted(orcid, BOB)
    enrol(BOB, permission=False)
    newest = record(DOI, creators=[creator(BOB)])
    datacite.order("dois", [newest])

    with a_worker("--lanes", "1"):
        wait_until(lambda: orcid.held() == 1, seconds=20)
        take_in(newest)
        orcid.release()
        first = Claim.objects.get(orcid_id=BOB)
        wait_until(lambda: done(first), seconds=20)
        wait_until(lambda: removals_after_the_click(orcid) >= 3, seconds=20)


def test_a_bulk_that_waits_for_its_turn_lets_a_click_on_the_same_record_go_first(orcid, datacite):
    permitted(orcid)
    works = bulk(datacite, 3)
    registered(datacite, DOI)
    nobody_may_call()

    with a_worker():
        wait_until(lambda: Claim.objects.filter(state="working").count() == 3, seconds=20)
        time.sleep(0.5)
        click = waiting_claim(ALICE, DOI, urgent=True, by_owner=True)
        wait_until(lambda: settle(click).state == "working", seconds=20)
        Bucket.objects.update(blocked_until=None)
        wait_until(lambda: all(done(claim) for claim in [click, *works]), seconds=20)

    calls = [call["path"].rpartition("/")[2] for call in orcid.log(method="POST", path="/work")]
    assert calls == ["work", "works"]
    Bucket.objects.all().delete()


def test_a_worker_stops_at_once_though_orcid_is_out_of_order_and_gives_back_what_it_held(orcid, datacite):
    tokens = permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    nobody_may_call(failures=4)
    assert tokens

    with a_worker() as worker:
        wait_until(lambda: settle(claim).state == "working", seconds=20)
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        worker.wait(15)

    assert time.monotonic() - began < 10
    settle(claim)
    assert (claim.state, claim.tries, claim.problem) == ("waiting", 0, "")
    assert Lane.objects.get().leased_until is None
    Bucket.objects.all().delete()


def test_a_worker_that_has_stopped_ends_whatever_python_still_has_to_clean_up(db):
    path = f"{ROOT / 'src'}:{ROOT / 'tests' / 'support' / 'slow_ending'}"
    worker = start_worker(jobs=False, PYTHONPATH=path)
    wait_until(lambda: any("profiles lanes" in name for name in application_names()), seconds=20)

    worker.terminate()

    try:
        assert worker.wait(20) == 0
    finally:
        worker.kill()
        connections.close_all()


def test_a_worker_that_lost_its_connections_goes_on(orcid, datacite):
    permitted(orcid)
    for name in ("a", "b"):
        registered(datacite, f"{DOI}-{name}")

    with a_worker():
        first = waiting_claim(ALICE, f"{DOI}-a")
        wait_until(lambda: done(first), seconds=20)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name LIKE 'profiles %'"
            )
        second = waiting_claim(ALICE, f"{DOI}-b")
        wait_until(lambda: done(second), seconds=20)


def test_a_mistake_of_ours_befalls_one_claim_and_not_its_neighbours(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    now = clock.now()
    DoiSnapshot.objects.create(
        doi="10.5072/broken", trigger_digest=b"0", content_digest=b"0", payload=b"not packed", fetched_at=now
    )
    broken, sound = waiting_claim(ALICE, "10.5072/broken"), waiting_claim(ALICE, DOI)

    run_lanes()

    assert (settle(broken).state, broken.problem) == ("waiting", "our-mistake")
    assert broken.due_at > now
    assert done(sound)


def test_a_result_that_cannot_be_stored_does_not_keep_others_from_being_stored(orcid, datacite):
    permitted(orcid)
    permitted(orcid, BOB)
    registered(datacite, DOI)
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE claims_claim ADD CONSTRAINT a_mistake"
            f" CHECK (orcid_id <> '{ALICE}' OR state <> 'done')"
        )
    try:
        waiting_claim(ALICE, DOI)
        other = waiting_claim(BOB, DOI)
        run_lanes(seconds=2)
        assert done(other)
    finally:
        connections.close_all()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE claims_claim DROP CONSTRAINT a_mistake")


def test_each_claim_of_a_bulk_has_its_own_account_with_orcids_answer(orcid, datacite):
    permitted(orcid)
    claims = bulk(datacite, 3)

    run_lanes()

    for claim in claims:
        (attempt,) = selectors.attempts_of(settle(claim))
        assert (attempt.verb, attempt.status, attempt.put_code) == ("add-many", 200, claim.put_code)


def test_the_account_of_a_call_says_when_it_was_made_and_not_when_it_was_written_down(orcid, datacite):
    removals = a_long_lane(orcid, datacite, length=3, holds_first=False)

    run_lanes()

    assert {settle(claim).state for claim in removals} == {"deleted"}
    moments = sorted(Attempt.objects.filter(verb="remove").values_list("at", flat=True))
    assert len(moments) == 3
    assert min(later - sooner for sooner, later in pairwise(moments)) > timedelta(seconds=0.3)


def test_the_account_of_a_call_names_the_answer_and_not_the_time_it_waited_for_its_turn(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    now = clock.now()
    Bucket.objects.update_or_create(
        name="APP-PROFILESDEMO0002",
        defaults={
            "tokens": 5,
            "filled_at": now,
            "failures": 0,
            "blocked_until": now + timedelta(seconds=1.5),
        },
    )

    run_lanes()

    (attempt,) = Attempt.objects.all()
    assert (attempt.verb, attempt.status, attempt.put_code) == ("add", 201, settle(claim).put_code)
    assert attempt.seconds < 1
