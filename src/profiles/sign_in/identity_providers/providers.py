"""The identity providers: Globus, ORCID, and those that the environment adds."""

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from django.conf import settings

from profiles.consents import orcid_clients
from profiles.consents.wording import PURPOSES
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import wiring

IDENTITY_SET: Final = "urn:globus:auth:scope:auth.globus.org:view_identity_set"


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider. ``pkce``: whether it supports PKCE (ORCID does not, and fails with it).

    ``icon``: a ``data:image/`` address or a path of ours; nothing is loaded from other sites.
    ``callback``: the callback address where it is not the usual one. ``with_permission``: people also permit
    Auto-Update there.
    """

    id: str
    label: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    pkce: bool = True
    icon: str = ""
    callback: str = ""
    with_permission: bool = False

    @property
    def redirect_uri(self) -> str:
        """The callback address; one for each provider."""
        return self.callback or f"{settings.ENVIRONMENT.PROFILES_URL}/users/auth/{self.id}/callback"

    @property
    def is_globus(self) -> bool:
        """Whether it supports Globus's extensions of the standard."""
        return self.id == "globus"

    @property
    def is_orcid(self) -> bool:
        """Whether its subjects are ORCID iDs."""
        return self.id == "orcid"


def _icon(address: str) -> str:
    """Return the icon if our content security policy allows it: a path of ours or a ``data:`` address."""
    is_ours = address.startswith("/") and not address.startswith("//")
    return address if is_ours or address.startswith("data:image/") else ""


def providers() -> dict[str, Provider]:
    """Return all configured providers, in the order of their buttons."""
    env = settings.ENVIRONMENT
    all_providers = [
        Provider(
            "globus",
            "Globus",
            env.GLOBUS_URL,
            env.GLOBUS_CLIENT_ID,
            env.GLOBUS_CLIENT_SECRET,
            ("openid", "profile", "email", IDENTITY_SET),
        ),
        Provider(
            "orcid",
            "ORCID",
            env.ORCID_URL,
            env.ORCID_CLIENT_ID,
            env.ORCID_CLIENT_SECRET,
            ("openid",),
            pkce=False,
        ),
        *(
            Provider(
                entry["id"],
                entry.get("label", entry["id"]),
                entry["issuer"].rstrip("/"),
                entry["client_id"],
                entry.get("client_secret", ""),
                tuple(entry.get("scopes", ("openid", "profile", "email"))),
                bool(entry.get("pkce", True)),
                _icon(entry.get("icon", "")),
            )
            for entry in json.loads(env.PROFILES_OPENID_PROVIDERS or "[]")
        ),
    ]
    return {provider.id: provider for provider in all_providers if provider.client_id}


def linking_permissions() -> list[dict[str, Any]]:
    """Return what a person permits who links their iD and lets us keep their record up to date."""
    return [PURPOSES[purpose] for purpose in orcid_clients.purposes_sharing_client(Purpose.AUTO_UPDATE)]


def provider_for(provider_id: str, *, with_permission: bool) -> Provider | None:
    """Return a provider; ``with_permission``: ORCID, with the client and the callback of Auto-Update."""
    provider = providers().get(provider_id)
    if provider is None or not with_permission or not provider.is_orcid:
        return provider
    client = wiring.orcid_client(Purpose.AUTO_UPDATE)
    return replace(
        provider,
        client_id=client.client_id,
        client_secret=client.client_secret,
        scopes=("openid", *SCOPES),
        callback=orcid_clients.callback_address(Purpose.AUTO_UPDATE),
        with_permission=True,
    )
