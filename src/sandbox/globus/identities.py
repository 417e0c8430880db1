"""People who can sign in: identities at institutions, Google and ORCID, and how they are linked.

An identity is what a provider vouches for. Linked identities form an account, whose first identity is the
primary one: its ``sub`` is what every service sees, whichever of them was used to sign in.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from sandbox.control import ControlError
from sandbox.people import Person

PROVIDERS: Final = ("institution", "google", "orcid")
_DISPLAY_NAMES: Final = {"google": "Google", "orcid": "ORCID"}
USED, UNUSED = "used", "unused"


@dataclass(slots=True)
class Identity:
    """One identity, as Globus describes it."""

    sub: str
    provider: str
    username: str
    name: str | None
    email: str | None
    organization: str | None
    status: str = USED
    linked: bool = True
    second_factor: bool = False
    """Whether its provider requires and reports a second factor."""
    last_authentication: int | None = None

    @property
    def provider_name(self) -> str:
        """The display name of the provider."""
        return _DISPLAY_NAMES.get(self.provider) or self.organization or "Institution"

    @property
    def provider_id(self) -> str:
        """The id of the provider at Globus."""
        return str(uuid5(NAMESPACE_URL, f"stand-in-globus/provider/{self.provider_name}"))

    def described(self, scopes: frozenset[str]) -> dict[str, Any]:
        """Return the identity as an entry of ``identity_set``."""
        entry = {
            "sub": self.sub,
            "username": self.username,
            "name": self.name,
            "organization": self.organization,
            "identity_provider": self.provider_id,
            "identity_provider_display_name": self.provider_name,
            "status": self.status,
            "last_authentication": self.last_authentication,
        }
        if "email" in scopes:
            entry["email"] = self.email
        return entry


@dataclass(slots=True)
class Holder:
    """A person and all their identities."""

    key: str
    name: str
    identities: list[Identity] = field(default_factory=list)

    def account_of(self, identity: Identity) -> list[Identity]:
        """Return the identities linked with this one, the primary one first."""
        if not identity.linked:
            return [identity]
        return [each for each in self.identities if each.linked]


@dataclass(frozen=True, slots=True)
class Login:
    """A person who is signed in at Globus with one of their identities."""

    holder: Holder
    identity: Identity
    at: int

    @property
    def account(self) -> list[Identity]:
        """The linked identities, the primary one first."""
        return self.holder.account_of(self.identity)

    @property
    def primary(self) -> Identity:
        """The identity that services see."""
        return self.account[0]


def holder_from(person: Person) -> Holder:
    """Read the identities of an entry of the people file.

    A person without identities has the identity of their ORCID iD.

    Raises:
        ControlError: an identity cannot be used.
    """
    if not isinstance(person, dict):
        raise ControlError("a person is an object")
    orcid_id = person.get("orcid")
    name = " ".join(filter(None, (person.get("given_names"), person.get("family_name"))))
    given = (person.get("globus") or {}).get("identities") or ([{"provider": "orcid"}] if orcid_id else [])
    identities = [_identity(each, person_name=name, orcid_id=orcid_id) for each in given]
    if not identities:
        raise ControlError("a person needs an orcid, or identities under globus")
    if not any(identity.linked and identity.status == USED for identity in identities):
        identities[0].linked = True
    return Holder(orcid_id or identities[0].username, name or identities[0].username, identities)


def _identity(given: dict[str, Any], *, person_name: str, orcid_id: str | None) -> Identity:
    provider = given.get("provider", "")
    if provider not in PROVIDERS:
        raise ControlError(f"'{provider}' is not a provider; there are {', '.join(PROVIDERS)}")
    username = given.get("username") or (f"{orcid_id}@orcid.org" if provider == "orcid" and orcid_id else "")
    if not username:
        raise ControlError("an identity needs a username")
    status = given.get("status", USED)
    if status not in {USED, UNUSED}:
        raise ControlError(f"'{status}' is not a status of an identity: used or unused")
    return Identity(
        sub=given.get("sub") or str(uuid5(NAMESPACE_URL, f"stand-in-globus/identity/{provider}/{username}")),
        provider=provider,
        username=username,
        name=given.get("name", person_name if provider != "orcid" else None),
        email=given.get("email"),
        organization=given.get("organization"),
        status=status,
        linked=bool(given.get("linked", True)),
        second_factor=bool(given.get("second_factor", False)),
    )
