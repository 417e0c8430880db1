"""Decide what follows from a changed DOI, in one transaction from the event to the claim."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import structlog
from django.db import transaction

from profiles.domain.claim import ForbiddenTransitionError
from profiles.domain.eligibility.case import Settings
from profiles.domain.matching.enrolled import EnrolledIds
from profiles.infra.monitoring import tracing
from profiles.intake import selectors as intake
from profiles.intake import services
from profiles.intake.selectors import Snapshot
from profiles.pipeline.intake import removal_brake
from profiles.pipeline.intake.decision_batch import DecisionBatch, concerned_people
from profiles.pipeline.intake.facts import Person, any_people, deployment, enrolled_people
from profiles.pipeline.intake.incoming import Incoming, ReadChange

log = structlog.get_logger("profiles.intake")
MAX_DECIDE_TRIES: Final = 4


@dataclass(slots=True)
class Tally:
    """The counts of a batch."""

    events: int = 0
    repeated: int = 0
    decisions: int = 0
    by_result: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Tally") -> None:
        """Add the counts of another batch."""
        self.events += other.events
        self.repeated += other.repeated
        self.decisions += other.decisions
        for result, count in other.by_result.items():
            self.by_result[result] = self.by_result.get(result, 0) + count


def decide_all(
    incoming: Iterable[Incoming], *, recorded: bool = False, enrolled: EnrolledIds | None = None
) -> Tally:
    """Decide about changes, older ones of the same DOI first. Safe to call twice.

    ``recorded`` events are in their table already and wait for this; other events are stored here, and
    those whose id is known are not decided again. ``enrolled`` saves queries about people who are not
    enrolled: a collaboration names thousands.
    """
    tally = Tally()
    settings = deployment()
    read_changes = [ReadChange(change, settings.sandbox_ids, enrolled) for change in incoming]
    for batch in _one_state_each(read_changes):
        tally.add(_decide_with_retries(batch, settings, recorded=recorded))
    return tally


def _decide_with_retries(batch: list[ReadChange], settings: Settings, *, recorded: bool) -> Tally:
    """Decide; when a claim changed meanwhile, decide again with the new facts."""
    for _attempt in range(MAX_DECIDE_TRIES - 1):
        with suppress(ForbiddenTransitionError):
            return _decide_batch(batch, settings, recorded=recorded)
    return _decide_batch(batch, settings, recorded=recorded)


def _one_state_each(incoming: Iterable[ReadChange]) -> list[list[ReadChange]]:
    """Split into batches in which no DOI occurs twice, in the order of their changes."""
    ordered = sorted(incoming, key=lambda i: (i.record.updated if i.record else None) or i.incoming.at)
    batches: list[list[ReadChange]] = []
    times_seen: dict[str, int] = {}
    for change in ordered:
        index = times_seen.get(change.doi, 0)
        times_seen[change.doi] = index + 1
        if index == len(batches):
            batches.append([])
        batches[index].append(change)
    return batches


@transaction.atomic
def _decide_batch(batch: list[ReadChange], settings: Settings, *, recorded: bool) -> Tally:
    snapshots = intake.stored_snapshots([change.doi for change in batch], lock=True)
    people = _people_of(batch, snapshots)
    if not recorded:
        # Store nothing about records that turn out to concern no enrolled person.
        batch = [c for c in batch if c.only or c.doi in snapshots or not people.keys().isdisjoint(c.watched)]
    new = batch if recorded else _record(batch)
    if not new:
        return Tally(events=len(batch), repeated=len(batch))
    decision_batch = DecisionBatch(new, snapshots, people, settings)
    decisions = decision_batch.decisions()
    held = removal_brake.dois_to_hold(decisions, released={c.doi for c in new if c.incoming.is_released})
    if held:
        services.hold_events([change.event_id for change in new if change.doi in held])
        decision_batch.leave_out(held)
        decisions = [decision for decision in decisions if decision.doi not in held]
    services.write_decisions(decisions)
    decision_batch.save_sightings(decisions)
    decision_batch.act(decisions)
    if recorded:
        services.finish_events([change.event_id for change in decision_batch.batch])
    tally = Tally(len(batch), len(batch) - len(new), len(decisions))
    for decision in decisions:
        result = decision.verdict.result.value
        tally.by_result[result] = tally.by_result.get(result, 0) + 1
    for change in new:
        trace_id = tracing.id_of(change.incoming.traceparent)
        log.info("event.decided", event_id=change.event_id, doi=change.doi, trace_id=trace_id)
    log.info("intake.decided", events=tally.events, repeated=tally.repeated, **tally.by_result)
    return tally


def _people_of(batch: list[ReadChange], snapshots: dict[str, Snapshot]) -> dict[str, Person]:
    orcid_ids = {orcid_id for change in batch for orcid_id in concerned_people(change, snapshots)}
    return enrolled_people(orcid_ids) | any_people({change.only for change in batch} - {""})


def _record(batch: Sequence[ReadChange]) -> list[ReadChange]:
    new = services.record_events(
        [
            services.NewEvent(
                i.event_id,
                i.doi,
                i.incoming.source,
                i.record.updated if i.record else None,
                traceparent=i.incoming.traceparent,
            )
            for i in batch
        ]
    )
    return [change for change in batch if change.event_id in new]
