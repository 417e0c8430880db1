"""Decide what follows from a changed DOI: one transaction from the event to the claim."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog
from django.db import transaction

from profiles.domain.claim import ForbiddenTransitionError
from profiles.domain.eligibility.case import Settings
from profiles.domain.matching.enrolled import EnrolledIds
from profiles.intake import selectors as intake
from profiles.intake import services
from profiles.intake.selectors import Snapshot
from profiles.pipeline.intake import removal_brake
from profiles.pipeline.intake.decision_batch import DecisionBatch, concerned
from profiles.pipeline.intake.facts import Person, any_people, deployment, enrolled_people
from profiles.pipeline.intake.incoming import Incoming, ReadChange

log = structlog.get_logger("profiles.intake")
DECIDE_TRIES: Final = 4


@dataclass(slots=True)
class Tally:
    """What came of a batch."""

    events: int = 0
    repeated: int = 0
    decisions: int = 0
    by_result: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Count another batch in."""
        self.events += other.events
        self.repeated += other.repeated
        self.decisions += other.decisions
        for result, count in other.by_result.items():
            self.by_result[result] = self.by_result.get(result, 0) + count


def decide_all(
    incoming: Iterable[Incoming], *, recorded: bool = False, enrolled: EnrolledIds | None = None
) -> Tally:
    """Decide about changes, older ones of the same DOI first. Safe to call twice.

    ``recorded`` events stand in their table already and wait for this; the others are stored here, and
    those whose id is known are not decided again. ``enrolled`` spares the database the question about
    people who are not: a collaboration names thousands.
    """
    tally = Tally()
    settings = deployment()
    looked = [ReadChange(change, settings.sandbox_ids, enrolled) for change in incoming]
    for batch in _one_state_each(looked):
        tally.add(_decide_with_retries(batch, settings, recorded=recorded))
    return tally


def _decide_with_retries(batch: list[ReadChange], settings: Settings, *, recorded: bool) -> Tally:
    """Decide again where a claim went on while it was decided about, with the facts as they are then."""
    for _attempt in range(DECIDE_TRIES - 1):
        with suppress(ForbiddenTransitionError):
            return _decide_batch(batch, settings, recorded=recorded)
    return _decide_batch(batch, settings, recorded=recorded)


def _one_state_each(incoming: Iterable[ReadChange]) -> list[list[ReadChange]]:
    """Split into batches in which no DOI stands twice, in the order of their changes."""
    ordered = sorted(incoming, key=lambda i: (i.record.updated if i.record else None) or i.incoming.at)
    batches: list[list[ReadChange]] = []
    turn: dict[str, int] = {}
    for change in ordered:
        place = turn.get(change.doi, 0)
        turn[change.doi] = place + 1
        if place == len(batches):
            batches.append([])
        batches[place].append(change)
    return batches


@transaction.atomic
def _decide_batch(batch: list[ReadChange], settings: Settings, *, recorded: bool) -> Tally:
    kept = intake.kept([change.doi for change in batch], lock=True)
    people = _people_of(batch, kept)
    if not recorded:
        # Of what only looked as if it concerned somebody, no trace is kept.
        batch = [c for c in batch if c.only or c.doi in kept or not people.keys().isdisjoint(c.watched)]
    new = batch if recorded else _record(batch)
    if not new:
        return Tally(events=len(batch), repeated=len(batch))
    turn = DecisionBatch(new, kept, people, settings)
    decisions = turn.decisions()
    held = removal_brake.dois_to_hold(decisions, released={c.doi for c in new if c.incoming.is_released})
    if held:
        services.hold_events([change.event_id for change in new if change.doi in held])
        turn.leave_out(held)
        decisions = [decision for decision in decisions if decision.doi not in held]
    services.write_decisions(decisions)
    turn.keep_sightings(decisions)
    turn.act(decisions)
    if recorded:
        services.finish_events([change.event_id for change in turn.batch])
    tally = Tally(len(batch), len(batch) - len(new), len(decisions))
    for decision in decisions:
        result = decision.verdict.result.value
        tally.by_result[result] = tally.by_result.get(result, 0) + 1
    for change in new:
        log.info("event.decided", event_id=change.event_id, doi=change.doi)
    log.info("intake.decided", events=tally.events, repeated=tally.repeated, **tally.by_result)
    return tally


def _people_of(batch: list[ReadChange], kept: dict[str, Snapshot]) -> dict[str, Person]:
    everybody = {orcid_id for change in batch for orcid_id in concerned(change, kept)}
    return enrolled_people(everybody) | any_people({change.only for change in batch} - {""})


def _record(batch: Sequence[ReadChange]) -> list[ReadChange]:
    new = services.record_events(
        [
            services.NewEvent(i.event_id, i.doi, i.incoming.source, i.record.updated if i.record else None)
            for i in batch
        ]
    )
    return [change for change in batch if change.event_id in new]
