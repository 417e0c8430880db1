"""The pace of calls to ORCID, one for each of our clients there, shared by all workers.

A worker takes calls from the shared bucket in handfuls. An answer that says "too many" or "not now" goes
back to the bucket, so that everybody slows down; it is never simply repeated.
"""

import asyncio
from collections import defaultdict
from typing import Any, Final

import structlog
from psycopg import AsyncConnection

from profiles.clients.errors import ServiceError, ServiceUnavailableError, TooManyCallsError
from profiles.infra import buckets
from profiles.infra.buckets import Limit

log = structlog.get_logger(__name__)

OUTAGE_AFTER: Final = 4
"""So many calls in a row without an answer count as an outage."""
SLOW_DOWN_SECONDS: Final = 1.0
OUTAGE_SECONDS: Final = 10.0


class Pacing:
    """Lets calls through at the shared pace. One for each process."""

    def __init__(self, connection: AsyncConnection[Any], *, limit: Limit, handful: int) -> None:
        self._connection = connection
        self._limit = limit
        self._handful = handful
        self._left: defaultdict[str, int] = defaultdict(int)
        self._failed: defaultdict[str, int] = defaultdict(int)
        self._closed: set[str] = set()
        self._known: set[str] = set()
        self._turn = asyncio.Lock()
        self._urgent_waiting = 0

    async def enter(self, client_id: str, *, urgent: bool) -> None:
        """Wait until a call for this client may be made. People at a screen go first."""
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
                await buckets.make(self._connection, name=client_id, limit=self._limit)
                self._known.add(client_id)
            lease = await buckets.lease(
                self._connection, name=client_id, limit=self._limit, wanted=self._handful, urgent=urgent
            )
            self._left[client_id] += lease.granted
            if lease.probing:
                self._closed.add(client_id)
        if not lease.granted:
            await asyncio.sleep(min(lease.wait, 5.0))
        return bool(self._left[client_id])

    async def answered(self, client_id: str) -> None:
        """Take note that the service works."""
        if self._failed[client_id]:
            self._failed[client_id] = 0
        if client_id in self._closed:
            self._closed.discard(client_id)
            async with self._turn:
                await buckets.reopen(self._connection, name=client_id)
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
            await buckets.close(self._connection, name=client_id, pause=pause, outage=outage)
        log.warning("orcid.paused", client=client_id, seconds=pause, outage=outage)
