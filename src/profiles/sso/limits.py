"""Limits of the OpenID provider, over all processes.

Of an address only failures count, and only a failure is refused for them: a person who shares an address
with an attacker, or with many colleagues, is not kept out. What succeeds is counted by client and by person.
Device codes are short enough to be guessed, so each attempt counts against its person.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from profiles.infra import rate_limit
from profiles.infra.rate_limit import Limit, Usage, rate_limit_key

FAILURES: Final = Limit("sso-failures", 600, 60)
"""Failed calls of one address."""
ANONYMOUS: Final = Limit("sso-anonymous", 3000, 60)
"""Authorization requests of people who are not signed in, from one address: each is stored for an hour."""
PER_CLIENT: Final = Limit("sso-client", 6000, 60)
PER_PERSON: Final = Limit("sso-person", 120, 60)
DEVICE_CODES: Final = Limit("device-code", 10, 600)
_FAILED: Final = range(400, 500)
_TOO_MANY: Final = 429


def hit(limit: Limit, who: str) -> Usage:
    """Count one hit; test suites may do a thousand times as much."""
    env = settings.ENVIRONMENT
    factor = 1000 if env.is_local or env.PROFILES_TEST_SUITE else 1
    return rate_limit.hit(replace(limit, most=limit.most * factor), who)


def limit_failures(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Count the failed calls of an address; answer those above the limit by 429."""

    @wraps(view)
    def limited_view(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        response = view(request, *args, **keywords)
        if response.status_code not in _FAILED or response.status_code == _TOO_MANY:
            return response
        usage = hit(FAILURES, rate_limit_key(request))
        return too_many_requests(request, usage) if usage.is_exceeded else response

    return limited_view


def too_many_requests(request: HttpRequest, usage: Usage) -> HttpResponse:
    """Answer that there were too many requests, and when to try again; people get a page that leads on."""
    if hasattr(request, "user") and "text/html" in request.headers.get("Accept", ""):
        context = {"kind": "limited", "seconds": usage.retry_after, "link": request.get_full_path()}
        response = render(request, "sso/stopped.html", context, status=_TOO_MANY)
    else:
        response = JsonResponse({"error": "temporarily_unavailable"}, status=_TOO_MANY)
    response.headers["Retry-After"] = str(usage.retry_after)
    response.headers["Cache-Control"] = "no-store"
    return response


def allow_device_code_attempt(account_id: int) -> bool:
    """Count a person's attempt at a device code; return False if there were too many."""
    return not rate_limit.hit(DEVICE_CODES, str(account_id)).is_exceeded


def take_back_device_code_attempt(account_id: int) -> None:
    """Take back the attempt of a person whose code was right."""
    rate_limit.hit(DEVICE_CODES, str(account_id), count=-1)
