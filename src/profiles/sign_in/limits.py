"""Limits on how often an address and an account may try to sign in, and the page that explains them."""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.accounts.asking_services import asking_service
from profiles.accounts.models import Account
from profiles.infra.rate_limit import rate_limit_key, retry_after_hit
from profiles.sign_in.identity_providers.flow import return_url_of_attempt

WINDOW_SECONDS: Final = 300
MAX_CODES: Final = 10
"""Attempts at the second factor of one account: a six-digit code can be guessed by trying."""

View = Callable[..., HttpResponse]


def rate_limited(view: View) -> View:
    """Limit the attempts of one address in five minutes; show a page that explains it after that."""

    @wraps(view)
    def limited_view(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        wait = retry_after_hit(
            "sign-in", rate_limit_key(request), most=_max_attempts(), seconds=WINDOW_SECONDS
        )
        return too_many_attempts(request, "limited", wait) if wait else view(request, *args, **keywords)

    return limited_view


def retry_after_sign_in(account: Account) -> int:
    """Count a sign-in to this account, from any address; return the seconds to wait, 0 for none."""
    return retry_after_hit("sign-in-account", str(account.pk), most=_max_attempts(), seconds=WINDOW_SECONDS)


def _max_attempts() -> int:
    """Return the allowed attempts. Test suites sign in all the time; they are refused in production."""
    env = settings.ENVIRONMENT
    return int(env.PROFILES_SIGN_IN_TRIES) * (1000 if env.PROFILES_TEST_SUITE else 1)


def retry_after_code(account: Account) -> int:
    """Count an attempt at this account's second factor; return the seconds to wait, 0 for none."""
    return retry_after_hit("second-factor", str(account.pk), most=MAX_CODES, seconds=WINDOW_SECONDS)


def too_many_attempts(request: HttpRequest, kind: str, wait: int) -> HttpResponse:
    """Answer that there were too many attempts, and when to try again."""
    return_to = return_url_of_attempt(request)
    context = {
        "kind": kind,
        "minutes": math.ceil(wait / 60),
        "return_to": return_to,
        "service": asking_service(return_to),
    }
    response = render(request, "sign_in/stopped.html", context, status=429)
    response["Retry-After"] = str(wait)
    return response
