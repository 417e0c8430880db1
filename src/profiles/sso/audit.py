"""The trail: one row for each thing that happened to a grant, a relying party or a key."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from profiles.accounts.closing import NOBODY_NAMED
from profiles.accounts.selectors import accounts_among, orcid_ids_of
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


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A row of the trail, and whom it is about: their iD, or that they left."""

    entry: AuditEntry
    person: str


def trail_of(client_id: str, *, person: str = "", most: int = 50) -> list[AuditLine]:
    """List what happened to a relying party, latest first; of one person only, where an iD is given."""
    rows = AuditEntry.objects.filter(client_id=client_id)
    if person:
        rows = rows.filter(account_id__in=[one.pk for one in accounts_among([person])])
    found = list(rows.order_by("-at", "-id")[:most])
    known = orcid_ids_of({row.account_id for row in found if row.account_id})
    return [
        AuditLine(row, known.get(row.account_id, NOBODY_NAMED) if row.account_id else "") for row in found
    ]


def forget_name(orcid_id: str) -> None:
    """Take the iD of somebody who left out of the trail; what happened stays."""
    AuditEntry.objects.filter(by=orcid_id).update(by=NOBODY_NAMED)
