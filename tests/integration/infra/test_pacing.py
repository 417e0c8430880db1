"""The pace of calls to ORCID: room for people, pauses for all, one probe at a time."""

import asyncio
import time
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from profiles.clients.errors import (
    RefusedError,
    ServiceUnavailableError,
    TooManyCallsError,
    UnclearAnswerError,
)
from profiles.domain import problems
from profiles.infra import clock
from profiles.infra.buckets import RESERVE, Limit
from profiles.infra.models import Bucket
from profiles.infra.postgres import async_connections
from profiles.pipeline.push.rate import (
    BUSY_OUTAGE_AFTER,
    IDLE_SECONDS,
    OUTAGE_AFTER,
    OUTAGE_SECONDS,
    PaceStoppedError,
    Pacing,
)
from tests.support.threads import in_thread

pytestmark = pytest.mark.django_db(transaction=True)
CLIENT = "APP-PACED"
HARDLY_FILLING = Limit(rate=0.01, burst=40.0)


@asynccontextmanager
async def a_process(limit=HARDLY_FILLING, *, burst_share=8):
    """What one worker process holds: two of these are two processes to each other."""
    pacing = Pacing(lambda: async_connections.connect("tests pacing"), limit=limit, burst_share=burst_share)
    try:
        yield pacing
    finally:
        await pacing.aclose()


async def gets_a_call(pacing, *, urgent=False) -> bool:
    try:
        async with asyncio.timeout(0.3):
            await pacing.enter(CLIENT, urgent=urgent)
    except TimeoutError:
        return False
    return True


async def bucket() -> Bucket:
    return await in_thread(lambda: Bucket.objects.get(name=CLIENT))()


async def change_bucket(**values) -> None:
    await in_thread(lambda: Bucket.objects.filter(name=CLIENT).update(**values))()


async def pause_left() -> float:
    blocked = (await bucket()).blocked_until
    return (blocked - clock.now()).total_seconds() if blocked else 0.0


async def test_some_calls_are_kept_for_people_however_many_others_want_them():
    async with a_process() as pacing:
        for _ in range(int(HARDLY_FILLING.burst - RESERVE)):
            assert await gets_a_call(pacing)

        assert not await gets_a_call(pacing)
        for _ in range(int(RESERVE)):
            assert await gets_a_call(pacing, urgent=True)
            # What was taken for a person is no help to anybody else.
            assert not await gets_a_call(pacing)
        assert not await gets_a_call(pacing, urgent=True)


async def test_a_process_holds_back_no_calls_that_no_one_waits_for():
    async with a_process() as pacing:
        assert await gets_a_call(pacing)

        assert (await bucket()).tokens == pytest.approx(HARDLY_FILLING.burst - 1, abs=0.5)


async def test_a_call_that_was_not_made_is_not_made_later_on_top_of_the_others():
    async with a_process() as pacing:
        assert await gets_a_call(pacing)
        pacing.give_back(CLIENT)
        await asyncio.sleep(IDLE_SECONDS + 0.1)

        assert await gets_a_call(pacing)

        assert (await bucket()).tokens == pytest.approx(HARDLY_FILLING.burst - 2, abs=0.5)


async def test_calls_that_fail_together_count_as_one_outage():
    async with a_process() as one, a_process() as another:
        for pacing in (one, another):
            await pacing.enter(CLIENT, urgent=False)
        for pacing in (one, another):
            for _ in range(OUTAGE_AFTER + 20):
                await pacing.failed(CLIENT, ServiceUnavailableError())

        assert (await bucket()).failures == 1
        assert OUTAGE_SECONDS / 2 < await pause_left() <= OUTAGE_SECONDS


