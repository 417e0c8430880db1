"""How often one address, and one account, may try to sign in; told in words."""

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.accounts.models import Account
from profiles.infra.rate_limit import rate_limit_key, retry_after_hit
from profiles.sign_in.identity_providers.flow import return_of_attempt

SECONDS: Final = 300
CODES: Final = 10
"""Wrong codes of a second factor that one account may give: a six-digit code is guessed by trying."""

View = Callable[..., HttpResponse]


def limited(view: View) -> View:
    """Let one address try so often in five minutes, and say so in words after that."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        wait = retry_after_hit("sign-in", rate_limit_key(request), most=_most(), seconds=SECONDS)
        return too_often(request, "limited", wait) if wait else view(request, *args, **keywords)

    return checked


def wait_of_account(account: Account) -> int:
    """Count a sign-in to this account, from wherever, and say how long to wait; 0: it may go on."""
    return retry_after_hit("sign-in-account", str(account.pk), most=_most(), seconds=SECONDS)


def _most() -> int:
    """Return how many tries are fine; suites, which are refused in earnest, sign in all the time."""
    env = settings.ENVIRONMENT
    return int(env.PROFILES_SIGN_IN_TRIES) * (1000 if env.PROFILES_TEST_SUITE else 1)


def wait_of_code(account: Account) -> int:
    """Count a try at this account's second factor, and say how long to wait; 0: it may go on."""
    return retry_after_hit("second-factor", str(account.pk), most=CODES, seconds=SECONDS)


def too_often(request: HttpRequest, kind: str, wait: int) -> HttpResponse:
    """Say that it was too often, and when to go on."""
    shown = {"kind": kind, "minutes": math.ceil(wait / 60), "return_to": return_of_attempt(request)}
    response = render(request, "sign_in/stopped.html", shown, status=429)
    response["Retry-After"] = str(wait)
    return response
