"""Limits on failed attempts to sign in, and the page about them. A sign-in that succeeds never counts.

Failures of an address slow down only further failures from there: a class or a household signs in beside an
attacker. Codes of the second factor can be guessed by trying, so there each account has few tries.
"""

import math
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.accounts.authorization.asking_services import asking_service
from profiles.accounts.models import Account
from profiles.infra import rate_limit
from profiles.infra.rate_limit import Limit, rate_limit_key
from profiles.sign_in.identity_providers.flow import return_url_of_attempt

WINDOW_SECONDS: Final = 300
CODES: Final = Limit("second-factor", 10, WINDOW_SECONDS)
"""Attempts at the second factor of one account: a six-digit code can be guessed by trying."""


def count_failure(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Count a failed attempt of this address; return its response, or the page about too many of them."""
    env = settings.ENVIRONMENT
    most = int(env.PROFILES_SIGN_IN_TRIES * (1000 if env.PROFILES_TEST_SUITE else 1))
    usage = rate_limit.hit(Limit("sign-in", most, WINDOW_SECONDS), rate_limit_key(request))
    return too_many_attempts(request, "limited", usage.retry_after) if usage.is_exceeded else response


def retry_after_code(account: Account) -> int:
    """Count an attempt at this account's second factor; return the seconds to wait, 0 for none."""
    return rate_limit.hit(CODES, str(account.pk)).retry_after


def take_back_code(account: Account) -> None:
    """Take back the attempt of a person whose code was right."""
    rate_limit.hit(CODES, str(account.pk), count=-1)


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
