"""How often one address, client or person may ask in a minute, whichever process answers.

Each process counts in memory and tells PostgreSQL of every twentieth part of a limit; there it learns what
the others counted. So a limit is at most a twentieth for each process too generous, counting costs one
statement in many calls, and saying no costs nothing. The one short code that could be guessed, a device's, is
counted there each time.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from profiles.infra import rate_limit
from profiles.infra.rate_limit import rate_limit_key, retry_after_hit

WINDOW_SECONDS: Final = 60
PER_ADDRESS: Final = 600
PER_CLIENT: Final = 6000
PER_PERSON: Final = 120
PARTS: Final = 20
CODES_PER_PERSON: Final = 10
CODES_SECONDS: Final = 600
MAX_KEYS: Final = 100_000


@dataclass(slots=True)
class _Count:
    """``told``: what all processes have counted as far as we know, ours included; ``mine``: not yet told."""

    told: int = 0
    mine: int = 0


_lock: Final = threading.Lock()
_counts: dict[str, _Count] = {}
_window = 0


def _generosity() -> int:
    env = settings.ENVIRONMENT
    return 1000 if env.is_local or env.PROFILES_TEST_SUITE else 1


def window() -> int:
    """Return the number of this minute, the same in every process."""
    return int(time.time() // WINDOW_SECONDS)


def rate_limited(key: str, most: int) -> bool:
    """Count one more of something in this minute, and say whether it is too many."""
    global _window  # noqa: PLW0603  one for each process
    most, minute = most * _generosity(), window()
    with _lock:
        if minute != _window or len(_counts) > MAX_KEYS:
            _counts.clear()
            _window = minute
        count = _counts.setdefault(key, _Count())
        if count.told + count.mine >= most:
            return True
        count.mine += 1
        telling = count.mine if count.mine >= most / PARTS else 0
        if not telling:
            return False
        count.mine = 0
        count.told += telling
    in_all, _left = rate_limit.add(f"sso-{minute}", key, count=telling, seconds=2 * WINDOW_SECONDS)
    with _lock:
        count.told = max(count.told, in_all)
    return in_all > most


def by_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Limit calls of an endpoint by address, before anything else is read."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        if rate_limited(f"address:{view.__name__}:{rate_limit_key(request)}", PER_ADDRESS):
            return too_many()
        return view(request, *args, **keywords)

    return guarded


def too_many() -> HttpResponse:
    """Say that it is too much, and when to come back."""
    response = JsonResponse({"error": "temporarily_unavailable"}, status=429)
    response.headers["Retry-After"] = str(WINDOW_SECONDS - int(time.time() % WINDOW_SECONDS))
    response.headers["Cache-Control"] = "no-store"
    return response


def allow_device_code_attempt(account_id: int) -> bool:
    """Count somebody's attempt at a device's code, for all processes together."""
    return not retry_after_hit("device-code", str(account_id), most=CODES_PER_PERSON, seconds=CODES_SECONDS)
