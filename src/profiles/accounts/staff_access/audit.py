"""The audit log of staff: who looked at whom, and who did what, with the reason.

Rows are only added: a trigger in the database refuses changes, and deletions by other functions than
``delete_old_rows`` and ``forget``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from profiles.accounts.models import FORMER_USER, Account, StaffAudit
from profiles.infra import clock
from profiles.infra.postgres.deleting import delete_in_batches

log = structlog.get_logger(__name__)

RETENTION: Final = timedelta(days=730)
RESET_WAITS: Final = timedelta(days=1)
"""How long a request to reset a second step waits for a second member of staff."""


class StaffAct(StrEnum):
    """What staff can do that is recorded."""

    LOOKED = "looked"
    TRIED_AGAIN = "tried again"
    REPLAYED = "replayed"
    CANCELLED = "cancelled"
    PARKED = "parked"
    RESUMED = "let parked works go on"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    ENDED_SESSIONS = "ended sessions"
    ASKED_RESET = "asked to reset the second step"
    CONFIRMED_RESET = "reset the second step"
    SENT_MESSAGE = "sent a message"
    SENT_WEBHOOKS = "sent webhook messages again"
    GAVE_KEY = "gave a service key"
    REVOKED_KEY = "revoked a service key"
    CHANGED_ROLE = "changed a role"
    EXPORTED_AUDIT = "exported the audit log"


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A row of the log with the iDs of its people, or a note that they left."""

    row: StaffAudit
    by: str
    person: str


def write(
    act: StaffAct,
    *,
    by: Account | str,
    person: Account | None = None,
    about: str = "",
    count: int | None = None,
    reason: str = "",
    note: str = "",
) -> None:
    """Add a row, in the transaction of the act. ``by`` is a member of staff, or the name of a command."""
    is_account = isinstance(by, Account)
    StaffAudit.objects.create(
        by_account=by.pk if isinstance(by, Account) else None,
        by_name="" if is_account else str(by),
        act=act.value,
        account_id=person.pk if person is not None else None,
        about=about,
        count=count,
        reason=reason,
        note=note,
    )
    log.info("staff.acted", act=act.value, about_account=person.pk if person else None, count=count)


def open_reset_request(account: Account) -> StaffAudit | None:
    """Return the request to reset a second step that still waits for another member of staff."""
    acts = (StaffAct.ASKED_RESET.value, StaffAct.CONFIRMED_RESET.value)
    last = StaffAudit.objects.filter(account_id=account.pk, act__in=acts).order_by("-id").first()
    is_open = last is not None and last.act == StaffAct.ASKED_RESET and last.at > clock.now() - RESET_WAITS
    return last if is_open else None


def rows_matching(
    *, by: str = "", person: str = "", act: str = "", about: str = "", since: datetime | None = None
) -> QuerySet[StaffAudit]:
    """List the rows that match all given filters, latest first; ``by`` and ``person`` are ORCID iDs."""
    rows = StaffAudit.objects.order_by("-at", "-id")
    if by:
        rows = rows.filter(Q(by_account__in=_numbers_of(by)) | Q(by_name=by))
    if person:
        rows = rows.filter(Q(account_id__in=_numbers_of(person)) | Q(about=person))
    if act:
        rows = rows.filter(act=act)
    if about:
        rows = rows.filter(about=about)
    return rows if since is None else rows.filter(at__gte=since)


def _numbers_of(orcid_id: str) -> QuerySet[Account, int]:
    return Account.objects.filter(orcid_id=orcid_id).values_list("pk", flat=True)


def lines(rows: Iterable[StaffAudit]) -> list[AuditLine]:
    """Return these rows with the iDs of their people, in one more query."""
    chosen = list(rows)
    numbers = {number for row in chosen for number in (row.by_account, row.account_id) if number}
    orcid_ids = dict(Account.objects.filter(pk__in=numbers).values_list("pk", "orcid_id"))

    def shown(number: int | None, otherwise: str) -> str:
        return orcid_ids.get(number, FORMER_USER) if number else otherwise

    return [
        AuditLine(row, shown(row.by_account, row.by_name), shown(row.account_id, row.about)) for row in chosen
    ]


def everything_about(account: Account) -> list[Any]:
    """List what staff looked at and did, for the person concerned; not who of the staff it was."""
    rows = StaffAudit.objects.filter(Q(account_id=account.pk) | Q(about=account.orcid_id)).order_by("at")
    return list(rows.values("at", "act", "count", "reason"))


@transaction.atomic
def forget(*, orcid_id: str) -> None:
    """Delete what was written about this iD while it had no account: its owner leaves."""
    _allow_deletion()
    StaffAudit.objects.filter(about=orcid_id).delete()


@transaction.atomic
def delete_old_rows(*, older_than: datetime) -> int:
    """Delete the rows of before this moment; return their number."""
    _allow_deletion()
    return delete_in_batches(StaffAudit.objects.filter(at__lt=older_than))


def _allow_deletion() -> None:
    """Let the trigger pass deletions until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('profiles.audit_retention', 'on', true)")
