"""Read decisions in the order in which they were stored, for webhook messages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from profiles.domain.eligibility.rules import RULES, Result
from profiles.intake.models import Decision
from profiles.intake.selectors import NO_NEWS

_PERSONAL: Final = frozenset(rule.name for rule in RULES if rule.private)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision.

    ``is_skip``: the rules said no, and that is news. ``is_personal``: a rule about the person decided, not
    one about the metadata.
    """

    id: int
    at: datetime
    orcid_id: str
    doi: str
    reason: str
    field: str
    value: str
    is_skip: bool
    is_personal: bool


def verdicts_after(last_id: int, *, limit: int) -> list[Verdict]:
    """Return the next decisions, the oldest first."""
    rows = (
        Decision.objects.filter(id__gt=last_id)
        .order_by("id")
        .values_list("id", "at", "orcid_id", "doi", "reason", "field", "value", "rule", "result")
    )
    return [
        Verdict(
            *row[:-2],
            is_skip=row[-1] == Result.SKIP.value and row[4] not in NO_NEWS,
            is_personal=row[-2] in _PERSONAL,
        )
        for row in rows[:limit]
    ]


def last_before(moment: datetime) -> int:
    """Return the id of the last decision before this time; 0 when there is none."""
    found = Decision.objects.filter(at__lte=moment).order_by("-id").values_list("id", flat=True)
    return found.first() or 0
