"""How long a page waits for DataCite, and the pause that DataCite asked for."""

import math
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from django.core.cache import cache

from profiles.clients.errors import ServiceError, TooManyCallsError
from profiles.domain import problems
from profiles.infra import page_calls

T = TypeVar("T")
AT_A_PAGE: Final = 5.0
"""So many seconds somebody waits at a page; then it is shown without, and asks again by itself."""
UNSEEN: Final = 20.0
"""So many seconds what a page asks for by itself may take: nobody waits for it."""
_PAUSE: Final = "find-works-pause"
_SOON: Final = 5
_AT_ONCE_AGAIN: Final = 1
_MAX_PAUSE: Final = 300.0


def ask(work: Callable[[], Coroutine[Any, Any, T]], *, seconds: float) -> T:
    """Ask DataCite for a page, and wait for the answer no longer than ``seconds``.

    Raises:
        TooManyCallsError: DataCite asked for fewer calls, now or lately.
        ServiceUnavailableError: it takes too long, or too many wait for it already.
        ServiceError: the call ended badly.
    """
    paused = pause_left()
    if paused:
        raise TooManyCallsError(problem=problems.DATACITE_BUSY, retry_after=paused)
    try:
        return page_calls.gateway().call("datacite", work, seconds=seconds, problem=problems.DATACITE_SLOW)
    except TooManyCallsError as error:
        note_pause(error)
        raise


def pause_left() -> float:
    """Say for how many seconds DataCite asked us all to leave it alone."""
    until = cache.get(_PAUSE)
    return max(0.0, until - time.time()) if until else 0.0


def note_pause(error: ServiceError) -> None:
    """Remember for all processes that DataCite asked for fewer calls, if that is what it did."""
    if isinstance(error, TooManyCallsError):
        wait = _wait(error)
        cache.set(_PAUSE, time.time() + wait, wait + 1)


def again_in(error: ServiceError) -> int:
    """Say in how many whole seconds to ask again."""
    if isinstance(error, TooManyCallsError):
        return max(1, math.ceil(_wait(error)))
    if error.entry is problems.DATACITE_SLOW:
        return math.ceil(error.retry_after or _AT_ONCE_AGAIN)
    return _SOON


def _wait(error: ServiceError) -> float:
    return min(error.retry_after or _SOON, _MAX_PAUSE)
