"""The shared cookie ``_datacite``, which DataCite's services read today: format, attributes and lifetime.

Scripts can read it (Commons does so in the browser), so it proves nothing that matters; services should move
to our OpenID provider. It is overwritten at every sign-out, with or without a session, and written again
during the session before the token expires.
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
SIGNED_OUT_VALUE: Final = '{"authenticated":{}}'
SESSION_KEY: Final = "shared_cookie_until"
DAY: Final = 24 * 3600


def _key() -> RSAKey | None:
    pem = settings.ENVIRONMENT.JWT_PRIVATE_KEY
    return _parsed(pem) if pem else None


@cache
def _parsed(pem: str) -> RSAKey:
    """Parse the signing key once: doing so at each call costs 37 ms."""
    return RSAKey.import_key(pem)


def lifetime() -> int:
    """Return the lifetime of a token in seconds."""
    return int(settings.ENVIRONMENT.PROFILES_SHARED_COOKIE_DAYS) * DAY


def token_for(account: Account, *, role: str = "", now: int | None = None) -> str | None:
    """Sign a token for an account; None if no key is configured. Its header contains only the algorithm.

    ``role`` is the role in the session, if that is lower than the account's.
    """
    key = _key()
    if key is None:
        return None
    claims = shared_cookie_claims(
        orcid_id=account.orcid_id,
        name=account.name,
        email=account.email if account.email_verified_at else None,
        role=role or account.role,
        beta_tester=account.beta_tester,
        has_permission=any(is_usable(consent) for consent in consents_of(account.orcid_id).values()),
        issued_at=now or int(time.time()),
        lifetime=lifetime(),
    )
    content = json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode()
    return jws.serialize_compact({"alg": "RS256"}, content, key, algorithms=["RS256"])


def value_for(account: Account, *, role: str = "", now: int | None = None) -> str | None:
    """Return the cookie's value: compact JSON, with the keys in the order of the previous service."""
    moment = now or int(time.time())
    token = token_for(account, role=role, now=moment)
    if token is None:
        return None
    authenticated: dict[str, Any] = {
        "authenticator": AUTHENTICATOR,
        "access_token": token,
        "expires_in": lifetime(),
        "expires_at": moment + lifetime(),
    }
    return json.dumps({"authenticated": authenticated}, separators=(",", ":"))


def write(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Write the cookie of a signed-in person."""
    if not settings.ENVIRONMENT.PROFILES_SHARED_COOKIE:
        return
    # One moment for both: the signing takes long enough for a second to pass.
    now = int(time.time())
    value = value_for(account, role=role_in(request.session, account.role), now=now)
    if value is not None:
        _set(response, value)
        request.session[SESSION_KEY] = now + lifetime()


def forget(request: HttpRequest) -> None:
    """Make this response write the cookie again."""
    request.session.pop(SESSION_KEY, None)


def clear(response: HttpResponse) -> None:
    """Overwrite the cookie with the signed-out value, as its readers expect."""
    if settings.ENVIRONMENT.PROFILES_SHARED_COOKIE:
        _set(response, SIGNED_OUT_VALUE)


def _set(response: HttpResponse, value: str) -> None:
    """Set the cookie percent-encoded: Python's own quoting breaks the readers, as does a plus for a blank.

    The encoded text contains no character that Python would quote.
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
    """Tell whether a signed-in person lacks our cookie, or it is past half its lifetime.

    All services of the domain can write it, so ours is recognised by its expiry time. The raw header is
    searched, because it may also hold a cookie of the same name for a wider domain.
    """
    until = request.session.get(SESSION_KEY)
    if until is None or quote(f'"expires_at":{until}}}}}') not in request.META.get("HTTP_COOKIE", ""):
        return True
    return int(until) - time.time() < lifetime() / 2


def is_left_over(request: HttpRequest) -> bool:
    """Tell whether the cookie still names a person whose session has ended, here or elsewhere."""
    value = request.COOKIES.get(NAME, "")
    return settings.SESSION_COOKIE_NAME in request.COOKIES and value not in {"", quote(SIGNED_OUT_VALUE)}
