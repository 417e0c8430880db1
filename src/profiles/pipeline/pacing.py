"""The pace of calls to ORCID, one for each of our clients there, shared by all workers.

A worker takes calls from the shared bucket in handfuls. An answer that says "too many" or "not now" goes
back to the bucket, so that everybody slows down; it is never simply repeated.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import structlog
from psycopg import AsyncConnection, OperationalError

from profiles.clients.errors import ServiceError, ServiceUnavailableError, TooManyCallsError
from profiles.infra import buckets
from profiles.infra.buckets import Limit

log = structlog.get_logger(__name__)
T = TypeVar("T")

OUTAGE_AFTER: Final = 4
"""So many calls in a row without an answer count as an outage."""
SLOW_DOWN_SECONDS: Final = 1.0
OUTAGE_SECONDS: Final = 10.0
LONGEST_SLEEP: Final = 5.0


class PaceStoppedError(Exception):
    """This process is ending: whoever waited for a call gives back what it was to be made for."""


class Pacing:
    """Lets calls through at the shared pace. One for each process, with a connection of its own."""

    def __init__(
        self, connect: Callable[[], Awaitable[AsyncConnection[Any]]], *, limit: Limit, handful: int
    ) -> None:
        self._connect = connect
        self._connection: AsyncConnection[Any] | None = None
        self._limit = limit
        self._handful = handful
        self._left: defaultdict[str, int] = defaultdict(int)
        self._failed: defaultdict[str, int] = defaultdict(int)
        self._closed: set[str] = set()
        self._known: set[str] = set()
        self._turn = asyncio.Lock()
        self._urgent_waiting = 0
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let nobody wait any longer: an outage may last, and the process must end."""
        self._stopping.set()

    async def aclose(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            await self._connection.close()

    async def enter(self, client_id: str, *, urgent: bool) -> None:
        """Wait until a call for this client may be made. People at a screen go first.

        Raises:
            PaceStoppedError: the process ends before it was this call's turn.
        """
        if self._left[client_id] and (urgent or not self._urgent_waiting):
            self._left[client_id] -= 1
            return
        self._urgent_waiting += urgent
        try:
            while not await self._fill(client_id, urgent=urgent):
                pass
        finally:
            self._urgent_waiting -= urgent
        self._left[client_id] -= 1

    async def _fill(self, client_id: str, *, urgent: bool) -> bool:
        """See that a call is left for this client, or wait a little and say no."""
        async with self._turn:
            if self._left[client_id]:
                return True
            if client_id not in self._known:
                await self._ask(lambda c: buckets.make(c, name=client_id, limit=self._limit))
                self._known.add(client_id)
            lease = await self._ask(
                lambda c: buckets.lease(
                    c, name=client_id, limit=self._limit, wanted=self._handful, urgent=urgent
                )
            )
            self._left[client_id] += lease.granted
            if lease.probing:
                self._closed.add(client_id)
        if not lease.granted:
            await self._sleep(min(lease.wait, LONGEST_SLEEP))
        return bool(self._left[client_id])

    async def answered(self, client_id: str) -> None:
        """Take note that the service works."""
        if self._failed[client_id]:
            self._failed[client_id] = 0
        if client_id in self._closed:
            self._closed.discard(client_id)
            async with self._turn:
                await self._ask(lambda c: buckets.reopen(c, name=client_id))
            log.info("orcid.answers_again", client=client_id)

    async def failed(self, client_id: str, error: ServiceError) -> None:
        """Take note of a failure: slow down, or close the door after several in a row."""
        if isinstance(error, TooManyCallsError):
            await self._close(client_id, pause=error.retry_after or SLOW_DOWN_SECONDS, outage=False)
        elif isinstance(error, ServiceUnavailableError):
            self._failed[client_id] += 1
            if self._failed[client_id] >= OUTAGE_AFTER or client_id in self._closed:
                self._closed.add(client_id)
                await self._close(client_id, pause=error.retry_after or OUTAGE_SECONDS, outage=True)
        else:
            # A refusal is an answer.
            await self.answered(client_id)

    async def _close(self, client_id: str, *, pause: float, outage: bool) -> None:
        self._left[client_id] = 0
        async with self._turn:
            await self._ask(lambda c: buckets.close(c, name=client_id, pause=pause, outage=outage))
        log.warning("orcid.paused", client=client_id, seconds=pause, outage=outage)

    async def _ask(self, use: Callable[[AsyncConnection[Any]], Awaitable[T]]) -> T:
        """Ask the database; when it is gone, wait until it is back, for without it there is no pace.

        Raises:
            PaceStoppedError: the process ends before it is back.
        """
        while True:
            try:
                if self._connection is None:
                    self._connection = await self._connect()
                return await use(self._connection)
            except OperationalError:
                lost, self._connection = self._connection, None
                if lost is not None:
                    await lost.close()
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
