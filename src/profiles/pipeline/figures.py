"""The figures of the landing page: counted at most once a day, and only where they say something."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.cache import cache

from profiles.accounts.selectors import count_enrolled
from profiles.claims.traffic import count_added, delay
from profiles.infra import clock

WORTH_SHOWING: Final = 100
"""A smaller figure says nothing to strangers, and may say too much about single people."""
WITHIN: Final = timedelta(days=30)
_KEY: Final = "front-figures"
_FRESH: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted, and when; 0 or None where it is too little to be shown."""

    at: datetime
    researchers: int
    works: int
    median: float | None
    """Seconds from the change of a DOI to the record."""


def figures() -> Figures:
    """Return the figures, counted today."""
    found: Figures | None = cache.get(_KEY)
    if found is None:
        found = _count()
        cache.set(_KEY, found, _FRESH.total_seconds())
    return found


def _count() -> Figures:
    works = count_added(since=clock.now() - WITHIN)
    lately = delay(within=WITHIN)
    return Figures(
        clock.now(),
        _shown(count_enrolled()),
        _shown(works),
        lately.median if lately and lately.count >= WORTH_SHOWING else None,
    )


def _shown(count: int) -> int:
    return count if count >= WORTH_SHOWING else 0
