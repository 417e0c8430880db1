"""Find the last way of a work to an ORCID record among all that happened to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """A step on the way, from what began it to how it ended."""

    CHANGED = "changed"
    """The DOI changed at DataCite."""
    REQUESTED = "requested"
    DECIDED = "decided"
    SENT = "sent"
    ARRIVED = "arrived"
    REMOVED = "removed"
    FAILED = "failed"


ENDS: Final = frozenset({Step.ARRIVED, Step.REMOVED, Step.FAILED})
_ORDER: Final = list(Step)


@dataclass(frozen=True, slots=True)
class Stop:
    """One step and its moment."""

    step: Step
    at: datetime


def last_journey(stops: Iterable[Stop]) -> list[Stop]:
    """Return the stops of the last way, each step once; none if there was only one step.

    It goes from the first step after the way before, to its end or to the last step so far. Of a call that
    was repeated, as after an outage, the last one counts: the delay is in front of it.
    """
    way: dict[Step, Stop] = {}
    is_over = False
    for stop in sorted(stops, key=lambda stop: (stop.at, _ORDER.index(stop.step))):
        if is_over:
            way, is_over = {}, False
        if stop.step is Step.SENT or stop.step not in way:
            way[stop.step] = stop
        is_over = stop.step in ENDS
    # A request that follows from a decision says nothing more than it.
    if Step.DECIDED in way and Step.REQUESTED in way and way[Step.DECIDED].at <= way[Step.REQUESTED].at:
        del way[Step.REQUESTED]
    found = sorted(way.values(), key=lambda stop: (stop.at, _ORDER.index(stop.step)))
    return found if len(found) > 1 else []
