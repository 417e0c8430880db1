"""What researchers may permit, and how well a permission is."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from profiles.domain.claim import Origin


class Purpose(StrEnum):
    """What a permission is for."""

    SEARCH_AND_LINK = "search_and_link"
    AUTO_UPDATE = "auto_update"


class ConsentHealth(StrEnum):
    """The health of a permission, as far as ORCID's answers show it."""

    UNUSED = "unused"
    WORKS = "works"
    DOUBTED = "doubted"
    """Refused once: ORCID refuses now and then, so one refusal proves nothing."""
    LOST = "lost"
    WITHDRAWN = "withdrawn"


class ReceiptKind(StrEnum):
    """What can happen to a permission."""

    GRANTED = "granted"
    REFRESHED = "refreshed"
    LOST = "lost"
    NOTIFIED = "notified"
    """The person was notified of the loss, by mail or in the ORCID inbox."""
    WITHDRAWN = "withdrawn"
    REVOKED_AT_ORCID = "revoked_at_orcid"


USABLE: Final = frozenset({ConsentHealth.UNUSED, ConsentHealth.WORKS, ConsentHealth.DOUBTED})
"""A token in this health is tried."""

SCOPES: Final = ("/activities/update", "/read-limited")
"""What DataCite asks for, for both purposes (the outer contract of ORCID's side)."""


def missing_scopes(granted: Iterable[str]) -> tuple[str, ...]:
    """Say what we asked for and did not get: people may allow less on ORCID's page."""
    allowed = set(granted)
    return tuple(scope for scope in SCOPES if scope not in allowed)


PURPOSE_OF: Final = {
    Origin.SEARCH_AND_LINK: Purpose.SEARCH_AND_LINK,
    Origin.AUTO_UPDATE: Purpose.AUTO_UPDATE,
}
"""Which permission a claim of an origin is sent with."""
