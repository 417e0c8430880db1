"""The shared cookie ``_datacite``, which DataCite's services read today: format, attributes and life.

It stays readable by scripts (Commons reads it in the browser), so it is no proof of anything that matters;
services should move to our OpenID provider. It is overwritten at every sign-out, with or without a session,
and written anew while the session lives and the token nears its end.
"""

import json
import time
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc import jws
from joserfc.jwk import RSAKey

from profiles.accounts.models import Account
from profiles.accounts.session_facts import role_in
from profiles.consents.selectors import consents_of, is_usable
from profiles.domain.access.token_claims import shared_cookie_claims

NAME: Final = "_datacite"
AUTHENTICATOR: Final = "authenticator:oauth2"
NOBODY: Final = '{"authenticated":{}}'
SESSION_KEY: Final = "shared_cookie_until"
DAY: Final = 24 * 3600


@cache
def _key() -> RSAKey | None:
    """Parse the signing key once: doing so at each call costs 37 ms."""
    pem = settings.ENVIRONMENT.JWT_PRIVATE_KEY
    return RSAKey.import_key(pem) if pem else None


def lifetime() -> int:
    """Return how long a token lives, in seconds."""
    return int(settings.ENVIRONMENT.PROFILES_SHARED_COOKIE_DAYS) * DAY


def token_for(account: Account, *, role: str = "", now: int | None = None) -> str | None:
    """Sign a token for somebody; None where no key is set. Its header names only the algorithm.

    ``role`` is the one that counts in their session, where that is less than the account's.
    """
    key = _key()
    if key is None:
        return None
    said = shared_cookie_claims(
        orcid_id=account.orcid_id,
        name=account.name,
        email=account.email if account.email_verified_at else None,
        role=role or account.role,
        beta_tester=account.beta_tester,
        has_permission=any(is_usable(one) for one in consents_of(account.orcid_id).values()),
        issued_at=now or int(time.time()),
        lifetime=lifetime(),
    )
    content = json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact({"alg": "RS256"}, content, key, algorithms=["RS256"])


def value_for(account: Account, *, role: str = "", now: int | None = None) -> str | None:
    """Return the cookie's content: compact JSON in the order of keys that has always been."""
    moment = now or int(time.time())
    token = token_for(account, role=role, now=moment)
    if token is None:
        return None
    inside: dict[str, Any] = {
        "authenticator": AUTHENTICATOR,
        "access_token": token,
        "expires_in": lifetime(),
        "expires_at": moment + lifetime(),
    }
    return json.dumps({"authenticated": inside}, separators=(",", ":"))


def write(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Write the cookie for somebody who is signed in."""
    if not settings.ENVIRONMENT.PROFILES_SHARED_COOKIE:
        return
    value = value_for(account, role=role_in(request.session, account.role))
    if value is not None:
        _set(response, value)
        request.session[SESSION_KEY] = int(time.time()) + lifetime()


def forget(request: HttpRequest) -> None:
    """Have the cookie written anew with this answer."""
    request.session.pop(SESSION_KEY, None)


def clear(response: HttpResponse) -> None:
    """Overwrite the cookie with "nobody", as its readers expect."""
    if settings.ENVIRONMENT.PROFILES_SHARED_COOKIE:
        _set(response, NOBODY)


def _set(response: HttpResponse, value: str) -> None:
    """Set it percent-encoded: Python's own quoting breaks the readers, and so does a plus for a blank.

    The encoded text holds no character that Python would put into quotes.
    """
    env = settings.ENVIRONMENT
    response.set_cookie(
        NAME,
        quote(value, safe="-._*"),
        domain=env.PROFILES_COOKIE_DOMAIN or None,
        path="/",
        secure=not env.is_local,
        httponly=False,
        samesite="Lax",
    )


def needs_writing(request: HttpRequest) -> bool:
    """Say whether somebody who is signed in lacks the cookie they were given, or it is past half its life.

    All services of the domain can write it; so ours is known by the moment of its end, in the header as it
    came, where one of the same name for a wider domain may stand beside it.
    """
    until = request.session.get(SESSION_KEY)
    if until is None or quote(f'"expires_at":{until}}}}}') not in request.META.get("HTTP_COOKIE", ""):
        return True
    return int(until) - time.time() < lifetime() / 2


def is_left_over(request: HttpRequest) -> bool:
    """Say whether the cookie names somebody while the browser's session has ended, here or elsewhere."""
    held = request.COOKIES.get(NAME, "")
    return settings.SESSION_COOKIE_NAME in request.COOKIES and held not in {"", quote(NOBODY)}
