"""Who may do what: one table, deny by default; and what a key or token may be given for."""

import re
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """A person's role; the values are the outer contract's ``role_id``."""

    STAFF_ADMIN = "staff_admin"
    STAFF_USER = "staff_user"
    PROVIDER_ADMIN = "provider_admin"
    PROVIDER_USER = "provider_user"
    CLIENT_ADMIN = "client_admin"
    CLIENT_USER = "client_user"
    USER = "user"


STAFF: Final = frozenset({Role.STAFF_ADMIN.value, Role.STAFF_USER.value})
_OF_MEMBER: Final = frozenset({Role.PROVIDER_ADMIN, Role.PROVIDER_USER})
_OF_REPOSITORY: Final = frozenset({Role.CLIENT_ADMIN, Role.CLIENT_USER})
_MEMBER_ID: Final = re.compile(r"[a-z0-9]{1,40}", re.ASCII)
_REPOSITORY_ID: Final = re.compile(r"[a-z0-9]{1,40}\.[a-z0-9._-]{1,80}", re.ASCII)


def refusal_of_role(role: Role, *, member: str, repository: str) -> str:
    """Say why a person cannot be given this role with these ids; an empty text when they can.

    A member's role without its member, or a repository's without its repository, would give no rights and
    look as if it did.
    """
    if role in _OF_MEMBER and (not _MEMBER_ID.fullmatch(member) or repository):
        return f"{role} needs the id of its member, such as datacite, and no repository."
    if role in _OF_REPOSITORY and (not _REPOSITORY_ID.fullmatch(repository) or member):
        return f"{role} needs the id of its repository, such as datacite.test, and no member."
    if role not in _OF_MEMBER | _OF_REPOSITORY and (member or repository):
        return f"{role} has no member and no repository."
    return ""


class Visitor(StrEnum):
    """Who may call besides people with a role."""

    ANONYMOUS = "anonymous"
    SERVICE = "service"
    """A machine of DataCite, with a service key."""
    REPOSITORY = "repository"
    """A machine of a repository or member, with a service key that is bound to it."""


class Act(StrEnum):
    """What can be done."""

    READ_OWN_CLAIMS = "read own claims"
    READ_ALL_CLAIMS = "read all claims"
    CHANGE_OWN_CLAIMS = "change own claims"
    CHANGE_ALL_CLAIMS = "change all claims"
    READ_PUBLIC_PEOPLE = "read public people"
    READ_HIDDEN_PEOPLE = "read hidden people"
    READ_OWN_PROFILE = "read own profile"
    CHANGE_OWN_PROFILE = "change own profile"
    ANNOUNCE_PEOPLE = "announce and change people"
    SEND_DOI_EVENTS = "send DOI events"
    MANAGE_WEBHOOKS = "manage webhooks"
    READ_REPOSITORY_VIEW = "read the repository view"
    READ_STORIES = "read everybody's story"
    HELP_PEOPLE = "act for a person, with a reason"
    GIVE_ROLES = "give and take roles"
    READ_AUDIT = "read the audit log of staff"
    REPLAY = "replay"
    REGISTER_SERVICES = "register services that sign people in here"
    GIVE_SERVICE_KEYS = "give and revoke service keys"


A = Act
_OWN_READING: Final = frozenset({A.READ_OWN_CLAIMS, A.READ_PUBLIC_PEOPLE, A.READ_OWN_PROFILE})
_SELF: Final = _OWN_READING | {A.CHANGE_OWN_CLAIMS, A.CHANGE_OWN_PROFILE}
_ORGANISATION: Final = _SELF | {A.READ_REPOSITORY_VIEW}

