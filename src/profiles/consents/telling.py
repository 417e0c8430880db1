"""Whom to tell that a permission is lost: once for each loss, and never one message for each work.

``Consent.tell_at`` is written with the loss, in one statement. A person whose message is being sent is out
of reach of other jobs for a while, so a job that runs twice tells them once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from profiles.consents.models import Consent, Receipt
from profiles.consents.services import write_receipt
from profiles.domain.consent import ConsentHealth, ReceiptKind

LEASE: Final = timedelta(minutes=10)
COOL_DOWN: Final = timedelta(days=1)
"""Two permissions that are lost one after the other make one message, or the second one a day later."""
GIVE_UP: Final = timedelta(days=14)
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Loss:
    """Somebody who is to be told. ``tried_before``: an earlier try may have reached them."""

    orcid_id: str
    lost_at: datetime
    tried_before: bool


@transaction.atomic
def take_losses(*, now: datetime) -> list[Loss]:
    """Take the people who are to be told now."""
    rows = list(
        Consent.objects.select_for_update(skip_locked=True)
        .filter(tell_at__lte=now, health=ConsentHealth.LOST.value)
        .order_by("tell_at", "orcid_id")[:_AT_ONCE]
    )
    recently = _told_since(now - COOL_DOWN, {row.orcid_id for row in rows})
    taken: dict[str, Loss] = {}
    for row in rows:
        quiet_until = recently.get(row.orcid_id)
        if quiet_until is not None:
            row.tell_at = quiet_until + COOL_DOWN
        else:
            loss = Loss(row.orcid_id, row.lost_at or now, tried_before=row.tell_tries > 0)
            taken.setdefault(row.orcid_id, loss)
            row.tell_tries += 1
            row.tell_at = now + LEASE
        row.save(update_fields=["tell_at", "tell_tries"])
    return list(taken.values())


def _told_since(moment: datetime, orcid_ids: set[str]) -> dict[str, datetime]:
    told = Receipt.objects.filter(orcid_id__in=orcid_ids, kind=ReceiptKind.TOLD.value, at__gt=moment)
    return dict(told.order_by("at").values_list("orcid_id", "at"))


@transaction.atomic
def record_told(*, orcid_id: str, now: datetime) -> bool:
    """Remember that somebody was told; False when there was nothing to tell any more."""
    rows = list(_untold(orcid_id))
    for row in rows:
        row.told_at, row.tell_at = now, None
        row.save(update_fields=["told_at", "tell_at"])
        write_receipt(row, ReceiptKind.TOLD, now)
    return bool(rows)


@transaction.atomic
def put_off(*, orcid_id: str, now: datetime) -> None:
    """Try again later, each time a little more so; after two weeks the banner on our pages must do."""
    for row in _untold(orcid_id):
        over = row.lost_at is not None and now - row.lost_at > GIVE_UP
        wait = timedelta(minutes=min(4**row.tell_tries, 24 * 60))
        row.tell_at = None if over else now + wait
        row.save(update_fields=["tell_at"])


@transaction.atomic
def leave_it(*, orcid_id: str) -> None:
    """There is no way to this person: the banner on our pages tells them when they come."""
    _untold(orcid_id).update(tell_at=None)


def _untold(orcid_id: str) -> QuerySet[Consent]:
    return Consent.objects.select_for_update().filter(
        orcid_id=orcid_id, health=ConsentHealth.LOST.value, tell_at__isnull=False
    )
