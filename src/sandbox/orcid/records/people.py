"""People with an ORCID record, and the client applications ORCID knows."""

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from sandbox.control import ControlError
from sandbox.orcid.oauth import scopes
from sandbox.orcid.records import vocabulary as v

CLAIM_WAIT: Final = 10 * 24 * 3600
IDENTITY_SITE: Final = "https://orcid.org"
IDENTITY_HOST: Final = "orcid.org"


class RecordStatus(StrEnum):
    """The state of a record, which decides what is allowed."""

    ACTIVE = "active"
    UNCLAIMED = "unclaimed"
    LOCKED = "locked"
    DEACTIVATED = "deactivated"
    DEPRECATED = "deprecated"


@dataclass(slots=True)
class Person:
    """The owner of a record; all names are invented."""

    orcid_id: str
    given_names: str
    family_name: str | None = None
    credit_name: str | None = None
    name_public: bool = True
    status: RecordStatus = RecordStatus.ACTIVE
    primary: str | None = None
    default_visibility: str = "public"
    created_at: float = field(default_factory=time.time)
    creator: str | None = None
    password: str | None = None
    second_factor: bool = False
    takes_notifications: bool = True
    token_answer: dict[str, Any] = field(default_factory=dict)
    """Keys to overwrite in the token answer for this person; ``"absent"`` leaves a key out."""

    @property
    def display_name(self) -> str:
        """The display name."""
        return self.credit_name or " ".join(filter(None, (self.given_names, self.family_name)))

    @property
    def public_name(self) -> str | None:
        """The public name."""
        return self.display_name if self.name_public else None


@dataclass(slots=True)
class Client:
    """An application registered at ORCID."""

    client_id: str
    client_secret: str
    name: str
    redirect_uris: list[str] = field(default_factory=list)
    kind: str = "premium"
    extra_scopes: frozenset[str] = frozenset({"/premium-notification"})
    only_scopes: frozenset[str] | None = None
    status: str = "active"

    @property
    def entitled(self) -> frozenset[str]:
        """The scopes this client may ask for."""
        if self.only_scopes is not None:
            return self.only_scopes
        return scopes.ENTITLED[self.kind] | self.extra_scopes


_PLAIN_FACTS: Final = (
    "given_names",
    "family_name",
    "credit_name",
    "name_public",
    "primary",
    "default_visibility",
    "created_at",
    "creator",
    "password",
    "second_factor",
    "takes_notifications",
    "token_answer",
)


class UnusableError(ControlError):
    """Raised when a person or client of a control request is invalid; the text says why."""


def person_from(given: dict[str, Any], *, existing: Person | None = None) -> Person:
    """Return a person from an entry of the people file; keys that are left out keep their value.

    Raises:
        UnusableError: the iD or a value can not be used.
    """
    orcid_id = given.get("orcid") or given.get("orcid_id") or ""
    if not v.RECORD_ID.fullmatch(orcid_id):
        raise UnusableError(f"'{orcid_id}' is not an ORCID iD")
    person = existing or Person(orcid_id, given.get("given_names") or "Unnamed")
    for name in _PLAIN_FACTS:
        if name in given:
            setattr(person, name, given[name])
    if "status" in given:
        try:
            person.status = RecordStatus(given["status"])
        except ValueError as error:
            raise UnusableError(f"'{given['status']}' is not the status of a record") from error
    if "age_days" in given:
        person.created_at = time.time() - float(given["age_days"]) * 24 * 3600
    if person.status is RecordStatus.DEPRECATED and not person.primary:
        raise UnusableError("a deprecated record names its primary record")
    if person.default_visibility not in v.VISIBILITIES:
        raise UnusableError(f"'{person.default_visibility}' is not a visibility")
    return person


def client_from(given: dict[str, Any], *, existing: Client | None = None) -> Client:
    """Return a client from the body of a control request.

    Raises:
        UnusableError: an id, a kind or a scope can not be used.
    """
    client_id = str(given.get("client_id") or "")
    if not v.CLIENT_PATH.fullmatch(client_id):
        raise UnusableError(f"'{client_id}' is not a client id: APP- and 16 letters or digits")
    client = existing or Client(client_id, "", client_id)
    for name in ("client_secret", "name", "redirect_uris", "kind", "status"):
        if name in given:
            setattr(client, name, given[name])
    if "scopes" in given:
        client.only_scopes = frozenset(given["scopes"]) or None
    if client.kind not in scopes.ENTITLED:
        raise UnusableError(f"'{client.kind}' is not a kind of client")
    return client


DEFAULT_REDIRECTS: Final = ["http://127.0.0.1:8000/", "http://localhost:8000/"]


def default_clients() -> list[Client]:
    """Return the clients that every new stand-in has."""
    return [
        Client("APP-PROFILESDEMO0001", "demo-secret-orcid", "DataCite Profiles", [*DEFAULT_REDIRECTS]),
        Client("APP-PROFILESDEMO0002", "demo-secret-search", "DataCite Search & Link", [*DEFAULT_REDIRECTS]),
        Client("APP-PROFILESDEMO0003", "demo-secret-update", "DataCite Auto-Update", [*DEFAULT_REDIRECTS]),
    ]
