import asyncio
from datetime import timedelta

import pytest

from profiles.claims import lanes, outcomes, selectors, services
from profiles.claims.models import Claim, Lane
from profiles.domain.claim import ClaimAction, ClaimEvent, ClaimState, Origin
from profiles.infra import clock
from profiles.infra.postgres import async_connections
from profiles.pipeline.push.results import LaneResult
from tests.support.claims import ALICE, DOI, waiting_claim
from tests.support.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)

BOB = "0000-0001-5109-3700"
LEASE = timedelta(minutes=3)


@pytest.fixture
async def connection():
    connection = await async_connections.connect("tests")
    yield connection
    await connection.close()


def take(connection, holder=1, lanes_wanted=10, per_lane=100):
    return lanes.take(
        connection, holder=holder, now=clock.now(), lanes=lanes_wanted, claims_per_lane=per_lane, lease=LEASE
    )


def finish(connection, taken, finished, holder=1):
    stopped = any(one.event is None for one in finished)
    reports = [outcomes.LaneReport(lane, stopped=stopped) for lane in taken]
    return outcomes.finish(
        connection, holder=holder, now=clock.now(), lanes=reports, finished=finished, attempts=[]
    )


def succeeded(claim, put_code=77):
    return outcomes.ClaimOutcome(
        claim, ClaimEvent.SUCCEED, ClaimState.DONE, put_code=put_code, owner_client="APP-1", was_sent=True
    )


async def test_a_lane_is_held_by_one_worker_at_a_time(connection):
    await in_thread(waiting_claim)()

    first = await take(connection, holder=1)
    second = await take(connection, holder=2)

    assert [claim.doi for claim in first[0].claims] == [DOI]
    assert second == []


async def test_taking_a_claim_touches_no_index(connection):
    await in_thread(waiting_claim)()

    async with connection.transaction():
        await take(connection)
        found = await connection.execute(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'claims_claim'"
        )
        changed, in_place = await found.fetchone()

    assert (changed, in_place) == (1, 1)


async def test_a_finished_claim_is_done_with_its_put_code_and_its_history(connection):
    await in_thread(waiting_claim)()
    (lane,) = await take(connection)

    await finish(connection, [lane], [succeeded(lane.claims[0])])

    claim = await in_thread(Claim.objects.get)()
    history = await in_thread(selectors.history_of)(claim)
    row = await in_thread(Lane.objects.get)()
    assert (claim.state, claim.put_code, claim.owner_client) == ("done", 77, "APP-1")
    assert [line.event for line in history] == ["request", "succeed"]
    assert (row.due_at, row.leased_until) == (None, None)


async def test_a_claim_asked_for_again_while_it_is_sent_keeps_the_newer_request_and_the_put_code(connection):
    await in_thread(waiting_claim)()
    (lane,) = await take(connection)
    await in_thread(waiting_claim)(action=ClaimAction.DELETE)

    await finish(connection, [lane], [succeeded(lane.claims[0])])

    claim = await in_thread(Claim.objects.get)()
    (again,) = await take(connection)
    assert (claim.state, claim.action, claim.put_code) == ("waiting", "delete", 77)
    assert again.claims[0].action is ClaimAction.DELETE


async def test_a_claim_added_while_its_lane_is_held_is_not_forgotten(connection):
    await in_thread(waiting_claim)()
    (lane,) = await take(connection)
    await in_thread(waiting_claim)(doi="10.5072/alice-2")

    await finish(connection, [lane], [succeeded(lane.claims[0])])

    (again,) = await take(connection)
    assert [claim.doi for claim in again.claims] == ["10.5072/alice-2"]


async def test_a_click_comes_before_what_has_waited_longer_for_the_same_person(connection):
    await in_thread(waiting_claim)(doi="10.5072/old", origin=Origin.AUTO_UPDATE)
    await in_thread(waiting_claim)(doi="10.5072/clicked", urgent=True)

    (lane,) = await take(connection)

    assert [claim.doi for claim in lane.claims] == ["10.5072/clicked", "10.5072/old"]


async def test_a_click_is_among_what_is_taken_of_a_lane_that_is_longer_than_the_limit(connection):
    for number in range(2):
        await in_thread(waiting_claim)(doi=f"10.5072/{number}", origin=Origin.AUTO_UPDATE)
    await in_thread(waiting_claim)(doi="10.5072/clicked", urgent=True)

    (lane,) = await take(connection, per_lane=1)

    assert [claim.doi for claim in lane.claims] == ["10.5072/clicked"]


async def test_the_lane_of_a_click_comes_before_lanes_that_have_waited_longer(connection):
    await in_thread(waiting_claim)(ALICE)
    await in_thread(waiting_claim)(BOB, urgent=True)

    (lane,) = await take(connection, lanes_wanted=1)

    assert lane.orcid_id == BOB


async def test_a_long_lane_goes_behind_the_others_after_its_turn(connection):
    for number in range(3):
        await in_thread(waiting_claim)(ALICE, doi=f"10.5072/{number}")
    await in_thread(waiting_claim)(BOB)
    (long_lane,) = await take(connection, lanes_wanted=1, per_lane=1)

    await finish(connection, [long_lane], [succeeded(long_lane.claims[0])])

    (next_lane,) = await take(connection, lanes_wanted=1)
    assert (long_lane.orcid_id, next_lane.orcid_id) == (ALICE, BOB)


