"""How much one caller may ask of the APIs and of the page that explains: by key, by person, or by address.

Services of DataCite count like keys: a refused claim of theirs would be lost.
"""

from dataclasses import replace
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from profiles.accounts.bearer import Caller
from profiles.accounts.models import Account
from profiles.infra import rate_limit
from profiles.infra.rate_limit import Limit, Usage, rate_limit_key

WINDOW_SECONDS: Final = 300
TITLE: Final = "Too many requests. Retry-After says in how many seconds to ask again."


def per_address() -> Limit:
    """Return the limit of callers whom we do not know."""
    return Limit("address", settings.ENVIRONMENT.PROFILES_REQUESTS_PER_ADDRESS, WINDOW_SECONDS)


def per_person() -> Limit:
    """Return the limit of a person, with a token or at a page."""
    return Limit("person", settings.ENVIRONMENT.PROFILES_REQUESTS_PER_PERSON, WINDOW_SECONDS)


def per_key() -> Limit:
    """Return the limit of an access key, and of a service of DataCite."""
    return Limit("key", settings.ENVIRONMENT.PROFILES_REQUESTS_PER_KEY, WINDOW_SECONDS)


def hit(request: HttpRequest, *, caller: Caller | None = None, account: Account | None = None) -> Usage:
    """Count a request, and return what its caller has used."""
    person = caller.account if caller else account
    if caller and caller.key_id is not None:
        limit, who = per_key(), str(caller.key_id)
    elif caller and (person is None or person.is_staff):
        limit, who = per_key(), caller.name
    elif person is not None:
        limit, who = per_person(), str(person.pk)
    else:
        limit, who = per_address(), rate_limit_key(request)
    factor = 1000 if settings.ENVIRONMENT.is_local else 1
    return rate_limit.hit(replace(limit, most=limit.most * factor), who)


def describe(response: HttpResponse, usage: Usage) -> None:
    """Add the headers that say what is left (draft-ietf-httpapi-ratelimit-headers).

    Headers of the older form ``X-RateLimit-…`` are not sent: clients of DataCite drop an answer by them.
    """
    limit = usage.limit
    if limit.most:
        response.headers["RateLimit-Policy"] = f'"{limit.name}";q={limit.most};w={limit.seconds}'
        response.headers["RateLimit"] = f'"{limit.name}";r={usage.remaining};t={max(0, usage.resets_in)}'
    if usage.is_exceeded:
        response.headers["Retry-After"] = str(usage.retry_after)
