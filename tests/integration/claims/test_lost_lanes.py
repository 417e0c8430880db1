"""A worker that has lost its lane changes no state, and what it learned replaces nothing newer."""

from datetime import timedelta

import pytest

from profiles.claims import lanes, outcomes
from profiles.claims.models import Claim, ClaimHistory, Lane
from profiles.clients.errors import ServiceError
from profiles.domain import problems
from profiles.domain.claim import ClaimAction, ClaimEvent
from profiles.domain.push.plan import Plan, Step
from profiles.infra import clock
from profiles.infra.postgres import async_connections
from profiles.pipeline.push.results import LaneResult
from tests.support.claims import DOI, waiting_claim
from tests.support.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)
LEASE = timedelta(minutes=3)
CALL = timedelta(seconds=25)


@pytest.fixture
async def connection():
    connection = await async_connections.connect("tests")
    yield connection
    await connection.close()


async def take(connection, *, holder, now=None):
    taken = await lanes.take(
        connection, holder=holder, now=now or clock.now(), lanes=10, claims_per_lane=100, lease=LEASE
    )
    return taken[0] if taken else None


async def unchanged(connection, lane):
    """Return the ids of the claims for which the lane may still make a call."""
    claims = [(lane, claim) for claim in lane.claims]
    found = await lanes.find_unchanged(connection, claims=claims, longest_call=CALL)
    return {claim_id for claim_id, _generation in found}


async def finish(connection, result, *, holder):
    await outcomes.finish(
        connection,
        holder=holder,
        now=clock.now(),
        lanes=[outcomes.LaneReport(result.lane)],
        finished=result.finished,
        attempts=result.attempts,
    )


@in_thread
def lease_ends():
    Lane.objects.update(leased_until=clock.now() - timedelta(seconds=1))


@in_thread
def claim_now() -> Claim:
    return Claim.objects.get()


def added(lane, put_code=77) -> LaneResult:
    result = LaneResult(lane)
    result.succeed(lane.claims[0], "APP-1", put_code, None)
    return result


def removed(lane) -> LaneResult:
    return added(lane, put_code=None)


async def test_a_host_whose_clock_is_ahead_takes_no_lane_that_another_holds(connection):
    await in_thread(waiting_claim)()
    assert await take(connection, holder=1) is not None

    assert await take(connection, holder=2, now=clock.now() + timedelta(minutes=10)) is None


async def test_a_host_whose_clock_is_behind_holds_its_lane_as_long_as_others(connection):
    await in_thread(waiting_claim)()
    behind = clock.now() - timedelta(minutes=10)
    await in_thread(lambda: Lane.objects.update(due_at=behind))()
    await in_thread(lambda: Claim.objects.update(due_at=behind))()
    assert await take(connection, holder=1, now=behind) is not None

    assert await take(connection, holder=2) is None


async def test_a_call_may_not_begin_when_the_lane_could_be_lost_before_its_end(connection):
    await in_thread(waiting_claim)()
    lane = await take(connection, holder=1)
    held = await unchanged(connection, lane)

    await in_thread(lambda: Lane.objects.update(leased_until=clock.now() + CALL / 2))()
    ending = await unchanged(connection, lane)

    assert held == {lane.claims[0].id}
    assert ending == set()


async def test_a_call_may_not_begin_when_another_worker_holds_the_lane(connection):
    await in_thread(waiting_claim)()
    lost = await take(connection, holder=1)
    await lease_ends()
    await take(connection, holder=1)

    assert await unchanged(connection, lost) == set()


async def test_what_a_lost_worker_learned_is_kept_while_no_one_has_taken_the_claim_since(connection):
    await in_thread(waiting_claim)()
    lost = await take(connection, holder=1)
    await lease_ends()
    await in_thread(lambda: Lane.objects.update(generation=lost.generation + 1, leased_by=2))()

    await finish(connection, added(lost), holder=1)

    claim = await claim_now()
    assert (claim.state, claim.put_code, claim.in_doubt) == ("working", 77, False)


async def test_a_run_that_lost_its_lane_does_not_give_it_back_though_the_same_worker_holds_it_again(
    connection,
):
    await in_thread(waiting_claim)()
    lost = await take(connection, holder=1)
    await lease_ends()
    again = await take(connection, holder=1)

    await finish(connection, added(lost), holder=1)

    assert again.generation == lost.generation + 1
    lane = await in_thread(Lane.objects.get)()
    assert lane.leased_until > clock.now()