async def test_an_untouched_claim_goes_back_without_history_and_without_a_counted_try(connection):
    await in_thread(waiting_claim)()
    (lane,) = await take(connection)
    (claim,) = lane.claims

    await finish(
        connection, [lane], [outcomes.ClaimOutcome(claim, None, ClaimState.WAITING, due_at=clock.now())]
    )

    stored = await in_thread(Claim.objects.get)()
    history = await in_thread(selectors.history_of)(stored)
    assert (stored.state, stored.tries, len(history)) == ("waiting", 0, 1)


async def test_what_went_back_untouched_keeps_its_place_before_what_was_asked_for_later(connection):
    await in_thread(waiting_claim)(doi="10.5072/first")
    (lane,) = await take(connection)
    result = LaneResult(lane)
    result.put_back(lane.claims[0])
    await finish(connection, [lane], result.finished)
    at_rest = await take(connection)

    await in_thread(waiting_claim)(doi="10.5072/later")

    (again,) = await take(connection)
    assert at_rest == []
    assert [claim.doi for claim in again.claims] == ["10.5072/first", "10.5072/later"]


async def test_a_work_found_missing_that_its_person_asked_for_meanwhile_is_not_taken_for_removed_by_them(
    connection,
):
    await in_thread(waiting_claim)(origin=Origin.AUTO_UPDATE)
    (lane,) = await take(connection)
    await in_thread(waiting_claim)(by_owner=True)

    gone = outcomes.ClaimOutcome(lane.claims[0], ClaimEvent.VANISH, ClaimState.DELETED, removed_by_owner=True)
    await finish(connection, [lane], [gone])

    claim = await in_thread(Claim.objects.get)()
    assert (claim.state, claim.removed_by_owner_at) == ("waiting", None)


async def test_the_lanes_of_a_dead_worker_go_on_and_those_of_a_living_one_do_not(connection):
    alive, dead = await async_connections.connect("alive"), await async_connections.connect("dead")
    await lanes.register_worker(alive, holder=11)
    await lanes.register_worker(dead, holder=12)
    await in_thread(waiting_claim)(ALICE)
    await in_thread(waiting_claim)(BOB)
    (kept,) = await take(connection, holder=11, lanes_wanted=1)
    (lost,) = await take(connection, holder=12, lanes_wanted=1)
    await dead.close()

    for _ in range(100):
        if await lanes.release_orphaned_lanes(connection, grace=timedelta(0)):
            break
        await asyncio.sleep(0.05)

    (again,) = await take(connection, holder=13)
    await alive.close()
    assert again.orcid_id == lost.orcid_id != kept.orcid_id
    assert again.claims[0].started_before


async def test_workers_and_callers_at_once_neither_lose_nor_double_a_claim(connection):
    """Eight workers and twenty requests a person race; each claim must end done, taken by one at a time."""
    busy: set[str] = set()
    people = [ALICE, BOB, "0000-0003-1419-2405", "0000-0001-6528-2027"]

    async def work(holder: int) -> None:
        mine = await async_connections.connect(f"worker {holder}")
        try:
            idle = 0
            while idle < 20:
                taken = await take(mine, holder=holder, lanes_wanted=2, per_lane=3)
                for lane in taken:
                    assert lane.orcid_id not in busy
                    busy.add(lane.orcid_id)
                await asyncio.sleep(0.002)
                for lane in taken:
                    busy.discard(lane.orcid_id)
                finished = [succeeded(claim, claim.id) for lane in taken for claim in lane.claims]
                if taken:
                    await finish(mine, taken, finished, holder=holder)
                idle = 0 if taken else idle + 1
                await asyncio.sleep(0.01)
        finally:
            await mine.close()

    def ask() -> None:
        for number in range(20):
            for person in people:
                waiting_claim(person, doi=f"10.5072/{number % 12}")

    async with asyncio.timeout(15), asyncio.TaskGroup() as group:
        group.create_task(in_thread(ask)())
        for holder in range(1, 9):
            group.create_task(work(holder))

    states = await in_thread(lambda: set(Claim.objects.values_list("state", flat=True)))()
    assert states == {"done"}
    assert await in_thread(Claim.objects.count)() == 12 * len(people)
    assert await in_thread(Lane.objects.filter(due_at__isnull=False).count)() == 0


def test_a_removal_found_on_the_record_is_remembered():
    claim = waiting_claim()

    gone = services.move(claim_id=claim.id, event=ClaimEvent.VANISH)

    assert gone.removed_by_owner_at is not None
    assert (gone.state, gone.put_code) == ("deleted", None)


async def test_a_claim_that_changes_while_it_is_being_taken_is_taken_as_it_is_then(connection):
    claim = await in_thread(waiting_claim)()
    await in_thread(Claim.objects.update)(put_code=7, owner_client="APP-1", sent_digest=b"of work 7")
    other = await async_connections.connect("tests")

    async with other.transaction():
        # As ``adopt_put_code`` does: of what was found on the record nobody knows how it looks.
        await other.execute(
            "UPDATE claims_claim SET put_code = 8, sent_digest = NULL WHERE id = %s", [claim.pk]
        )
        taking = asyncio.create_task(take(connection))
        await waits_for_a_lock(other)
    (lane,) = await taking
    if not lane.claims:
        await finish(connection, [lane], [])
        (lane,) = await take(connection)
    await other.close()

    (taken,) = lane.claims
    assert (taken.put_code, taken.sent_digest) == (8, None)


async def waits_for_a_lock(connection):
    for _ in range(200):
        found = await connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        if (await found.fetchone())[0]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")
