"""Step-up: ask a provider for a second factor, and read from its answer whether one was given.

A provider that follows the standard takes ``acr_values`` and answers with ``amr``. Globus takes
``session_required_mfa`` and reports how a person signed in only when its token is introspected. ORCID has no
such parameter; its ``amr`` shows whether the person has enabled a second factor there. Without such a report
no second factor is assumed.
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


def mfa_parameters(provider: Provider) -> dict[str, str]:
    """Return the parameters that ask this provider for a second factor."""
    if provider.is_orcid:
        return {}
    return {"session_required_mfa": "true"} if provider.is_globus else {"acr_values": MFA}


async def introspect(client: OpenIdClient, provider: Provider, access_token: str) -> dict[str, Any] | None:
    """Ask Globus how the holder of a token signed in; None: another provider, or no answer."""
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
        log.warning("sign_in.introspection_failed", provider=provider.id, problem=error.entry.code)
        return None


def methods_of(introspection: dict[str, Any] | None, *, subject: str, since: float) -> tuple[str, ...]:
    """Return the ``amr`` values of this sign-in from the introspection of its token.

    A session may hold several identities. Only the one that was used last counts, and only if it was used
    after we sent the person there (``since``): a sign-in of yesterday, or with another identity, proves
    nothing today.
    """
    if not introspection or introspection.get("active") is not True or introspection.get("sub") != subject:
        return ()
    session = introspection.get("session_info")
    authentications = session.get("authentications") if isinstance(session, dict) else None
    dated = [
        entry
        for entry in (authentications.values() if isinstance(authentications, dict) else ())
        if _has_time(entry)
    ]
    if not dated:
        return ()
    last = max(dated, key=lambda entry: float(entry["auth_time"]))
    if not since <= last["auth_time"] <= time.time() + _AHEAD_SECONDS:
        return ()
    methods = [str(entry) for entry in last.get("amr") or () if isinstance(entry, str)]
    return tuple(dict.fromkeys([*methods, *(["mfa"] if last.get("acr") == MFA else [])]))


def _has_time(authentication: Any) -> bool:
    return isinstance(authentication, dict) and isinstance(authentication.get("auth_time"), int | float)