async def test_a_late_answer_replaces_nothing_that_is_newer(connection):
    await in_thread(waiting_claim)()
    lost = await take(connection, holder=1)
    await lease_ends()
    second = await take(connection, holder=2)
    await finish(connection, added(second, put_code=78), holder=2)

    late = LaneResult(lost)
    late.vanish(lost.claims[0])
    await finish(connection, late, holder=1)
    await finish(connection, added(lost), holder=1)

    claim = await claim_now()
    assert (claim.state, claim.put_code, claim.removed_by_owner_at) == ("done", 78, None)


async def test_a_work_that_arrived_after_its_removal_is_looked_for(connection):
    await in_thread(waiting_claim)()
    lost = await take(connection, holder=1)
    await lease_ends()
    await in_thread(waiting_claim)(action=ClaimAction.DELETE)
    second = await take(connection, holder=2)
    await finish(connection, removed(second), holder=2)
    assert (await claim_now()).state == "deleted"

    await finish(connection, added(lost), holder=1)

    claim = await claim_now()
    assert (claim.put_code, claim.in_doubt, claim.action) == (None, True, "delete")
    again = await take(connection, holder=2)
    assert [(due.doi, due.in_doubt) for due in again.claims] == [(DOI, True)]


async def test_a_late_answer_stops_what_its_successor_was_about_to_do(connection):
    await in_thread(waiting_claim)()
    lost = await take(connection, holder=1)
    await lease_ends()
    second = await take(connection, holder=2)

    await finish(connection, added(lost), holder=1)

    held = await unchanged(connection, second)
    assert held == set()
    back = LaneResult(second)
    back.put_back(second.claims[0])
    await finish(connection, back, holder=2)
    third = await take(connection, holder=2)
    assert third.claims[0].in_doubt


async def test_a_lane_that_is_over_twice_in_one_batch_is_given_back_once(connection):
    await in_thread(waiting_claim)()
    lost = await take(connection, holder=1)
    await lease_ends()
    second = await take(connection, holder=1)
    reports = [outcomes.LaneReport(lane) for lane in (lost, second)]
    finished = [*added(lost, put_code=77).finished, *added(second, put_code=78).finished]

    await outcomes.finish(
        connection, holder=1, now=clock.now(), lanes=reports, finished=finished, attempts=[]
    )

    claim = await claim_now()
    lines = ClaimHistory.objects.order_by("id").values_list("event", flat=True)
    story = await in_thread(list)(lines)
    assert (claim.state, claim.put_code) == ("done", 78)
    assert story == ["request", "succeed"]


async def test_a_claim_that_was_stopped_while_it_was_sent_is_done_when_it_arrived(connection):
    await in_thread(waiting_claim)()
    lane = await take(connection, holder=1)
    await in_thread(lambda: Claim.objects.update(state="ignored", request_version=2, due_at=None))()

    await finish(connection, added(lane), holder=1)

    claim = await claim_now()
    assert (claim.state, claim.put_code) == ("done", 77)


@pytest.mark.parametrize(
    ("status", "in_doubt"), [(None, True), (200, True), (201, True), (502, True), (400, False), (429, False)]
)
async def test_only_a_refusal_says_for_sure_that_a_removal_was_not_made(connection, status, in_doubt):
    await in_thread(waiting_claim)()
    lane = await take(connection, holder=1)
    await finish(connection, added(lane), holder=1)
    await in_thread(waiting_claim)(action=ClaimAction.DELETE)
    lane = await take(connection, holder=1)

    result = LaneResult(lane)
    result.fail(lane.claims[0], ServiceError(problem=problems.ORCID_UNCLEAR, status=status))
    await finish(connection, result, holder=1)

    claim = await claim_now()
    assert (claim.put_code, claim.removal_begun, claim.in_doubt) == (77, in_doubt, in_doubt)


async def test_a_claim_of_which_nothing_was_sent_leaves_no_doubt(connection):
    await in_thread(waiting_claim)()
    lane = await take(connection, holder=1)
    result = LaneResult(lane)
    result.stop(lane.claims[0], Plan(Step.STOP, event=ClaimEvent.SKIP))
    await finish(connection, result, holder=1)

    claim = await claim_now()
    assert (claim.state, claim.in_doubt, claim.started_at) == ("ignored", False, None)
