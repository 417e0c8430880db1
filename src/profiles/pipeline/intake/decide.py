"""Decide what follows from a changed DOI: one transaction from the event to the claim."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
import structlog
from django.db import transaction
from msgspec.structs import replace

from profiles.claims import services as claims
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimAction, ClaimEvent, ClaimState, ForbiddenTransitionError, Origin
from profiles.domain.eligibility.case import Candidate, Settings, Source, Standing
from profiles.domain.eligibility.researcher_rules import Versions
from profiles.domain.eligibility.rules import ABOUT_THE_WORK, Result, decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.enrolled import EnrolledIds
from profiles.domain.matching.named_ids import naming_at, places
from profiles.domain.records import change_detection
from profiles.domain.records.sighting import Sighting
from profiles.infra import clock
from profiles.intake import selectors as intake
from profiles.intake import services, snapshots
from profiles.intake.selectors import Kept
from profiles.pipeline.intake.facts import (
    WITHDRAWN_BY_RULE,
    PeopleFacts,
    Person,
    any_people,
    deployment,
    enrolled_people,
    gather,
)

log = structlog.get_logger("profiles.intake")

FEW: Final = 5
"""Up to so many chosen works are somebody waiting at a screen; more travel together in bulk calls."""
_STOPPABLE = frozenset({ClaimState.WAITING, ClaimState.FAILED, ClaimState.NOTIFIED})


class Incoming(msgspec.Struct, frozen=True):
    """Word of a change, with the record as DataCite shows it now; None when it shows none.

    ``only`` is set when one person chose the work: then nobody else's record is decided about.
    ``asked_by`` names the member of staff who had the rules asked again.
    """

    event_id: str
    doi: str
    source: Source
    record: Sighting | None
    at: datetime
    only: str = ""
    change: change_detection.Change | None = None
    """What changed, where that was found out earlier: when an old decision is asked about again."""
    marks: change_detection.Digests | None = None
    asked_by: str = ""


class _Looked:
    """A change with what is found in its record, found once."""

    __slots__ = (
        "asked_by",
        "at",
        "change",
        "doi",
        "event_id",
        "marks",
        "named",
        "namings",
        "only",
        "record",
        "source",
        "watched",
    )

    def __init__(self, incoming: Incoming, sandbox: bool, enrolled: EnrolledIds | None) -> None:  # noqa: FBT001
        self.event_id = incoming.event_id
        self.doi = incoming.doi
        self.source = incoming.source
        self.record = record = incoming.record
        self.at = incoming.at
        self.only = incoming.only
        self.asked_by = incoming.asked_by
        self.change = incoming.change
        self.marks = incoming.marks or (change_detection.digests(record) if record else None)
        found = places(record, sandbox=sandbox) if record else {}
        self.named = list(found)
        self.watched = [o for o in self.named if enrolled is None or enrolled.holds(o)]
        wanted = {*self.watched, incoming.only}
        self.namings = {o: tuple([naming_at(o, p) for p in found[o]]) for o in self.named if o in wanted}


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
    looked = [_Looked(change, settings.sandbox_ids, enrolled) for change in incoming]
    for batch in _one_state_each(looked):
        try:
            decided = _decide_batch(batch, settings, recorded=recorded)
        except ForbiddenTransitionError:
            # A claim went on while it was decided about: decide once more, with what is so now.
            decided = _decide_batch(batch, settings, recorded=recorded)
        tally.add(decided)
    return tally


def _one_state_each(incoming: Iterable[_Looked]) -> list[list[_Looked]]:
    """Split into batches in which no DOI stands twice, in the order of their changes."""
    ordered = sorted(incoming, key=lambda i: (i.record.updated if i.record else None) or i.at)
    batches: list[list[_Looked]] = []
    turn: dict[str, int] = {}
    for change in ordered:
        place = turn.get(change.doi, 0)
        turn[change.doi] = place + 1
        if place == len(batches):
            batches.append([])
        batches[place].append(change)
    return batches


@transaction.atomic
def _decide_batch(batch: list[_Looked], settings: Settings, *, recorded: bool) -> Tally:
    kept = intake.kept([change.doi for change in batch], lock=True)
    people = _people_of(batch, kept)
    if not recorded:
        # Of what only looked as if it concerned somebody, no trace is kept.
        batch = [c for c in batch if c.only or c.doi in kept or not people.keys().isdisjoint(c.watched)]
    new = batch if recorded else _record(batch)
    if not new:
        return Tally(events=len(batch), repeated=len(batch))
    turn = _Turn(new, kept, people, settings)
    decisions = turn.decisions()
    services.write_decisions(decisions)
    turn.keep_sightings()
    turn.act(decisions)
    if recorded:
        services.finish_events([change.event_id for change in new])
    tally = Tally(len(batch), len(batch) - len(new), len(decisions))
    for decision in decisions:
        result = decision.verdict.result.value
        tally.by_result[result] = tally.by_result.get(result, 0) + 1
    log.info("intake.decided", events=tally.events, repeated=tally.repeated, **tally.by_result)
    return tally


def _concerned(change: _Looked, kept: dict[str, Kept]) -> Sequence[str]:
    """Whom the DOI names, and whom it named before."""
    if change.only:
        return [change.only]
    before = kept.get(change.doi)
    if before is None or before.digests is None:
        return change.watched
    return [*change.watched, *sorted(before.names.difference(change.named))]


def _people_of(batch: list[_Looked], kept: dict[str, Kept]) -> dict[str, Person]:
    everybody = {orcid_id for change in batch for orcid_id in _concerned(change, kept)}
    return enrolled_people(everybody) | any_people({change.only for change in batch} - {""})


def _record(batch: Sequence[_Looked]) -> list[_Looked]:
    new = services.record_events(
        [
            services.NewEvent(i.event_id, i.doi, i.source, i.record.updated if i.record else None)
            for i in batch
        ]
    )
    return [change for change in batch if change.event_id in new]


class _Turn:
    """One batch on its way from facts to decisions to claims."""

    def __init__(
        self, batch: list[_Looked], kept: dict[str, Kept], people: dict[str, Person], settings: Settings
    ) -> None:
        self.batch = batch
        self.kept = kept
        self.settings = settings
        self.people = people
        self.pairs = [
            (change, orcid_id)
            for change in batch
            for orcid_id in _concerned(change, kept)
            if orcid_id in people
        ]
        self.facts: PeopleFacts = gather(people, [(orcid_id, change.doi) for change, orcid_id in self.pairs])
        self.kinds = intake.repository_kinds({i.record.repository for i in batch if i.record} - {""})
        self.newer = self._newer_versions()

    def _newer_versions(self) -> dict[tuple[str, str], str]:
        """Newer versions of the same work, for those who want only the newest."""
        return intake.newer_versions(
            (orcid_id, change.record)
            for change, orcid_id in self.pairs
            if self.people[orcid_id].rules.versions is Versions.NEWEST_ONLY
            and change.record
            and orcid_id in change.namings
        )

    def decisions(self) -> list[services.NewDecision]:
        decided = []
        for change, orcid_id in self.pairs:
            decision = self._decision(change, orcid_id)
            decided.append(decision)
            if decision.verdict.result is Result.CLAIM and (orcid_id, change.doi) not in self.facts.claims:
                # The claim is written later, but the works behind this one have less room now.
                self.facts.works[orcid_id] = self.facts.works.get(orcid_id, 0) + 1
        return decided

    def _decision(self, change: _Looked, orcid_id: str) -> services.NewDecision:
        before = self.kept.get(change.doi)
        changed = change.change or change_since(before, change.record, change.marks)
        repository = change.record.repository if change.record else ""
        facts = replace(
            self.facts.of((orcid_id, change.doi)),
            source=change.source,
            at=change.at,
            looked_back=self.facts.had_looked_back(orcid_id, change.at),
            change=changed,
            named_before=bool(before and before.digests and orcid_id in before.names),
            repository_type=self.kinds.get(repository, ""),
            superseded_by=self.newer.get((orcid_id, change.doi), ""),
        )
        named = change.namings.get(OrcidId(orcid_id), ())
        if before and changed.kind is change_detection.ChangeKind.OLDER and orcid_id not in before.names:
            # A state that was overtaken names them, the newest does not: that one counts.
            named = ()
        candidate = Candidate(Doi(change.doi), OrcidId(orcid_id), change.record, named)
        return services.NewDecision(
            orcid_id,
            change.doi,
            change.event_id,
            change.source,
            decide(candidate, facts, self.settings),
            changed,
            change.record.updated if change.record else None,
            change.asked_by,
        )

    def keep_sightings(self) -> None:
        """Keep what names somebody enrolled, and what is kept already; of all else, nothing.

        What one person chose only fills a gap: the rules have not looked at it for the others.
        """
        concerning = [
            i
            for i in self.batch
            if i.record and (i.doi in self.kept or not self.people.keys().isdisjoint(i.named))
        ]
        snapshots.save_sightings([_noted(i) for i in concerning if not i.only])
        snapshots.fill_gaps([_noted(i) for i in concerning if i.only])
        # What was looked up for one person is not hidden from the others before they were decided about.
        hidden = [i.doi for i in self.batch if i.record is None and i.doi in self.kept and not i.only]
        if hidden:
            snapshots.mark_hidden(hidden)

    def act(self, decisions: Sequence[services.NewDecision]) -> None:
        """Ask for what was decided, and stop what has lost its ground before it was sent."""
        few = len(decisions) <= FEW
        wishes = [w for d in decisions if (w := wish_of(d, self.facts, somebody_waits=few)) is not None]
        claims.request_many(wishes)
        for decision in decisions:
            claim = self.facts.claims.get((decision.orcid_id, decision.doi))
            if claim is not None and self._lost_its_ground(decision, claim):
                claims.move(
                    claim_id=claim.pk,
                    event=ClaimEvent.SKIP,
                    detail=decision.verdict.reason,
                    actor="auto-update",
                )

    def _lost_its_ground(self, decision: services.NewDecision, claim: Claim) -> bool:
        return (
            decision.verdict.result in {Result.SKIP, Result.ASK}
            and decision.verdict.rule in ABOUT_THE_WORK
            and decision.change.kind is not change_detection.ChangeKind.OLDER
            and claim.origin == Origin.AUTO_UPDATE
            and claim.action == ClaimAction.CREATE
            and claim.put_code is None
            and claim.state in _STOPPABLE
        )


def _noted(change: _Looked) -> snapshots.Noted:
    assert change.record is not None
    assert change.marks is not None
    return snapshots.Noted(change.record, change.marks, tuple(change.named))


def change_since(
    before: Kept | None, record: Sighting | None, marks: change_detection.Digests | None = None
) -> change_detection.Change:
    """Say what changed since the DOI was last seen."""
    if record is None:
        return change_detection.Change(change_detection.ChangeKind.NO_LONGER_FINDABLE, ("state",))
    known = before.digests if before else None
    overtaken = bool(before and before.updated and record.updated and record.updated < before.updated)
    return change_detection.change(known, marks or change_detection.digests(record), overtaken=overtaken)


def origin_of_chosen(*, switched_on: bool) -> Origin:
    """Say as what a chosen work counts, and so with which permission it is sent.

    Who wants nothing done by itself has chosen by hand.
    """
    return Origin.AUTO_UPDATE if switched_on else Origin.SEARCH_AND_LINK


def wish_of(
    decision: services.NewDecision, facts: PeopleFacts, *, somebody_waits: bool = False
) -> claims.Wish | None:
    """Return what to ask of the claims, if anything.

    A work that the person added themselves stays theirs: it is updated through the permission with which
    it was added, because only that client may change it.
    """
    result = decision.verdict.result
    pair = (decision.orcid_id, decision.doi)
    claim = facts.claims.get(pair)
    note = f"{decision.verdict.reason} {decision.verdict.field}".strip()
    if decision.asked_by:
        note += f", when {decision.asked_by} had the rules asked again"
    person = facts.people.get(decision.orcid_id)
    origin = origin_of_chosen(switched_on=person is not None and person.switched_on is not None)
    if claim is not None and facts.standing(pair) is Standing.ON_RECORD:
        origin = Origin(claim.origin)
    if result in {Result.CLAIM, Result.UPDATE}:
        chosen = decision.source is Source.BACK_FILL
        actor = decision.orcid_id if chosen else decision.asked_by or "auto-update"
        return claims.Wish(
            orcid_id=decision.orcid_id,
            doi=decision.doi,
            origin=origin,
            by_owner=chosen,
            urgent=chosen and somebody_waits,
            actor=actor,
            note=note,
        )
    if result is Result.REMOVE:
        return claims.Wish(
            orcid_id=decision.orcid_id,
            doi=decision.doi,
            origin=origin,
            action=ClaimAction.DELETE,
            actor=WITHDRAWN_BY_RULE,
            note=note,
        )
    return None


def incoming_of(record: Sighting, source: Source) -> Incoming:
    """Return a record that came by itself as word of a change.

    The event's id names the state of the DOI: the same through whichever door it came, however often.
    ``updated`` has whole seconds only, so a digest tells two changes within one second apart.
    """
    marks = change_detection.digests(record)
    moment = record.updated.isoformat() if record.updated else ""
    event_id = f"{record.doi}@{moment}#{marks.state[:1]}{marks.content.hex()[:12]}"
    return Incoming(event_id, record.doi, source, record, clock.now(), marks=marks)
