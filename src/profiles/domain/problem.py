"""What an entry of the catalogue of problems says: when we try again, and what the researcher can do."""

from dataclasses import dataclass
from enum import StrEnum


class Retry(StrEnum):
    """When we retry."""

    NEVER = "never"
    NETWORK = "network"
    """Minutes, growing: an outage or a lost answer."""
    SOON = "soon"
    """Seconds: too many calls at once, or a permission that ORCID has not yet seen itself."""
    SLOW = "slow"
    """A day, then a week: the record is locked or not yet claimed."""
    PERMISSION = "permission"
    """When the researcher gives permission (again)."""


class Remedy(StrEnum):
    """What the researcher can do."""

    NONE = "none"
    WAIT = "wait"
    GRANT = "grant"
    RESTORE = "restore"
    SIGN_IN = "sign_in"
    MAKE_ROOM = "make_room"
    ORCID = "orcid"
    FIX_METADATA = "fix_metadata"
    SETTINGS = "settings"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry. ``title`` is also what the outer contract shows as an error title."""

    code: str
    title: str
    we: str
    you: str
    retry: Retry = Retry.NEVER
    remedy: Remedy = Remedy.NONE
