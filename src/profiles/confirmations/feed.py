"""Answers in the order of writing; a source of webhook messages."""

from dataclasses import dataclass
from datetime import datetime

from profiles.confirmations.models import Confirmation


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One answer; earlier ones come too."""

    id: int
    at: datetime
    orcid_id: str
    doi: str
    answer: str
    field: str
    written: str
    name: str
    repository: str


def answers_after(last_id: int, *, limit: int) -> list[GivenAnswer]:
    """Return the next answers that repositories may get, oldest first."""
    rows = Confirmation.objects.filter(id__gt=last_id, is_private=False).order_by("id")
    columns = ("id", "at", "orcid_id", "doi", "answer", "field", "written", "name", "repository")
    return [GivenAnswer(*row) for row in rows.values_list(*columns)[:limit]]


def last_before(moment: datetime) -> int:
    """Return the number of the last answer before this moment."""
    ids = Confirmation.objects.filter(at__lte=moment).order_by("-id").values_list("id", flat=True)
    return ids.first() or 0
