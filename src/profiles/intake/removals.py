"""Stop removals when too many DOIs seem to be gone or to name no one, and hold the events meanwhile."""

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
    """Whether removals are stopped, whether this call stopped them, and the counts."""

    is_stopped: bool
    stopped_now: bool
    losses: int
    limit: int


@transaction.atomic
def count_losses(count: int, *, at_least: int, share: float) -> BrakeState:
    """Add to the count of DOIs that seem to be lost, and stop removals when there are too many within a day.

    Too many means more than ``at_least`` and more than ``share`` (in percent) of the stored DOIs.
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
    """Return the number of held events, and the DOIs of the first of them."""
    events = DoiEvent.objects.filter(due_at=HELD_UNTIL)
    return events.count(), list(events.order_by("id").values_list("doi", flat=True)[:limit])


@transaction.atomic
def release(*, by: str) -> int:
    """Allow removals again and return the number of events that were held.

    Their records are fetched again before they are decided.
    """
    now = clock.now()
    brake = RemovalBrake.objects.select_for_update().filter(name="removals").first()
    if brake is None or brake.stopped_at is None:
        return 0
    brake.stopped_at, brake.since, brake.losses = None, now, 0
    brake.released_at, brake.released_by = now, by
    brake.save()
    return DoiEvent.objects.filter(due_at=HELD_UNTIL).update(due_at=now, problem=REMOVALS_RELEASED)
