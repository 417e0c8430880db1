"""Limit how long a page waits for DataCite, and respect the pause that DataCite asked for."""

import math
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from profiles.clients.errors import ServiceError, TooManyCallsError
from profiles.domain import problems
from profiles.infra import pauses
from profiles.infra.web import page_calls

T = TypeVar("T")
FIRST_VIEW_SECONDS: Final = 1.5
"""How long a page that polls waits at first: a person sees it within two seconds, without the answer."""
PAGE_SECONDS: Final = 5.0
"""How long a person waits for an answer that cannot come later, such as the result of a button."""
BACKGROUND_SECONDS: Final = 20.0
"""How long a page's own background request may take, while no person waits for it."""
CONCLUSIVE_SECONDS: Final = 2.0
"""A call that is cut off sooner is no sign of an outage: the page polls, and gives it more time then."""
_MIN_SECONDS: Final = 0.1
_SERVICE: Final = "datacite-pages"
_DEFAULT_RETRY_DELAY: Final = 5
_SLOW_RETRY_DELAY: Final = 1
_MAX_PAUSE: Final = 300.0


def ask(work: Callable[[], Coroutine[Any, Any, T]], *, seconds: float) -> T:
    """Ask DataCite for a page, and wait at most ``seconds`` for the answer.

    Raises:
        TooManyCallsError: DataCite asked for fewer calls, now or recently.
        ServiceUnavailableError: the answer takes too long, or too many requests wait already.
        ServiceError: the call failed.
    """
    pause = remaining_pause()
    if pause:
        raise TooManyCallsError(problem=problems.DATACITE_BUSY, retry_after=pause)
    try:
        return page_calls.gateway().call(
            "datacite",
            work,
            seconds=seconds,
            problem=problems.DATACITE_SLOW,
            counts_timeout=seconds >= CONCLUSIVE_SECONDS,
        )
    except TooManyCallsError as error:
        remember_pause(error)
        raise


def asking(*, seconds: float) -> Callable[[Callable[[], Coroutine[Any, Any, T]]], T]:
    """Return ``ask`` for one page: all its questions together take at most about ``seconds``."""
    ends = time.monotonic() + seconds
    return lambda work: ask(work, seconds=max(ends - time.monotonic(), _MIN_SECONDS))


def remaining_pause() -> float:
    """Return for how many more seconds DataCite asked all our processes to make no calls."""
    return pauses.seconds_left(_SERVICE)


def remember_pause(error: ServiceError) -> None:
    """Store for all processes that DataCite asked for fewer calls, if ``error`` says so."""
    if isinstance(error, TooManyCallsError):
        pauses.pause(_SERVICE, seconds=_pause_seconds(error))


def retry_delay(error: ServiceError) -> int:
    """Return after how many whole seconds to ask again."""
    if isinstance(error, TooManyCallsError):
        return max(1, math.ceil(_pause_seconds(error)))
    if error.entry is problems.DATACITE_SLOW:
        return math.ceil(error.retry_after or _SLOW_RETRY_DELAY)
    return _DEFAULT_RETRY_DELAY


def _pause_seconds(error: ServiceError) -> float:
    return min(error.retry_after or _DEFAULT_RETRY_DELAY, _MAX_PAUSE)
