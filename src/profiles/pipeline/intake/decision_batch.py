"""Decide about one batch of changes: from facts to decisions to claims."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from profiles.claims.models import Claim
from profiles.claims.stopping import Stop, request_and_stop
from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.eligibility.case import Candidate, Facts, Settings
from profiles.domain.eligibility.rules import ABOUT_THE_WORK, INCONCLUSIVE, Result, decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.doubts import DAMAGED_PEOPLE
from profiles.domain.records import change_detection
from profiles.infra import clock
from profiles.intake import selectors as intake
from profiles.intake import services, snapshots
from profiles.intake.selectors import Snapshot
from profiles.pipeline.intake.decided_requests import request_of, with_newcomers_first
from profiles.pipeline.intake.facts import PeopleFacts, Person, gather
from profiles.pipeline.intake.incoming import (
    ReadChange,
    change_since,
    credited_names,
    hidden_since,
    with_known_repository,
)

INTERACTIVE_MAX: Final = 5
"""Up to so many chosen works are sent first, for a person who waits; more are sent in bulk calls."""
_STOPPABLE: Final = frozenset(
    {ClaimState.WAITING, ClaimState.WORKING, ClaimState.FAILED, ClaimState.NOTIFIED}
)


def concerned_people(change: ReadChange, stored: dict[str, Snapshot]) -> Sequence[str]:
    """Return the people whom the DOI names, and those whom it named before."""
    if change.only:
        return [change.only]
    snapshot = stored.get(change.doi)
    if snapshot is None or snapshot.digests is None:
        return change.watched
    return [*change.watched, *sorted(snapshot.names.difference(change.named))]


class DecisionBatch:
    """Changes of different DOIs that are decided, stored and acted on together."""

    def __init__(
        self,
        batch: list[ReadChange],
        stored: dict[str, Snapshot],
        people: dict[str, Person],
        settings: Settings,
    ) -> None:
        self.batch = batch
        self.stored = stored
        self.settings = settings
        self.people = people
        self.pairs = [
            (change, orcid_id)
            for change in batch
            for orcid_id in concerned_people(change, stored)
            if orcid_id in people
        ]
        self.facts: PeopleFacts = gather(people, [(orcid_id, change.doi) for change, orcid_id in self.pairs])
        repositories = (with_known_repository(i.record, stored.get(i.doi)) for i in batch)
        self.kinds = intake.repository_kinds({r.repository for r in repositories if r} - {""})
        self.newer = self._newer_versions()
        unnamed = [
            (orcid_id, change.doi)
            for change, orcid_id in self.pairs
            if change.record and orcid_id not in change.named and self._named_before(change, orcid_id)
        ]
        self.credited = credited_names(unnamed, stored, sandbox=settings.sandbox_ids)

    def _newer_versions(self) -> dict[tuple[str, str], str]:
        """Return newer versions of the same work, for people who want only the newest."""
        return intake.newer_versions(
            (orcid_id, change.record)
            for change, orcid_id in self.pairs
            if change.record
            and self.facts.wants_newest_only(orcid_id, change.record)
            and orcid_id in change.namings
        )

    def _named_before(self, change: ReadChange, orcid_id: str) -> bool:
        before = self.stored.get(change.doi)
        return bool(before and before.digests and orcid_id in before.names)

    def decisions(self) -> list[services.NewDecision]:
        """Run the rules for each person whom a change concerns."""
        decided = []
        for change, orcid_id in self.pairs:
            decision = self._decision(change, orcid_id)
            decided.append(decision)
            if decision.verdict.result is Result.CLAIM and (orcid_id, change.doi) not in self.facts.claims:
                # The claim is written later, but it already counts towards the limit for the next works.
                self.facts.works[orcid_id] = self.facts.works.get(orcid_id, 0) + 1
        return decided

    def _decision(self, change: ReadChange, orcid_id: str) -> services.NewDecision:
        before, incoming = self.stored.get(change.doi), change.incoming
        changed = incoming.change or change_since(before, change.record, change.marks)
        if change.is_damaged:
            # Only the people are read from its XML; for all else the stored state is better.
            changed = change_detection.Change(change_detection.ChangeKind.NONE)
        named = change.namings.get(OrcidId(orcid_id), ())
        if before and changed.kind is change_detection.ChangeKind.OLDER and orcid_id not in before.names:
            # An outdated state names them, the newest does not: the newest counts.
            named = ()
        record = with_known_repository(change.record, before)
        in_doubt = record is not None and not named and (orcid_id, change.doi) in self.credited
        candidate = Candidate(
            Doi(change.doi), OrcidId(orcid_id), record, named, change.doubts() if in_doubt else None
        )
        return services.NewDecision(
            orcid_id,
            change.doi,
            change.event_id,
            incoming.source,
            decide(candidate, self._facts(change, orcid_id, changed), self.settings),
            changed,
            record.updated if record else None,
            incoming.asked_by,
            incoming.traceparent,
        )

    def _facts(self, change: ReadChange, orcid_id: str, changed: change_detection.Change) -> Facts:
        pair, incoming = (orcid_id, change.doi), change.incoming
        record = with_known_repository(change.record, self.stored.get(change.doi))
        return replace(
            self.facts.of(pair),
            source=incoming.source,
            at=incoming.at,
            looked_back=self.facts.had_looked_back(orcid_id, incoming.at),
            change=changed,
            named_before=self._named_before(change, orcid_id),
            credited_as=self.credited.get(pair, ()),
            second_look=change.is_second_look,
            hidden_since=hidden_since(self.stored.get(change.doi), change.record, noticed=clock.now()),
            repository_type=self.kinds.get(record.repository, "") if record else "",
            superseded_by=self.newer.get(pair, ""),
            versions=self.facts.versions_wanted(orcid_id, record),
        )

    def leave_out(self, dois: set[str]) -> None:
        """Leave out changes that are decided later: nothing about them is stored now."""
        self.batch = [change for change in self.batch if change.doi not in dois]

    def save_sightings(self, decisions: Sequence[services.NewDecision]) -> None:
        """Store records that name an enrolled person or are stored already, and no others.

        A record that one person chose only fills a gap: the rules have not decided about it for the others.
        A damaged record does not replace a better one: its repair would look like a change.
        """
        in_doubt = self._in_doubt(decisions)
        damaged = {d.doi for d in decisions if d.verdict.reason == DAMAGED_PEOPLE and d.doi in self.stored}
        damaged |= {change.doi for change in self.batch if change.is_damaged}
        relevant = [
            i
            for i in self.batch
            if i.record and (i.doi in self.stored or not self.people.keys().isdisjoint(i.named))
        ]
        inputs = [_snapshot_input(i, in_doubt.get(i.doi, {})) for i in relevant if i.doi not in damaged]
        chosen = {i.doi for i in relevant if i.only}
        snapshots.save_sightings(
            [snapshot_input for snapshot_input in inputs if snapshot_input.record.doi not in chosen]
        )
        snapshots.fill_gaps(
            [snapshot_input for snapshot_input in inputs if snapshot_input.record.doi in chosen]
        )
        self._look_again(decisions)

    def _in_doubt(self, decisions: Sequence[services.NewDecision]) -> dict[str, dict[str, Sequence[str]]]:
        """Return for each DOI the iDs that count as named, because it is unclear whether they are."""
        in_doubt: dict[str, dict[str, Sequence[str]]] = {}
        for decision in decisions:
            pair = (decision.orcid_id, decision.doi)
            if decision.verdict.rule == "named" and decision.verdict.reason in INCONCLUSIVE:
                before = self.stored.get(decision.doi)
                if before and decision.orcid_id in before.names:
                    in_doubt.setdefault(decision.doi, {})[decision.orcid_id] = self.credited.get(pair, ())
        return in_doubt

    def _look_again(self, decisions: Sequence[services.NewDecision]) -> None:
        """Schedule a second look at unclear changes, and hide DOIs that are still not shown at that look.

        A DOI that was looked up for one person is not hidden before the others were decided about.
        """
        unseen = [i for i in self.batch if i.record is None and i.doi in self.stored and not i.only]
        snapshots.mark_hidden([i.doi for i in unseen if i.is_second_look])
        again = {d.doi for d in decisions if d.verdict.looks_again and d.source != "back-fill"}
        again |= {i.doi for i in unseen if not i.is_second_look}
        services.schedule_second_looks([(i.doi, i.event_id) for i in self.batch if i.doi in again])

    def act(self, decisions: Sequence[services.NewDecision]) -> None:
        """Request the decided claims, and stop claims that no longer qualify and may not be added yet."""
        is_interactive = len(decisions) <= INTERACTIVE_MAX
        claim_requests = [
            claim_request
            for d in decisions
            if (claim_request := request_of(d, self.facts, is_interactive=is_interactive)) is not None
        ]
        stops = [
            Stop(claim, d.verdict.reason, "auto-update")
            for d in decisions
            if (claim := self.facts.claims.get((d.orcid_id, d.doi))) is not None
            and _no_longer_qualifies(d, claim)
        ]
        request_and_stop(with_newcomers_first(claim_requests), stops)


def _no_longer_qualifies(decision: services.NewDecision, claim: Claim) -> bool:
    """Tell whether to stop a claim that was not sent, or may be under way; only clear metadata stop it.

    If its work arrives all the same, the claim is done, and the same decision removes it or offers that.
    """
    return (
        decision.verdict.result in {Result.SKIP, Result.ASK, Result.OFFER_REMOVAL}
        and decision.verdict.rule in ABOUT_THE_WORK
        and decision.verdict.reason not in INCONCLUSIVE
        and decision.change.kind is not change_detection.ChangeKind.OLDER
        and claim.origin == Origin.AUTO_UPDATE
        and claim.action == ClaimAction.CREATE
        and claim.put_code is None
        and claim.state in _STOPPABLE
    )


def _snapshot_input(change: ReadChange, in_doubt: dict[str, Sequence[str]]) -> snapshots.SnapshotInput:
    assert change.record is not None
    assert change.marks is not None
    names = (*change.named, *in_doubt)
    return snapshots.SnapshotInput(change.record, change.marks, tuple(names), in_doubt)
