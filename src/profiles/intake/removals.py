"""Counting DOIs that look gone or unnamed, and the events that are held because they were too many."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from profiles.infra import clock
from profiles.intake.models import DoiEvent, DoiSnapshot, RemovalBrake
from profiles.intake.selectors import HELD_UNTIL
from profiles.intake.services import REMOVALS_RELEASED

_WINDOW: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BrakeState:
    """Whether removals are stopped, whether they were just now, and what was counted."""

    is_stopped: bool
    stopped_now: bool
    losses: int
    limit: int


@transaction.atomic
def count_losses(count: int, *, at_least: int, share: float) -> BrakeState:
    """Count DOIs that look gone or unnamed, and stop removals when there are too many within a day.

    Too many are more than ``at_least`` and more than ``share`` (in percent) of the DOIs that are kept.
    """
    now = clock.now()
    RemovalBrake.objects.get_or_create(name="removals", defaults={"since": now})
    brake = RemovalBrake.objects.select_for_update().get(name="removals")
    if brake.stopped_at is not None:
        return BrakeState(True, False, brake.losses, 0)
    if brake.since < now - _WINDOW:
        brake.since, brake.losses = now, 0
    brake.losses += count
    limit = at_least
    if brake.losses > limit:
        limit = max(limit, int(DoiSnapshot.objects.exclude(seen_at=None).count() * share / 100))
    too_many = brake.losses > limit
    if too_many:
        brake.stopped_at = now
    brake.save()
    return BrakeState(too_many, too_many, brake.losses, limit)


def stopped_since() -> datetime | None:
    """Return since when removals are stopped; None when they are not."""
    return RemovalBrake.objects.filter(name="removals").values_list("stopped_at", flat=True).first()


def held(limit: int = 50) -> tuple[int, list[str]]:
    """Return how many events are held, and the DOIs of the first of them."""
    events = DoiEvent.objects.filter(due_at=HELD_UNTIL)
    return events.count(), list(events.order_by("id").values_list("doi", flat=True)[:limit])


@transaction.atomic
def release(*, by: str) -> int:
    """Let removals go on and return how many events were held; their records are fetched again first."""
    now = clock.now()
    brake = RemovalBrake.objects.select_for_update().filter(name="removals").first()
    if brake is None or brake.stopped_at is None:
        return 0
    brake.stopped_at, brake.since, brake.losses = None, now, 0
    brake.released_at, brake.released_by = now, by
    brake.save()
    return DoiEvent.objects.filter(due_at=HELD_UNTIL).update(due_at=now, problem=REMOVALS_RELEASED)
