"""Who may vouch for people: Globus, ORCID, and whatever else the environment names."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings

IDENTITY_SET: Final = "urn:globus:auth:scope:auth.globus.org:view_identity_set"


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID provider. ``pkce``: whether it supports it (ORCID does not, and breaks on it).

    ``icon``: a ``data:image/`` address or a path of ours; nothing is loaded from elsewhere.
    """

    id: str
    label: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]
    pkce: bool = True
    icon: str = ""

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to; one address for each provider."""
        return f"{settings.ENVIRONMENT.PROFILES_URL}/users/auth/{self.id}/callback"

    @property
    def is_globus(self) -> bool:
        """Whether it speaks Globus's own words beside the standard's."""
        return self.id == "globus"

    @property
    def is_orcid(self) -> bool:
        """Whether its subjects are ORCID iDs."""
        return self.id == "orcid"


def _icon(address: str) -> str:
    """Take a picture that pages may show: their rules let in our own and what stands in the page itself."""
    is_ours = address.startswith("/") and not address.startswith("//")
    return address if is_ours or address.startswith("data:image/") else ""


@cache
def providers() -> dict[str, Provider]:
    """Return all providers that are set up, in the order of their buttons."""
    env = settings.ENVIRONMENT
    found = [
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
                one["id"],
                one.get("label", one["id"]),
                one["issuer"].rstrip("/"),
                one["client_id"],
                one.get("client_secret", ""),
                tuple(one.get("scopes", ("openid", "profile", "email"))),
                bool(one.get("pkce", True)),
                _icon(one.get("icon", "")),
            )
            for one in json.loads(env.PROFILES_OPENID_PROVIDERS or "[]")
        ),
    ]
    return {one.id: one for one in found if one.client_id}
