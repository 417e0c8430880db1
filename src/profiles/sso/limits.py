"""Limits on the requests of one address, client or person in a minute, over all processes.

Each process counts in memory and reports to PostgreSQL after every twentieth of a limit; the answer holds the
count of the other processes. So a limit can be exceeded by a twentieth for each process, counting costs one
statement in many calls, and a refusal costs nothing. Device codes are short enough to be guessed, so attempts
at them are counted in PostgreSQL each time.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from profiles.infra import rate_limit
from profiles.infra.rate_limit import rate_limit_key, retry_after_hit

WINDOW_SECONDS: Final = 60
PER_ADDRESS: Final = 600
PER_CLIENT: Final = 6000
PER_PERSON: Final = 120
PARTS: Final = 20
MAX_CODES_PER_PERSON: Final = 10
CODES_WINDOW_SECONDS: Final = 600
MAX_KEYS: Final = 100_000


@dataclass(slots=True)
class _Count:
    """``total``: the last known count of all processes; ``unreported``: what it lacks of ours."""

    total: int = 0
    unreported: int = 0


_lock: Final = threading.Lock()
_counts: dict[str, _Count] = {}
_window = 0


def _test_factor() -> int:
    env = settings.ENVIRONMENT
    return 1000 if env.is_local or env.PROFILES_TEST_SUITE else 1


def window() -> int:
    """Return the number of this minute, the same in every process."""
    return int(time.time() // WINDOW_SECONDS)


def rate_limited(key: str, limit: int) -> bool:
    """Count one request in this minute; return True if that exceeds the limit."""
    global _window  # noqa: PLW0603  one for each process
    limit, minute = limit * _test_factor(), window()
    with _lock:
        if minute != _window or len(_counts) > MAX_KEYS:
            _counts.clear()
            _window = minute
        count = _counts.setdefault(key, _Count())
        if count.total + count.unreported >= limit:
            return True
        count.unreported += 1
        report = count.unreported if count.unreported >= limit / PARTS else 0
        if not report:
            return False
        count.unreported = 0
        count.total += report
    total, _left = rate_limit.add(f"sso-{minute}", key, count=report, seconds=2 * WINDOW_SECONDS)
    with _lock:
        count.total = max(count.total, total)
    return total > limit


def by_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Limit calls of an endpoint by address, before anything else is read."""

    @wraps(view)
    def limited_view(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        if rate_limited(f"address:{view.__name__}:{rate_limit_key(request)}", PER_ADDRESS):
            return too_many_requests(request)
        return view(request, *args, **keywords)

    return limited_view


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer that there were too many requests, and when to try again; people get a page that leads on."""
    wait = WINDOW_SECONDS - int(time.time() % WINDOW_SECONDS)
    if hasattr(request, "user") and "text/html" in request.headers.get("Accept", ""):
        context = {"kind": "limited", "seconds": wait, "link": request.get_full_path()}
        response = render(request, "sso/stopped.html", context, status=429)
    else:
        response = JsonResponse({"error": "temporarily_unavailable"}, status=429)
    response.headers["Retry-After"] = str(wait)
    response.headers["Cache-Control"] = "no-store"
    return response


def allow_device_code_attempt(account_id: int) -> bool:
    """Count a person's attempt at a device code, over all processes; return False if there were too many."""
    return not retry_after_hit(
        "device-code", str(account_id), most=MAX_CODES_PER_PERSON, seconds=CODES_WINDOW_SECONDS
    )
