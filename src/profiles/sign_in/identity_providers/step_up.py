"""A stronger sign-in: how each provider is asked for a second factor, and how we learn that one was given.

A provider that follows the standard takes ``acr_values`` and answers with ``amr``. Globus takes
``session_required_mfa`` and says how somebody signed in only when it is asked about the token. ORCID takes no
such wish; its ``amr`` tells whether the person has switched a second factor on there. What nobody tells is
not claimed.
"""

import time
from typing import Any, Final

import structlog

from profiles.clients.errors import ServiceError
from profiles.clients.openid import OpenIdClient
from profiles.domain.access.assurance import MFA
from profiles.sign_in.identity_providers.providers import Provider

_AHEAD_SECONDS: Final = 120
log = structlog.get_logger(__name__)


def wish(provider: Provider) -> dict[str, str]:
    """Return the parameters that ask this provider for a second factor."""
    if provider.is_orcid:
        return {}
    return {"session_required_mfa": "true"} if provider.is_globus else {"acr_values": MFA}


async def told(client: OpenIdClient, provider: Provider, access_token: str) -> dict[str, Any] | None:
    """Ask Globus how the holder of a token signed in; None where there is nobody to ask, or no answer."""
    if not provider.is_globus:
        return None
    try:
        return await client.introspect(
            f"{provider.issuer}/v2/oauth2/token/introspect",
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            access_token=access_token,
            include="session_info",
        )
    except ServiceError as error:
        log.warning("sign_in.strength_unknown", provider=provider.id, problem=error.entry.code)
        return None


def methods_of(about: dict[str, Any] | None, *, subject: str, since: float) -> tuple[str, ...]:
    """Read how the person signed in from what was told about a token.

    Several identities may stand in one session. Only the one that was used last counts, and only when that
    was since we sent the person there: one of yesterday, or of another identity, is
    none of today.
    """
    if not about or about.get("active") is not True or about.get("sub") != subject:
        return ()
    session = about.get("session_info")
    listed = session.get("authentications") if isinstance(session, dict) else None
    found = [one for one in (listed.values() if isinstance(listed, dict) else ()) if _has_time(one)]
    if not found:
        return ()
    last = max(found, key=lambda one: float(one["auth_time"]))
    if not since <= last["auth_time"] <= time.time() + _AHEAD_SECONDS:
        return ()
    methods = [str(one) for one in last.get("amr") or () if isinstance(one, str)]
    return tuple(dict.fromkeys([*methods, *(["mfa"] if last.get("acr") == MFA else [])]))


def _has_time(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("auth_time"), int | float)
