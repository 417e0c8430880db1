"""The scopes that a relying party may request: their texts for people, and the claims of each.

Scopes of identity are OpenID Connect's and ours. Scopes of our APIs are those of ``domain.access.roles``,
which access keys use too: one vocabulary for all kinds of tokens.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.domain.access import roles
from profiles.domain.access.roles import Role, Visitor


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope. ``ours_only``: only for DataCite's services; ``for_machines``: valid without a person."""

    name: str
    words: "str | Promise"
    ours_only: bool = False
    for_people: bool = True
    for_machines: bool = False
    claims: tuple[str, ...] = ()


OPENID: Final = "openid"
OFFLINE: Final = "offline_access"

_OF_IDENTITY: Final = (
    Scope(OPENID, _("Know that it is you when you come back"), claims=("sub",)),
    Scope("orcid", _("See your ORCID iD"), claims=("orcid",)),
    Scope(
        "profile",
        _("See your name, your ORCID iD and your language"),
        claims=(
            *("name", "given_name", "family_name"),
            *("preferred_username", "locale", "updated_at"),
        ),
    ),
    Scope("email", _("See your e-mail address"), claims=("email", "email_verified")),
    Scope(
        "permissions",
        _("See which ORCID permissions you gave DataCite, not the permissions themselves"),
        claims=("permissions",),
    ),
    Scope("roles", _("See your role at DataCite"), ours_only=True, claims=("role_id", "beta_tester")),
    Scope(OFFLINE, _("Do all this also while you are not signed in, for up to 90 days")),
)

_WORDS: Final[dict[roles.Scope, "str | Promise"]] = {
    roles.Scope.CLAIMS_READ: _("See your works and where they stand"),
    roles.Scope.CLAIMS_WRITE: _(
        "Add works to your ORCID record and take them off, as far as you let DataCite do so"
    ),
    roles.Scope.PROFILE_READ: _("See your profile, also what you keep from others"),
    roles.Scope.PROFILE_WRITE: _("Change your name here"),
    roles.Scope.PEOPLE_WRITE: _("Announce people"),
    roles.Scope.DOI_EVENTS_WRITE: _("Announce changed DOIs"),
    roles.Scope.WEBHOOKS: _("Be told what became of claims"),
    roles.Scope.REPOSITORY_READ: _("See the figures of your repositories"),
}


def _of_apis() -> Iterable[Scope]:
    people, machines = roles.scopes_for(Role.CLIENT_USER), roles.scopes_for(Visitor.SERVICE)
    for name, words in _WORDS.items():
        for_people = name in people
        yield Scope(
            name.value,
            words,
            ours_only=not for_people,
            for_people=for_people,
            for_machines=name in machines,
        )


SCOPES: Final = {scope.name: scope for scope in (*_OF_IDENTITY, *_of_apis())}


def for_people(names: Iterable[str]) -> list[str]:
    """Return those of the scopes that are valid where a person signs in."""
    requested = set(names)
    return [name for name, scope in SCOPES.items() if name in requested and scope.for_people]


def for_machines(names: Iterable[str]) -> list[str]:
    """Return those of the scopes that are valid for a machine without a person."""
    requested = set(names)
    return [name for name, scope in SCOPES.items() if name in requested and scope.for_machines]


def allowed(names: list[str], *, first_party: bool) -> list[str]:
    """Return those of these scopes that a relying party of this kind may be registered for."""
    return [name for name in SCOPES if name in names and (first_party or not SCOPES[name].ours_only)]
