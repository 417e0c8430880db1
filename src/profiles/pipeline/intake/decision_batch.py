"""One batch of changes on its way from facts to decisions to claims."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from profiles.claims import services as claims
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimAction, ClaimEvent, ClaimState, Origin
from profiles.domain.eligibility.case import Candidate, Facts, Settings
from profiles.domain.eligibility.researcher_rules import Versions
from profiles.domain.eligibility.rules import ABOUT_THE_WORK, CANNOT_BE_TOLD, Result, decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.doubts import DAMAGED_PEOPLE
from profiles.domain.records import change_detection
from profiles.intake import selectors as intake
from profiles.intake import services, snapshots
from profiles.intake.selectors import Snapshot
from profiles.pipeline.intake.decided_requests import request_of
from profiles.pipeline.intake.facts import PeopleFacts, Person, gather
from profiles.pipeline.intake.incoming import ReadChange, change_since, credited_names, with_known_repository

FEW: Final = 5
"""Up to so many chosen works are somebody waiting at a screen; more travel together in bulk calls."""
_STOPPABLE: Final = frozenset(
    {ClaimState.WAITING, ClaimState.WORKING, ClaimState.FAILED, ClaimState.NOTIFIED}
)


def concerned(change: ReadChange, kept: dict[str, Snapshot]) -> Sequence[str]:
    """Return whom the DOI names, and whom it named before."""
    if change.only:
        return [change.only]
    before = kept.get(change.doi)
    if before is None or before.digests is None:
        return change.watched
    return [*change.watched, *sorted(before.names.difference(change.named))]


class DecisionBatch:
    """Changes of different DOIs that are decided, kept and acted on together."""

    def __init__(
        self,
        batch: list[ReadChange],
        kept: dict[str, Snapshot],
        people: dict[str, Person],
        settings: Settings,
    ) -> None:
        self.batch = batch
        self.kept = kept
        self.settings = settings
        self.people = people
        self.pairs = [
            (change, orcid_id)
            for change in batch
            for orcid_id in concerned(change, kept)
            if orcid_id in people
        ]
        self.facts: PeopleFacts = gather(people, [(orcid_id, change.doi) for change, orcid_id in self.pairs])
        repositories = (with_known_repository(i.record, kept.get(i.doi)) for i in batch)
        self.kinds = intake.repository_kinds({r.repository for r in repositories if r} - {""})
        self.newer = self._newer_versions()
        unnamed = [
            (orcid_id, change.doi)
            for change, orcid_id in self.pairs
            if change.record and orcid_id not in change.named and self._named_before(change, orcid_id)
        ]
        self.credited = credited_names(unnamed, kept, sandbox=settings.sandbox_ids)

    def _newer_versions(self) -> dict[tuple[str, str], str]:
        """Newer versions of the same work, for those who want only the newest."""
        return intake.newer_versions(
            (orcid_id, change.record)
            for change, orcid_id in self.pairs
            if self.people[orcid_id].rules.versions is Versions.NEWEST_ONLY
            and change.record
            and orcid_id in change.namings
        )

    def _named_before(self, change: ReadChange, orcid_id: str) -> bool:
        before = self.kept.get(change.doi)
        return bool(before and before.digests and orcid_id in before.names)

    def decisions(self) -> list[services.NewDecision]:
        """Ask the rules about every person whom a change concerns."""
        decided = []
        for change, orcid_id in self.pairs:
            decision = self._decision(change, orcid_id)
            decided.append(decision)
            if decision.verdict.result is Result.CLAIM and (orcid_id, change.doi) not in self.facts.claims:
                # The claim is written later, but the works behind this one have less room now.
                self.facts.works[orcid_id] = self.facts.works.get(orcid_id, 0) + 1
        return decided

    def _decision(self, change: ReadChange, orcid_id: str) -> services.NewDecision:
        before, incoming = self.kept.get(change.doi), change.incoming
        changed = incoming.change or change_since(before, change.record, change.marks)
        if change.is_damaged:
            # Only whom it names is read from its XML; nothing else of it is better than what is kept.
            changed = change_detection.Change(change_detection.ChangeKind.NONE)
        named = change.namings.get(OrcidId(orcid_id), ())
        if before and changed.kind is change_detection.ChangeKind.OLDER and orcid_id not in before.names:
            # A state that was overtaken names them, the newest does not: that one counts.
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
        )

    def _facts(self, change: ReadChange, orcid_id: str, changed: change_detection.Change) -> Facts:
        pair, incoming = (orcid_id, change.doi), change.incoming
        record = with_known_repository(change.record, self.kept.get(change.doi))
        return replace(
            self.facts.of(pair),
            source=incoming.source,
            at=incoming.at,
            looked_back=self.facts.had_looked_back(orcid_id, incoming.at),
            change=changed,
            named_before=self._named_before(change, orcid_id),
            credited_as=self.credited.get(pair, ()),
            second_look=change.is_second_look,
            repository_type=self.kinds.get(record.repository, "") if record else "",
            superseded_by=self.newer.get(pair, ""),
        )

    def leave_out(self, dois: set[str]) -> None:
        """Leave out changes that are decided later: nothing of them is kept now."""
        self.batch = [change for change in self.batch if change.doi not in dois]

    def keep_sightings(self, decisions: Sequence[services.NewDecision]) -> None:
        """Keep what names somebody enrolled, and what is kept already; of all else, nothing.

        What one person chose only fills a gap: the rules have not looked at it for the others. Nor does a
        record replace a better one that cannot be read: its repair would look like a change.
        """
        in_doubt = self._in_doubt(decisions)
        damaged = {d.doi for d in decisions if d.verdict.reason == DAMAGED_PEOPLE and d.doi in self.kept}
        damaged |= {change.doi for change in self.batch if change.is_damaged}
        concerning = [
            i
            for i in self.batch
            if i.record and (i.doi in self.kept or not self.people.keys().isdisjoint(i.named))
        ]
        noted = [_noted(i, in_doubt.get(i.doi, {})) for i in concerning if i.doi not in damaged]
        chosen = {i.doi for i in concerning if i.only}
        snapshots.save_sightings([note for note in noted if note.record.doi not in chosen])
        snapshots.fill_gaps([note for note in noted if note.record.doi in chosen])
        self._look_again(decisions)

    def _in_doubt(self, decisions: Sequence[services.NewDecision]) -> dict[str, dict[str, Sequence[str]]]:
        """For a DOI return the iDs that count as named, because it cannot be told whether they are."""
        found: dict[str, dict[str, Sequence[str]]] = {}
        for decision in decisions:
            pair = (decision.orcid_id, decision.doi)
            if decision.verdict.rule == "named" and decision.verdict.reason in CANNOT_BE_TOLD:
                before = self.kept.get(decision.doi)
                if before and decision.orcid_id in before.names:
                    found.setdefault(decision.doi, {})[decision.orcid_id] = self.credited.get(pair, ())
        return found

    def _look_again(self, decisions: Sequence[services.NewDecision]) -> None:
        """See that what cannot be told is looked at a second time, and hide what is not shown again then.

        What was looked up for one person is not hidden from the others before they were decided about.
        """
        unseen = [i for i in self.batch if i.record is None and i.doi in self.kept and not i.only]
        snapshots.mark_hidden([i.doi for i in unseen if i.is_second_look])
        again = {d.doi for d in decisions if d.verdict.looks_again and d.source != "back-fill"}
        again |= {i.doi for i in unseen if not i.is_second_look}
        services.look_again([(i.doi, i.event_id) for i in self.batch if i.doi in again])

    def act(self, decisions: Sequence[services.NewDecision]) -> None:
        """Ask for what was decided, and stop what no longer qualifies and is not known to be there."""
        few = len(decisions) <= FEW
        claim_requests = [
            w for d in decisions if (w := request_of(d, self.facts, somebody_waits=few)) is not None
        ]
        claims.request_many(claim_requests)
        for decision in decisions:
            claim = self.facts.claims.get((decision.orcid_id, decision.doi))
            if claim is not None and _no_longer_qualifies(decision, claim):
                claims.move(
                    claim_id=claim.pk,
                    event=ClaimEvent.SKIP,
                    detail=decision.verdict.reason,
                    actor="auto-update",
                    seen=claim,
                )


def _no_longer_qualifies(decision: services.NewDecision, claim: Claim) -> bool:
    """Say whether a claim is to be stopped that was not sent, or may be under way: only a statement stops it.

    One that arrives all the same is done, and its removal is done or offered by the same decision.
    """
    return (
        decision.verdict.result in {Result.SKIP, Result.ASK, Result.OFFER_REMOVAL}
        and decision.verdict.rule in ABOUT_THE_WORK
        and decision.verdict.reason not in CANNOT_BE_TOLD
        and decision.change.kind is not change_detection.ChangeKind.OLDER
        and claim.origin == Origin.AUTO_UPDATE
        and claim.action == ClaimAction.CREATE
        and claim.put_code is None
        and claim.state in _STOPPABLE
    )


def _noted(change: ReadChange, in_doubt: dict[str, Sequence[str]]) -> snapshots.SnapshotInput:
    assert change.record is not None
    assert change.marks is not None
    names = (*change.named, *in_doubt)
    return snapshots.SnapshotInput(change.record, change.marks, tuple(names), in_doubt)
