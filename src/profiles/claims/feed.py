"""Read the changes of claims in the order in which they were written, for webhooks."""

import uuid as uuids
from dataclasses import dataclass
from datetime import datetime

from profiles.claims.models import ClaimHistory
from profiles.claims.moving_in.claims import NOTE


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """One line of a claim's history, with its claim."""

    id: int
    at: datetime
    from_state: str
    to_state: str
    action: str
    origin: str
    problem: str
    claim_uuid: uuids.UUID
    orcid_id: str
    doi: str
    put_code: int | None


def changes_after(last_id: int, *, limit: int) -> list[ClaimChange]:
    """Return the next lines of all histories, oldest first. That a claim moved in is no change of it."""
    lines = ClaimHistory.objects.filter(id__gt=last_id).exclude(note=NOTE)
    rows = lines.order_by("id").values_list(
        "id", "at", "from_state", "to_state", "action", "origin", "problem", "claim__uuid", "claim__orcid_id",
        "claim__doi", "claim__put_code",
    )  # fmt: skip
    return [ClaimChange(*row) for row in rows[:limit]]


def last_before(moment: datetime) -> int:
    """Return the id of the last line that was written before this moment."""
    ids = ClaimHistory.objects.filter(at__lte=moment).order_by("-id").values_list("id", flat=True)
    return ids.first() or 0
