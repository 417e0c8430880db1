"""Remember for each day how bad each part of the service was at its worst."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import connection

from profiles.infra.models import ServiceDay

# A day is written when it begins and when it gets worse, however often the service is looked at.
_RECORD: Final = """
INSERT INTO infra_serviceday AS d (day, part, worst)
SELECT %(day)s, part, worst FROM unnest(%(parts)s::text[], %(levels)s::smallint[]) AS seen (part, worst)
ON CONFLICT (day, part) DO UPDATE SET worst = excluded.worst WHERE excluded.worst > d.worst
"""


def record(day: date, levels: Mapping[str, int]) -> None:
    """Record the level of each part; of all that a day sees, the worst stays."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"day": day, "parts": list(levels), "levels": list(levels.values())})


def worst_since(day: date) -> dict[tuple[str, date], int]:
    """Return the worst level of each part and day since then; days that no one looked at are missing."""
    rows = ServiceDay.objects.filter(day__gte=day).values_list("part", "day", "worst")
    return {(part, on): worst for part, on, worst in rows}


def delete_old_days(*, older_than: datetime) -> int:
    """Delete days before this time."""
    return ServiceDay.objects.filter(day__lt=older_than.date()).delete()[0]
