"""The lane worker: take lanes, let the pipeline push them, give them back in batches.

Several lanes run at once; each sends one call at a time. Outcomes that come while a batch is being written
wait for the next batch, so the database gets few statements for any number of claims. A slow lane does not
delay the others: each is given back when it is done.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Final

import structlog
from psycopg import AsyncConnection, DataError, IntegrityError, OperationalError
from psycopg.errors import DeadlockDetected, SerializationFailure

from profiles.claims import lanes
from profiles.claims.lanes import TakenLane
from profiles.infra import clock
from profiles.infra.jobs import queue
from profiles.infra.jobs.job_names import ANNOUNCE, LANES_CHANNEL
from profiles.infra.postgres import async_connections
from profiles.infra.postgres.async_connections import SharedConnection
from profiles.pipeline.push.batch import Pusher, record
from profiles.pipeline.push.calls import MAX_RUN_SECONDS
from profiles.pipeline.push.lane import LanePush
from profiles.pipeline.push.results import LaneResult

log = structlog.get_logger(__name__)

CLAIMS_PER_LANE: Final = 100
CLAIMS_IN_HAND: Final = 1_000
URGENT_LANES: Final = 16
"""How many lanes of people at a screen are taken even when all slots are in use."""
LEASE_MARGIN: Final = timedelta(seconds=90)
"""A lease lasts as long as a run and a call that begins at its end, and this much longer."""
POLL_SECONDS: Final = 5.0
ORPHAN_SECONDS: Final = 2.0
ORPHAN_GRACE: Final = timedelta(seconds=5)
"""A worker that lost only its connection drops its calls at once; after this time others get its lanes."""
BATCH_DELAY_SECONDS: Final = 0.01
ANNOUNCE_DELAY: Final = timedelta(seconds=5)
"""Outcomes are announced to webhooks after this time; later ones until then are announced with them."""


class LaneWorker:
    """One worker: a process has one, an installation any number."""

    def __init__(self, pusher: Pusher, *, slots: int) -> None:
        self._pusher = pusher
        self.lease = timedelta(seconds=MAX_RUN_SECONDS) + pusher.longest_call + LEASE_MARGIN
        self._free_slots = slots
        self._slots = slots
        self._in_hand = 0
        self._mean_claims_per_lane = float(CLAIMS_PER_LANE)
        self._holder = random.randrange(1, 2**31)  # noqa: S311  a name, not a secret
        self._results: asyncio.Queue[LaneResult] = asyncio.Queue()
        self._wake = asyncio.Event()
        self._urgent = False
        self._stopping = asyncio.Event()
        self._running: dict[asyncio.Task[None], LanePush] = {}

    def stop(self) -> None:
        """Take no more lanes; finish and record the calls under way, and give the rest back."""
        self._stopping.set()
        self._pusher.stop()
        for push in self._running.values():
            push.preempt()
        self._wake.set()

    async def run(self) -> None:
        """Work until ``stop`` is called. A lost database connection ends this with its error."""
        async with contextlib.AsyncExitStack() as stack:
            listening, taking = [
                await stack.enter_async_context(
                    await async_connections.connect(f"profiles lanes {role}", holds_locks=role == "listen")
                )
                for role in ("listen", "take")
            ]
            finishing = await stack.enter_async_context(
                contextlib.aclosing(
                    SharedConnection(lambda: async_connections.connect("profiles lanes finish"))
                )
            )
            await lanes.register_worker(listening, holder=self._holder)
            await listening.execute(f"LISTEN {LANES_CHANNEL}")
            # When anything ends this worker, others get its lanes, so it must not continue with them.
            stack.push_async_callback(self._cancel_running)
            async with asyncio.TaskGroup() as group:
                helpers = [
                    group.create_task(self._listen(listening)),
                    group.create_task(self._write_results(finishing)),
                ]
                await self._take_lanes(taking)
                while self._running:
                    await asyncio.wait(self._running)
                await self._results.join()
                for helper in helpers:
                    helper.cancel()

    async def _cancel_running(self) -> None:
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(list(self._running))

    async def _listen(self, connection: AsyncConnection[Any]) -> None:
        """Wake the taker on notifications, and free the lanes of workers that died."""
        while True:
            async for notice in connection.notifies(timeout=ORPHAN_SECONDS, stop_after=1):
                if notice.payload:
                    self._preempt(notice.payload.split())
                self._wake.set()
            grace = min(self._pusher.longest_call, ORPHAN_GRACE)
            if await lanes.release_orphaned_lanes(connection, grace=grace):
                self._wake.set()

    def _preempt(self, orcid_ids: Collection[str]) -> None:
        """Give way to people at a screen: neither their own bulk nor the lanes of others may delay them."""
        self._urgent = True
        for push in self._running.values():
            if push.orcid_id in orcid_ids:
                push.preempt()

    async def _take_lanes(self, connection: AsyncConnection[Any]) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            urgent, self._urgent = self._urgent, False
            # Few large takes cost less than many small ones: wait for free slots, unless no lane is running.
            if self._is_full() and not urgent:
                await self._wait_for_free_slots()
                continue
            taken = await self._take(connection, only_urgent=self._is_full())
            if not taken:
                await self._sleep(connection)

    def _is_full(self) -> bool:
        return bool(self._running) and (
            self._free_slots < max(1, self._slots // 2) or self._in_hand > CLAIMS_IN_HAND // 2
        )

    async def _wait_for_free_slots(self) -> None:
        """Wait until a lane is done or an urgent claim comes; the time limit covers a lost notification."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
        self._urgent |= not self._wake.is_set()

    async def _take(self, connection: AsyncConnection[Any], *, only_urgent: bool) -> list[TakenLane]:
        # To limit memory, take no more claims than may be in hand: so no more lanes than hold them, if these
        # are as long as the last ones.
        max_lanes = max(1, int((CLAIMS_IN_HAND - self._in_hand) / self._mean_claims_per_lane))
        taken = await lanes.take(
            connection,
            holder=self._holder,
            now=clock.now(),
            lanes=URGENT_LANES if only_urgent else max(1, min(self._free_slots, max_lanes)),
            claims_per_lane=CLAIMS_PER_LANE,
            claims=max(CLAIMS_PER_LANE, CLAIMS_IN_HAND - self._in_hand),
            lease=self.lease,
            only_urgent=only_urgent,
        )
        if taken:
            self._mean_claims_per_lane = max(1.0, sum(len(lane.claims) for lane in taken) / len(taken))
            batch = await self._pusher.prepare(connection, taken)
            for lane in taken:
                push = self._pusher.lane_push(lane, batch)
                result = push.finish_without_calls()
                if result is None:
                    self._start(push)
                else:
                    self._results.put_nowait(result)
        return taken

    def _start(self, push: LanePush) -> None:
        self._free_slots -= 1
        self._in_hand += push.size
        task: asyncio.Task[None] = asyncio.create_task(self._finish(push))
        self._running[task] = push
        task.add_done_callback(self._on_push_done)

    def _on_push_done(self, task: asyncio.Task[None]) -> None:
        self._in_hand -= self._running.pop(task).size
        self._free_slots += 1
        self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            # A bug of ours: the lane stays leased, and is taken again when the lease ends.
            log.error("lane.failed", exc_info=task.exception())

    async def _finish(self, push: LanePush) -> None:
        await push.run(self._results.put_nowait)

    async def _write_results(self, database: SharedConnection) -> None:
        while True:
            results = [await self._results.get()]
            # Wait a moment: results of the same few milliseconds are written together.
            await asyncio.sleep(BATCH_DELAY_SECONDS)
            while not self._results.empty():
                results.append(self._results.get_nowait())
            await database.use(partial(self._write_and_announce, results=results))
            for _ in results:
                self._results.task_done()
            self._wake.set()

    async def _write_and_announce(
        self, connection: AsyncConnection[Any], results: Sequence[LaneResult]
    ) -> None:
        await self._write(connection, results)
        await queue.defer_once(connection, ANNOUNCE, wait=ANNOUNCE_DELAY)

    async def _write(self, connection: AsyncConnection[Any], results: Sequence[LaneResult]) -> None:
        """Record the results; try again when PostgreSQL reports a conflict with other writers."""
        while True:
            try:
                await record(connection, holder=self._holder, results=results)
            except (DeadlockDetected, SerializationFailure):
                await asyncio.sleep(0.01)
            except (DataError, IntegrityError) as error:
                # A bug of ours in one result must not prevent the others from being recorded.
                if len(results) == 1:
                    log.exception("lane.unrecorded", exc_info=error)
                    return
                for result in results:
                    await self._write(connection, [result])
                return
            else:
                return

    async def _sleep(self, connection: AsyncConnection[Any]) -> None:
        """Wait for a notification, or until the next lane is due."""
        due = await lanes.next_due(connection)
        wait = POLL_SECONDS if due is None else (due - clock.now()).total_seconds()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), min(max(wait, 0.02), POLL_SECONDS))


async def run_lane_workers(make_worker: Callable[[], LaneWorker], stopping: asyncio.Event) -> None:
    """Run lane workers one after the other; wait for a lost database instead of ending."""
    while not stopping.is_set():
        worker = make_worker()
        watcher = asyncio.create_task(_stop_on_event(worker, stopping))
        try:
            await worker.run()
        except* OperationalError as lost:
            log.warning("lanes.database_lost", reason=str(lost.exceptions[0]).strip()[:200])
            await asyncio.sleep(1)
        finally:
            watcher.cancel()


async def _stop_on_event(worker: LaneWorker, stopping: asyncio.Event) -> None:
    await stopping.wait()
    worker.stop()
