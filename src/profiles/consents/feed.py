"""Changes of permissions in the order of writing; the source of webhook messages."""

from dataclasses import dataclass
from datetime import datetime

from profiles.consents.models import Receipt
from profiles.consents.moving_in.permissions import WORDING
from profiles.domain.consent import ReceiptKind


@dataclass(frozen=True, slots=True)
class PermissionChange:
    """One receipt; ``is_loss`` says that ORCID no longer accepts the permission."""

    id: int
    at: datetime
    orcid_id: str
    purpose: str
    is_loss: bool


def changes_after(last_id: int, *, limit: int) -> list[PermissionChange]:
    """Return the next receipts, the oldest first; those that moved in are no change."""
    rows = (
        Receipt.objects.filter(id__gt=last_id)
        .exclude(wording=WORDING, kind=ReceiptKind.GRANTED.value)
        .order_by("id")
        .values_list("id", "at", "orcid_id", "purpose", "kind")
    )
    return [PermissionChange(*row[:-1], is_loss=row[-1] == ReceiptKind.LOST.value) for row in rows[:limit]]


def last_before(moment: datetime) -> int:
    """Return the number of the last receipt before this moment."""
    ids = Receipt.objects.filter(at__lte=moment).order_by("-id").values_list("id", flat=True)
    return ids.first() or 0
