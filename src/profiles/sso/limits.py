"""How often one address, client or person may ask: counted in memory, so that saying no costs nothing.

Each process counts for itself, so the real limit is at most the given one times the number of processes.
That is enough here, because nothing that these limits guard can be guessed; the one short code that could
be, a device's, is counted in the shared cache.
"""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from profiles.infra.tries import address_of, wait_after_try

WINDOW_SECONDS: Final = 60
PER_ADDRESS: Final = 600
PER_CLIENT: Final = 6000
PER_PERSON: Final = 120
CODES_PER_PERSON: Final = 10
CODES_SECONDS: Final = 600
MOST_KEYS: Final = 100_000

_lock: Final = threading.Lock()
_counts: dict[str, int] = {}
_window = 0


def _generosity() -> int:
    env = settings.ENVIRONMENT
    return 1000 if env.is_local or env.PROFILES_TEST_SUITE else 1


def exceeded(key: str, most: int) -> bool:
    """Count one more of something in this minute, and say whether it is too many."""
    global _window  # noqa: PLW0603  one for each process
    minute = int(time.monotonic() // WINDOW_SECONDS)
    with _lock:
        if minute != _window or len(_counts) > MOST_KEYS:
            _counts.clear()
            _window = minute
        count = _counts[key] = _counts.get(key, 0) + 1
    return count > most * _generosity()


def by_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a door by its caller's address, before anything else is looked at."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        if exceeded(f"address:{view.__name__}:{address_of(request)}", PER_ADDRESS):
            return too_many()
        return view(request, *args, **keywords)

    return guarded


def too_many() -> HttpResponse:
    """Say that it is too much, and when to come back."""
    response = JsonResponse({"error": "temporarily_unavailable"}, status=429)
    response.headers["Retry-After"] = str(WINDOW_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def may_type_a_code(account_id: int) -> bool:
    """Count somebody's attempt at a device's code, for all processes together."""
    return not wait_after_try("device-code", str(account_id), most=CODES_PER_PERSON, seconds=CODES_SECONDS)
