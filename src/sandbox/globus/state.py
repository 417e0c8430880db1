"""The state of the stand-in."""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from sandbox.control import ControlError
from sandbox.globus.identities import Holder, Identity, Login, holder_from
from sandbox.globus.keys import Keys
from sandbox.globus.quirks import Quirks
from sandbox.people import Person, listed

CODE_LIFE: Final = 600
TOKEN_LIFE: Final = 172_800
VIEW_IDENTITY_SET: Final = "urn:globus:auth:scope:auth.globus.org:view_identity_set"
VIEW_IDENTITIES: Final = "urn:globus:auth:scope:auth.globus.org:view_identities"
SCOPES: Final = ("openid", "profile", "email", VIEW_IDENTITY_SET, VIEW_IDENTITIES)


class Client(msgspec.Struct):
    """A service registered at Globus."""

    client_id: str
    client_secret: str
    redirect_uris: list[str]
    name: str = "A service"
    scopes: list[str] = msgspec.field(default_factory=list)
    """Ignored; accepted so that one request fits all stand-ins."""


def default_clients() -> list[Client]:
    """Return the client that every new stand-in has."""
    hosts = ("127.0.0.1", "localhost")
    return [
        Client(
            client_id="5b0d2c1e-6f0a-4d53-9f53-0a1d0c5e0001",
            client_secret="demo-secret-globus",
            redirect_uris=[f"http://{host}:8000/users/auth/globus/callback" for host in hosts],
            name="DataCite Profiles",
        )
    ]


@dataclass(slots=True)
class Session:
    """A browser session at Globus."""

    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    login: Login | None = None


@dataclass(slots=True)
class Code:
    """An authorization code and everything bound to it."""

    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    login: Login
    nonce: str | None
    challenge: str | None
    offline: bool
    with_auth_time: bool
    expires_at: float
    spent: bool = False
    tokens: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Token:
    """An access or refresh token."""

    client_id: str
    scopes: frozenset[str]
    login: Login
    expires_at: float
    is_refresh: bool = False


class GlobusState:
    """The state of one stand-in."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        """Start with the default client and these people."""
        self._seed = list(people)
        self.keys = Keys()
        self.reset()

    def reset(self) -> None:
        """Reset everything except the initial people and clients and the signing keys."""
        self.holders: dict[str, Holder] = {}
        self.clients = {client.client_id: client for client in default_clients()}
        self.sessions: dict[str, Session] = {}
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Token] = {}
        self.consents: dict[tuple[str, str], frozenset[str]] = {}
        self.quirks = Quirks()
        self.add_people(self._seed)

    def now(self) -> int:
        """Return the time, with the offset set through the control endpoints."""
        return int(time.time() + self.quirks.clock_ahead)

    def add_people(self, body: Any) -> list[Holder]:
        """Add people, or replace their identities.

        Raises:
            ControlError: one of them cannot be used.
        """
        changed = [holder_from(person) for person in listed(body)]
        self.holders.update({holder.key: holder for holder in changed})
        return changed

    def add_client(self, body: Any) -> Client:
        """Add or replace a client.

        Raises:
            ControlError: something is missing.
        """
        try:
            client = msgspec.convert(body, Client)
        except msgspec.ValidationError as error:
            raise ControlError(str(error)) from error
        self.clients[client.client_id] = client
        return client

    def identity(self, key: str, sub: str) -> tuple[Holder, Identity] | None:
        """Return an identity that can sign in, or None."""
        holder = self.holders.get(key)
        for identity in holder.identities if holder else ():
            if holder and identity.sub == sub and identity.status == "used":
                return holder, identity
        return None

    def live_token(self, value: str) -> Token | None:
        """Return a token that has neither expired nor been revoked."""
        token = self.tokens.get(value)
        return token if token and token.expires_at > self.now() else None

    def export(self) -> dict[str, Any]:
        """Return the state for the control endpoint, without tokens and secrets."""
        return {
            "people": [
                {
                    "key": holder.key,
                    "name": holder.name,
                    "identities": [
                        {**identity.described(frozenset({"email"})), "linked": identity.linked}
                        for identity in holder.identities
                    ],
                }
                for holder in self.holders.values()
            ],
            "clients": [
                {"client_id": client.client_id, "name": client.name, "redirect_uris": client.redirect_uris}
                for client in self.clients.values()
            ],
            "consents": [
                {"sub": sub, "client_id": client_id, "scopes": sorted(scopes)}
                for (sub, client_id), scopes in self.consents.items()
            ],
            "live_tokens": sum(token.expires_at > self.now() for token in self.tokens.values()),
            "quirks": self.quirks,
        }
