"""What a relying party may ask for: the scopes, in words for people, and what each opens."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.domain.roles import Act


@dataclass(frozen=True, slots=True)
class Scope:
    """``acts``: what a token with it may do in our APIs. ``ours_only``: for DataCite's services."""

    name: str
    words: "str | Promise"
    acts: frozenset[Act] = frozenset()
    ours_only: bool = False
    machines_only: bool = False
    claims: tuple[str, ...] = ()


OPENID: Final = "openid"
OFFLINE: Final = "offline_access"

_ALL: Final = (
    Scope(OPENID, _("Know that it is you when you come back"), claims=("sub",)),
    Scope("orcid", _("See your ORCID iD"), claims=("orcid",)),
    Scope("profile", _("See your name"), claims=("name", "given_name", "family_name")),
    Scope("email", _("See your e-mail address"), claims=("email", "email_verified")),
    Scope(
        "permissions",
        _("See which ORCID permissions you gave DataCite, not the permissions themselves"),
        claims=("permissions",),
    ),
    Scope("roles", _("See your role at DataCite"), ours_only=True, claims=("role_id", "beta_tester")),
    Scope(OFFLINE, _("Do all this also while you are not signed in, for up to 90 days")),
    Scope("claims:read", _("See your works and where they stand"), frozenset({Act.READ_OWN_CLAIMS})),
    Scope(
        "claims:write",
        _("Add works to your ORCID record and take them off, as far as you let DataCite do so"),
        frozenset({Act.READ_OWN_CLAIMS, Act.CHANGE_OWN_CLAIMS}),
    ),
    Scope("profile:write", _("Change your name here"), frozenset({Act.CHANGE_OWN_PROFILE})),
    Scope(
        "claims:read-all",
        _("Read all claims"),
        frozenset({Act.READ_ALL_CLAIMS}),
        ours_only=True,
        machines_only=True,
    ),
    Scope(
        "claims:write-all",
        _("Change all claims"),
        frozenset({Act.READ_ALL_CLAIMS, Act.CHANGE_ALL_CLAIMS}),
        ours_only=True,
        machines_only=True,
    ),
    Scope(
        "people:announce",
        _("Announce people"),
        frozenset({Act.ANNOUNCE_PEOPLE}),
        ours_only=True,
        machines_only=True,
    ),
    Scope(
        "doi-events:send",
        _("Announce changed DOIs"),
        frozenset({Act.SEND_DOI_EVENTS}),
        ours_only=True,
        machines_only=True,
    ),
)
SCOPES: Final = {scope.name: scope for scope in _ALL}


def acts_of(scope: str) -> frozenset[str]:
    """Return what a token with this scope may do, in the words of the table of rights."""
    acts: set[str] = {Act.READ_PUBLIC_PEOPLE.value}
    for name in scope.split():
        if name in SCOPES:
            acts |= {act.value for act in SCOPES[name].acts}
    return frozenset(acts)


def allowed(names: list[str], *, first_party: bool) -> list[str]:
    """Return those of these scopes that a relying party of this kind may be registered for."""
    return [name for name in SCOPES if name in names and (first_party or not SCOPES[name].ours_only)]
