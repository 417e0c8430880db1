"""Pace the calls to ORCID, for each of our clients there, shared by all workers.

A worker leases a few calls at a time from the shared bucket. An answer that says "too many" or "not now" is
reported to the bucket, so that all processes slow down; the call is never simply repeated.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import structlog
from psycopg import AsyncConnection, OperationalError

from profiles.clients.errors import (
    ServiceError,
    ServiceUnavailableError,
    TooManyCallsError,
    UnclearAnswerError,
)
from profiles.domain import problems
from profiles.infra import buckets
from profiles.infra.buckets import Limit
from profiles.infra.monitoring.metrics import PACED_CALLS
from profiles.infra.postgres.async_connections import SharedConnection

log = structlog.get_logger(__name__)
T = TypeVar("T")

OUTAGE_AFTER: Final = 4
"""So many calls in a row without an answer, or with an unreadable one, count as an outage."""
BUSY_OUTAGE_AFTER: Final = 40
"""So many "too many" answers in a row count as an outage: no burst of ours is that long."""
SLOW_DOWN_SECONDS: Final = 1.0
OUTAGE_SECONDS: Final = 10.0
IDLE_SECONDS: Final = 1.0
MAX_SLEEP: Final = 5.0


class PaceStoppedError(Exception):
    """The process is ending, or the caller's time is over: the caller gives its claims back."""


class Pacing:
    """Lets calls through at the shared pace. Each process has one, with its own connection."""

    def __init__(
        self, connect: Callable[[], Awaitable[AsyncConnection[Any]]], *, limit: Limit, burst_share: int
    ) -> None:
        self.database = SharedConnection(connect)
        self._limit = limit
        self._burst_share = burst_share
        self._available: defaultdict[str, int] = defaultdict(int)
        self._leased_at: defaultdict[str, float] = defaultdict(float)
        self._waiting: defaultdict[str, int] = defaultdict(int)
        self._failures: defaultdict[str, int] = defaultdict(int)
        self._closed: set[str] = set()
        self._probing: set[str] = set()
        self._existing: set[str] = set()
        self._lock = asyncio.Lock()
        self._urgent_waiting = 0
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End all waiting: an outage may last, and the process must end."""
        self._stopping.set()

    async def aclose(self) -> None:
        """Close the connection."""
        await self.database.aclose()

    async def enter(self, client_id: str, *, urgent: bool, ends: Callable[[], bool] = lambda: False) -> None:
        """Wait until a call for this client may be made. People at a screen go first.

        Raises:
            PaceStoppedError: the process ends before the call may be made, or ``ends`` returns True because
                the caller's time is over.
        """
        if ends():
            raise PaceStoppedError
        self._drop_idle(client_id)
        if self._available[client_id] and (urgent or not self._urgent_waiting):
            self._take(client_id)
            return
        self._urgent_waiting += urgent
        self._waiting[client_id] += 1
        try:
            while not await self._lease_calls(client_id, urgent=urgent):
                if ends():
                    raise PaceStoppedError
        finally:
            self._urgent_waiting -= urgent
            self._waiting[client_id] -= 1
        self._take(client_id)

    def _take(self, client_id: str) -> None:
        self._available[client_id] -= 1
        PACED_CALLS.labels(client_id).inc()

    def _drop_idle(self, client_id: str) -> None:
        """Drop calls that were leased a while ago: made now, they would exceed the present pace."""
        if time.monotonic() - self._leased_at[client_id] > IDLE_SECONDS:
            self._available[client_id] = 0

    def give_back(self, client_id: str) -> None:
        """Return a call that was allowed and is not made."""
        if client_id not in self._closed:
            self._available[client_id] += 1

    async def _lease_calls(self, client_id: str, *, urgent: bool) -> bool:
        """Lease a call for this client; else wait a little and return False."""
        async with self._lock:
            if self._available[client_id]:
                return True
            if client_id not in self._existing:
                await self._use_database(lambda c: buckets.make(c, name=client_id, limit=self._limit))
                self._existing.add(client_id)
            # Lease no more calls than callers wait for: a leased call is lost to other processes.
            wanted = min(self._burst_share, self._waiting[client_id])
            lease = await self._use_database(
                lambda c: buckets.lease(c, name=client_id, limit=self._limit, wanted=wanted, urgent=urgent)
            )
            self._available[client_id] += lease.granted
            self._leased_at[client_id] = time.monotonic()
            if lease.probing and lease.granted:
                self._closed.add(client_id)
                self._probing.add(client_id)
            elif lease.granted and client_id in self._closed:
                # Another process has found that the outage is over.
                self._closed.discard(client_id)
                self._failures[client_id] = 0
            if lease.is_unknown:
                self._existing.discard(client_id)
        if not lease.granted:
            await self._sleep(min(lease.wait, MAX_SLEEP))
        return bool(self._available[client_id])

    async def answered(self, client_id: str) -> None:
        """Record that the service works."""
        if self._failures[client_id]:
            self._failures[client_id] = 0
        if client_id in self._closed:
            self._closed.discard(client_id)
            self._probing.discard(client_id)
            async with self._lock:
                await self._use_database(lambda c: buckets.reopen(c, name=client_id))
            log.info("orcid.answers_again", client=client_id)

    async def failed(self, client_id: str, error: ServiceError) -> None:
        """Record a failure: slow down, or pause all calls after several in a row."""
        silent = isinstance(error, ServiceUnavailableError | UnclearAnswerError)
        if not silent and error.entry is not problems.CLIENT_REFUSED:
            # A refusal is an answer, unless it concerns every request of this client of ours.
            await self.answered(client_id)
            return
        self._failures[client_id] += 1
        busy = isinstance(error, TooManyCallsError)
        limit = BUSY_OUTAGE_AFTER if busy else OUTAGE_AFTER
        if self._failures[client_id] >= limit or client_id in self._closed:
            self._closed.add(client_id)
            await self._close(client_id, error, pause=OUTAGE_SECONDS, outage=True)
        elif busy:
            await self._close(client_id, error, pause=SLOW_DOWN_SECONDS, outage=False)

    async def _close(self, client_id: str, error: ServiceError, *, pause: float, outage: bool) -> None:
        pause = error.retry_after or pause
        self._available[client_id] = 0
        probed = client_id in self._probing
        self._probing.discard(client_id)
        async with self._lock:
            await self._use_database(
                lambda c: buckets.close(c, name=client_id, pause=pause, outage=outage, probed=probed)
            )
        write_log = log.error if outage else log.warning
        write_log("orcid.paused", client=client_id, seconds=pause, outage=outage, problem=error.entry.code)

    async def _use_database(self, use: Callable[[AsyncConnection[Any]], Awaitable[T]]) -> T:
        """Use the database; when it is gone, wait until it is back, because the pace is stored there.

        Raises:
            PaceStoppedError: the process ends before it is back.
        """
        while True:
            try:
                return await self.database.use(use)
            except OperationalError:
                log.warning("pacing.database_lost")
                await self._sleep(1.0)

    async def _sleep(self, seconds: float) -> None:
        if self._stopping.is_set():
            raise PaceStoppedError
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise PaceStoppedError