async def test_each_probe_that_fails_doubles_the_pause_and_one_that_succeeds_ends_it():
    fast = Limit(rate=200.0, burst=40.0)
    async with a_process(fast) as one, a_process(fast) as prober:
        await one.enter(CLIENT, urgent=False)
        for _ in range(OUTAGE_AFTER):
            await one.failed(CLIENT, ServiceUnavailableError())
        for time_doubled in (1, 2):
            await change_bucket(blocked_until=clock.now() - timedelta(seconds=1))
            assert await gets_a_call(prober)
            assert not await gets_a_call(one)
            await prober.failed(CLIENT, ServiceUnavailableError())
            assert (
                OUTAGE_SECONDS * 2**time_doubled * 0.8
                < await pause_left()
                <= OUTAGE_SECONDS * 2**time_doubled
            )

        await change_bucket(blocked_until=clock.now() - timedelta(seconds=1))
        assert await gets_a_call(prober)
        await prober.answered(CLIENT)

        assert ((await bucket()).failures, await pause_left()) == (0, 0.0)
        assert await gets_a_call(one)


@pytest.mark.parametrize("error", [UnclearAnswerError(), RefusedError(problem=problems.CLIENT_REFUSED)])
async def test_answers_that_concern_whatever_we_ask_are_an_outage_too(error):
    """A page of the delivery network in place of ORCID's answer, or ORCID having locked a client of ours."""
    async with a_process() as pacing:
        await pacing.enter(CLIENT, urgent=False)
        for _ in range(OUTAGE_AFTER):
            await pacing.failed(CLIENT, error)

        assert (await bucket()).failures == 1


async def test_too_many_calls_pause_everyone_shortly_and_nothing_but_them_for_long_is_an_outage():
    async with a_process() as pacing:
        await pacing.enter(CLIENT, urgent=False)
        for _ in range(BUSY_OUTAGE_AFTER - 1):
            await pacing.failed(CLIENT, TooManyCallsError())
        assert (await bucket()).failures == 0
        assert 0 < await pause_left() <= 1

        await pacing.failed(CLIENT, TooManyCallsError())

        assert (await bucket()).failures == 1
        assert await pause_left() > OUTAGE_SECONDS / 2


async def test_the_pause_is_as_long_as_orcid_asks_for():
    async with a_process() as pacing:
        await pacing.enter(CLIENT, urgent=False)

        await pacing.failed(CLIENT, TooManyCallsError(retry_after=70.0))

        assert 60 < await pause_left() <= 70


async def test_who_has_no_more_time_gives_up_its_turn():
    """A lane is leased for so long: whoever waits past that would write beside its next holder."""
    async with a_process(burst_share=1) as pacing:
        await pacing.enter(CLIENT, urgent=False)
        await change_bucket(blocked_until=clock.now() + timedelta(hours=1))
        ends = time.monotonic() + 0.2

        with pytest.raises(PaceStoppedError):
            async with asyncio.timeout(20):
                await pacing.enter(CLIENT, urgent=True, ends=lambda: time.monotonic() > ends)


async def test_who_has_no_more_time_begins_no_call_even_where_one_is_left():
    async with a_process() as pacing:
        await pacing.enter(CLIENT, urgent=False)

        with pytest.raises(PaceStoppedError):
            await pacing.enter(CLIENT, urgent=True, ends=lambda: True)


async def test_an_outage_whose_end_another_process_found_is_over_for_all():
    async with a_process(burst_share=1) as one, a_process(burst_share=1) as prober:
        await one.enter(CLIENT, urgent=False)
        for _ in range(OUTAGE_AFTER):
            await one.failed(CLIENT, ServiceUnavailableError())
        await change_bucket(blocked_until=clock.now() - timedelta(seconds=1))
        await prober.enter(CLIENT, urgent=False)
        await prober.answered(CLIENT)
        await change_bucket(tokens=20)

        await one.enter(CLIENT, urgent=False)
        await one.failed(CLIENT, TooManyCallsError())

        assert (await bucket()).failures == 0


async def test_the_smallest_bucket_keeps_nothing_back_and_so_starves_no_one():
    async with a_process(Limit(rate=0.01, burst=1.0)) as pacing:
        assert await gets_a_call(pacing)
