"""The lane worker's loop: take lanes, let the pipeline push them, give them back in batches.

Several lanes are under way at once; each sends one call at a time. Outcomes that come while the last
batch is being written wait for the next, so the database sees few statements however many claims pass.
A slow lane delays nobody: each gives itself back when it is done.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import structlog
from psycopg import AsyncConnection, OperationalError
from psycopg.errors import DeadlockDetected, SerializationFailure

from profiles.claims import lanes
from profiles.claims.lanes import TakenLane
from profiles.infra import async_database, clock
from profiles.infra.outbox import LANES_CHANNEL
from profiles.pipeline.push_results import LaneResult
from profiles.pipeline.pusher import Pusher, record

log = structlog.get_logger(__name__)

CLAIMS_PER_LANE: Final = 100
LEASE: Final = timedelta(seconds=180)
POLL_SECONDS: Final = 5.0
ORPHAN_SECONDS: Final = 2.0
GATHER_SECONDS: Final = 0.01


class LaneWorker:
    """One worker: a process has one, an installation as many as it likes."""

    def __init__(self, pusher: Pusher, *, slots: int) -> None:
        self._pusher = pusher
        self._free = slots
        self._slots = slots
        self._holder = random.randrange(1, 2**31)  # noqa: S311  a name, not a secret
        self._results: asyncio.Queue[LaneResult] = asyncio.Queue()
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Take no more lanes; what is under way is finished and recorded."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Work until told to stop. A lost database connection ends this with its error."""
        async with contextlib.AsyncExitStack() as stack:
            listening, taking, finishing = [
                await stack.enter_async_context(await async_database.connect(f"profiles lanes {role}"))
                for role in ("listen", "take", "finish")
            ]
            await lanes.sign_on(listening, holder=self._holder)
            await listening.execute(f"LISTEN {LANES_CHANNEL}")
            async with asyncio.TaskGroup() as group:
                helpers = [
                    group.create_task(self._listen(listening)),
                    group.create_task(self._write_results(finishing)),
                ]
                await self._take_lanes(taking)
                while self._busy:
                    await asyncio.wait(self._busy)
                await self._results.join()
                for helper in helpers:
                    helper.cancel()

    async def _listen(self, connection: AsyncConnection[Any]) -> None:
        """Ring the bell for the taker, and look after the lanes of workers that died."""
        while True:
            async for _ in connection.notifies(timeout=ORPHAN_SECONDS, stop_after=1):
                self._wake.set()
            if await lanes.free_orphans(connection, grace=self._pusher.longest_call):
                self._wake.set()

    async def _take_lanes(self, connection: AsyncConnection[Any]) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            # Few large takes cost less than many small ones: wait for room, unless nothing is under way.
            if self._free < max(1, self._slots // 2) and self._busy:
                await asyncio.wait(self._busy, return_when=asyncio.FIRST_COMPLETED)
                continue
            taken = await self._take(connection)
            if not taken:
                await self._sleep(connection)

    async def _take(self, connection: AsyncConnection[Any]) -> list[TakenLane]:
        taken = await lanes.take(
            connection,
            holder=self._holder,
            now=clock.now(),
            lanes=self._free,
            claims_per_lane=CLAIMS_PER_LANE,
            lease=LEASE,
        )
        if taken:
            batch = await self._pusher.prepare(connection, taken)
            for lane in taken:
                self._start(self._pusher.push_lane(lane, batch))
        return taken

    def _start(self, work: Any) -> None:
        self._free -= 1
        task: asyncio.Task[None] = asyncio.create_task(self._finish(work))
        self._busy.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._free += 1
        self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            # A mistake of ours: the lane stays leased, and is taken again when the lease ends.
            log.error("lane.broke", exc_info=task.exception())

    async def _finish(self, work: Any) -> None:
        result: LaneResult = await work
        await self._results.put(result)

    async def _write_results(self, connection: AsyncConnection[Any]) -> None:
        while True:
            results = [await self._results.get()]
            # A moment's patience: what ends in the same few milliseconds is written together.
            await asyncio.sleep(GATHER_SECONDS)
            while not self._results.empty():
                results.append(self._results.get_nowait())
            await self._write(connection, results)
            for _ in results:
                self._results.task_done()
            self._wake.set()

    async def _write(self, connection: AsyncConnection[Any], results: list[LaneResult]) -> None:
        """Record the results; PostgreSQL may ask us to try again when others wrote the same rows."""
        while True:
            try:
                await record(connection, holder=self._holder, results=results)
            except (DeadlockDetected, SerializationFailure):
                await asyncio.sleep(0.01)
            else:
                return

    async def _sleep(self, connection: AsyncConnection[Any]) -> None:
        """Wait for the bell, or until the next lane is due by time."""
        due = await lanes.next_due(connection)
        wait = POLL_SECONDS if due is None else (due - clock.now()).total_seconds()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), min(max(wait, 0.02), POLL_SECONDS))


async def keep_working(make: Callable[[], LaneWorker], stopping: asyncio.Event) -> None:
    """Run lane workers one after the other: a lost database is waited for, not died of."""
    while not stopping.is_set():
        worker = make()
        watcher = asyncio.create_task(_stop_with(worker, stopping))
        try:
            await worker.run()
        except* OperationalError as lost:
            log.warning("lanes.database_lost", reason=str(lost.exceptions[0]).strip()[:200])
            await asyncio.sleep(1)
        finally:
            watcher.cancel()


async def _stop_with(worker: LaneWorker, stopping: asyncio.Event) -> None:
    await stopping.wait()
    worker.stop()
