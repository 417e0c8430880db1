"""Clients of outside services for synchronous code: one HTTP client per process, opened at the first call."""

import asyncio
import atexit
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Final, TypeVar

from profiles.clients import blocking
from profiles.clients.datacite import DataCite
from profiles.clients.errors import ServiceError, ServiceUnavailableError, TooManyCallsError
from profiles.clients.orcid_works import OrcidWorks
from profiles.infra import wiring
from profiles.infra.postgres import async_connections
from profiles.infra.web import page_calls
from profiles.pipeline.push.rate import PaceStoppedError, Pacing

T = TypeVar("T")
MAX_WAIT_SECONDS: Final = 30.0
"""How long a call outside of a push waits for its turn."""


def datacite() -> DataCite:
    """Return the client for DOI metadata; its calls go through ``clients.blocking``."""
    return wiring.datacite(page_calls.http())


def orcid_works() -> OrcidWorks:
    """Return the client for works on ORCID records; its calls go through ``clients.blocking``."""
    return wiring.orcid_works(page_calls.http())


async def call_at_shared_pace(client_id: str, make: Callable[[], Awaitable[T]], *, urgent: bool) -> T:
    """Make one call to ORCID at the pace that all processes share, and report the outcome to them.

    Raises:
        TooManyCallsError: the call did not get its turn in time.
        ServiceError: whatever the call raises.
    """
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    pacing = _pacing()
    try:
        await pacing.enter(client_id, urgent=urgent, ends=lambda: time.monotonic() > deadline)
    except PaceStoppedError:
        raise TooManyCallsError("no turn in time") from None
    try:
        answer = await make()
    except ServiceError as error:
        await pacing.failed(client_id, error)
        raise
    except asyncio.CancelledError:
        # The page that waited gave up: count this as a call without an answer.
        await pacing.failed(client_id, ServiceUnavailableError("given up"))
        raise
    await pacing.answered(client_id)
    return answer


@cache
def _pacing() -> Pacing:
    """Return this process's pacing of reads: several silent calls count together, on one connection."""
    pacing = Pacing(
        lambda: async_connections.connect("profiles reading"), limit=wiring.orcid_limit(), burst_share=1
    )
    atexit.register(lambda: blocking.call(pacing.aclose()))
    return pacing
