"""Who may do what: one table, deny by default."""

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


class Visitor(StrEnum):
    """Who may call besides people with a role."""

    ANONYMOUS = "anonymous"
    SERVICE = "service"


class Act(StrEnum):
    """What can be done."""

    READ_OWN_CLAIMS = "read own claims"
    READ_ALL_CLAIMS = "read all claims"
    CHANGE_OWN_CLAIMS = "change own claims"
    CHANGE_ALL_CLAIMS = "change all claims"
    READ_PUBLIC_PEOPLE = "read public people"
    READ_HIDDEN_PEOPLE = "read hidden people"
    CHANGE_OWN_PROFILE = "change own profile"
    ANNOUNCE_PEOPLE = "announce and change people"
    SEND_DOI_EVENTS = "send DOI events"
    READ_REPOSITORY_VIEW = "read the repository view"
    READ_STORIES = "read everybody's story"
    REPLAY = "replay"


A = Act
_SELF: Final = frozenset({A.READ_OWN_CLAIMS, A.CHANGE_OWN_CLAIMS, A.READ_PUBLIC_PEOPLE, A.CHANGE_OWN_PROFILE})
_ORGANISATION: Final = _SELF | {A.READ_REPOSITORY_VIEW}

RIGHTS: Final[dict[Role | Visitor, frozenset[Act]]] = {
    Role.STAFF_ADMIN: frozenset(Act),
    Role.STAFF_USER: _SELF - {A.CHANGE_OWN_CLAIMS}
    | {A.READ_ALL_CLAIMS, A.READ_HIDDEN_PEOPLE, A.READ_REPOSITORY_VIEW, A.READ_STORIES},
    Role.PROVIDER_ADMIN: _ORGANISATION,
    Role.PROVIDER_USER: _ORGANISATION,
    Role.CLIENT_ADMIN: _ORGANISATION,
    Role.CLIENT_USER: _ORGANISATION,
    # The old service let every signed-in person read everybody's claims; nobody depends on it.
    Role.USER: _SELF,
    # A key's scopes narrow this further.
    Visitor.SERVICE: frozenset(
        {A.READ_ALL_CLAIMS, A.CHANGE_ALL_CLAIMS, A.READ_PUBLIC_PEOPLE, A.ANNOUNCE_PEOPLE, A.SEND_DOI_EVENTS}
    ),
    Visitor.ANONYMOUS: frozenset({A.READ_PUBLIC_PEOPLE}),
}


def may(who: Role | Visitor | str, act: Act) -> bool:
    """Say whether somebody may do something; who is not in the table may nothing."""
    return any(act in rights for known, rights in RIGHTS.items() if known.value == str(who))
