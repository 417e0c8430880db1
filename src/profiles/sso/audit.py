"""The audit log: one row for each event of a grant, a relying party or a key."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from profiles.accounts.models import FORMER_USER
from profiles.accounts.selectors import accounts_among, orcid_ids_of
from profiles.infra import clock
from profiles.sso.models import AuditEntry


class Event(StrEnum):
    """The kinds of events."""

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
    LOGOUT_DELIVERED = "logout delivered"
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
    """Build a row; the caller saves it in the transaction of the event."""
    return AuditEntry(
        at=clock.now(),
        event=event.value,
        client_id=client_id,
        account_id=account_id,
        grant_id=grant_id,
        by=by,
        note=note,
    )


def write(event: Event, **fields: Any) -> None:
    """Save a row in the transaction of the event; for the fields see ``entry``."""
    entry(event, **fields).save(force_insert=True)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A row of the audit log and its person: their iD, or a note that they left."""

    entry: AuditEntry
    person: str


def audit_log_of(client_id: str, *, person: str = "", limit: int = 50) -> list[AuditLine]:
    """List the events of a relying party, latest first; with an iD, only those of that person."""
    rows = AuditEntry.objects.filter(client_id=client_id)
    if person:
        rows = rows.filter(account_id__in=[account.pk for account in accounts_among([person])])
    entries = list(rows.order_by("-at", "-id")[:limit])
    orcid_ids = orcid_ids_of({row.account_id for row in entries if row.account_id})
    return [
        AuditLine(row, orcid_ids.get(row.account_id, FORMER_USER) if row.account_id else "")
        for row in entries
    ]


def forget_name(orcid_id: str) -> None:
    """Remove the iD of a person who left from the audit log; the events stay."""
    AuditEntry.objects.filter(by=orcid_id).update(by=FORMER_USER)
