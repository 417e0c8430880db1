"""The trail: one row for each thing that happened to a grant, a relying party or a key."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from profiles.accounts.closing import NOBODY_NAMED
from profiles.infra import clock
from profiles.sso.models import AuditEntry


class Event(StrEnum):
    """What can happen."""

    SIGNED_IN = "signed in"
    APPROVED = "approved"
    REFUSED = "refused"
    ISSUED = "issued"
    REFRESHED = "refreshed"
    CODE_REPLAYED = "code replayed"
    REFRESH_REPLAYED = "refresh replayed"
    REVOKED = "revoked"
    REMOVED = "removed by the person"
    SIGNED_OUT = "signed out"
    LOGOUT_TOLD = "logout told"
    LOGOUT_GIVEN_UP = "logout given up"
    PARTY_CHANGED = "party changed"
    SECRET_MADE = "secret made"  # noqa: S105  the name of an event
    SECRET_ENDED = "secret ended"  # noqa: S105  the name of an event
    KEY_MADE = "key made"
    KEY_ENDED = "key ended"


def entry(
    event: Event,
    *,
    client_id: str = "",
    account_id: int | None = None,
    grant_id: UUID | None = None,
    by: str = "",
    note: str = "",
) -> AuditEntry:
    """Make a row, to be written together with what it tells of."""
    return AuditEntry(
        at=clock.now(),
        event=event.value,
        client_id=client_id,
        account_id=account_id,
        grant_id=grant_id,
        by=by,
        note=note,
    )


def write(event: Event, **words: Any) -> None:
    """Write a row, in the transaction of what it tells of; for the words see ``entry``."""
    entry(event, **words).save(force_insert=True)


def trail_of(client_id: str, *, most: int = 50) -> list[AuditEntry]:
    """List what happened to a relying party, latest first."""
    return list(AuditEntry.objects.filter(client_id=client_id).order_by("-at", "-id")[:most])


def forget_name(orcid_id: str) -> None:
    """Take the iD of somebody who left out of the trail; what happened stays."""
    AuditEntry.objects.filter(by=orcid_id).update(by=NOBODY_NAMED)