RIGHTS: Final[dict[Role | Visitor, frozenset[Act]]] = {
    Role.STAFF_ADMIN: frozenset(Act),
    Role.STAFF_USER: _OWN_READING
    | {
        A.CHANGE_OWN_PROFILE,
        A.READ_ALL_CLAIMS,
        A.READ_HIDDEN_PEOPLE,
        A.READ_REPOSITORY_VIEW,
        A.READ_STORIES,
    },
    Role.PROVIDER_ADMIN: _ORGANISATION,
    Role.PROVIDER_USER: _ORGANISATION,
    Role.CLIENT_ADMIN: _ORGANISATION,
    Role.CLIENT_USER: _ORGANISATION,
    # The old service let every signed-in person read all claims; no consumer depends on it.
    Role.USER: _SELF,
    # A key's scopes narrow these two further.
    Visitor.SERVICE: frozenset(
        {A.READ_ALL_CLAIMS, A.CHANGE_ALL_CLAIMS, A.READ_PUBLIC_PEOPLE, A.ANNOUNCE_PEOPLE, A.SEND_DOI_EVENTS}
        | {A.MANAGE_WEBHOOKS}
    ),
    Visitor.REPOSITORY: frozenset({A.READ_PUBLIC_PEOPLE, A.READ_REPOSITORY_VIEW, A.MANAGE_WEBHOOKS}),
    Visitor.ANONYMOUS: frozenset({A.READ_PUBLIC_PEOPLE}),
}


def may(who: Role | Visitor | str, act: Act) -> bool:
    """Tell whether a role may do this; a role that is not in the table may do nothing."""
    return act in _BY_NAME.get(str(who), frozenset())


_BY_NAME: Final = {who.value: rights for who, rights in RIGHTS.items()}


class Scope(StrEnum):
    """What a key or an access token was given for. It narrows rights, and never gives any."""

    CLAIMS_READ = "claims:read"
    CLAIMS_WRITE = "claims:write"
    PROFILE_READ = "profile:read"
    PROFILE_WRITE = "profile:write"
    PEOPLE_WRITE = "people:write"
    DOI_EVENTS_WRITE = "doi-events:write"
    WEBHOOKS = "webhooks"
    REPOSITORY_READ = "repository:read"


SCOPES: Final[dict[Scope, frozenset[Act]]] = {
    Scope.CLAIMS_READ: frozenset({A.READ_OWN_CLAIMS, A.READ_ALL_CLAIMS}),
    Scope.CLAIMS_WRITE: frozenset({A.CHANGE_OWN_CLAIMS, A.CHANGE_ALL_CLAIMS}),
    Scope.PROFILE_READ: frozenset({A.READ_OWN_PROFILE}),
    Scope.PROFILE_WRITE: frozenset({A.CHANGE_OWN_PROFILE}),
    Scope.PEOPLE_WRITE: frozenset({A.ANNOUNCE_PEOPLE}),
    Scope.DOI_EVENTS_WRITE: frozenset({A.SEND_DOI_EVENTS}),
    Scope.WEBHOOKS: frozenset({A.MANAGE_WEBHOOKS}),
    Scope.REPOSITORY_READ: frozenset({A.READ_REPOSITORY_VIEW}),
}
"""Acts that are listed here for no scope are not possible with a key: they need a person on a page."""

_PERSONAL: Final = (Scope.CLAIMS_READ, Scope.CLAIMS_WRITE, Scope.PROFILE_READ, Scope.PROFILE_WRITE)


def covers(scopes: frozenset[str], act: Act) -> bool:
    """Say whether one of the scopes is for this; a scope that we do not know is for nothing."""
    if act in RIGHTS[Visitor.ANONYMOUS]:
        return True
    return any(scope.value in scopes and act in acts for scope, acts in SCOPES.items())


def role_of_a_personal_key(role: str) -> str:
    """Return the line of the table that holds for a person's own key.

    Staff's rights stay where a second factor was asked for: their keys do what every researcher's do.
    A machine that needs more gets a service key.
    """
    return Role.USER.value if role in STAFF else role


def scopes_for(who: Role | Visitor | str) -> list[Scope]:
    """List the scopes that a key of this line can use, in the order of the docs."""
    kind = str(who)
    if kind in {Visitor.SERVICE.value, Visitor.REPOSITORY.value}:
        return [scope for scope, acts in SCOPES.items() if acts & _BY_NAME[kind]]
    usable = [scope for scope in _PERSONAL if SCOPES[scope] & _BY_NAME.get(kind, frozenset())]
    return [*usable, Scope.REPOSITORY_READ] if may(kind, A.READ_REPOSITORY_VIEW) else usable
