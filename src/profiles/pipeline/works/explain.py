"""Why a work is, or is not, on a record: the live path's own rules, asked without acting.

What the metadata say is public. Whether somebody has an account, switched something on, gave permission
or has a claim is theirs: without their say the answer is the same for every iD in the world.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.core.cache import caches
from msgspec.structs import replace

from profiles.claims import selectors as claims
from profiles.claims.models import Attempt, Claim, ClaimHistory
from profiles.clients import blocking
from profiles.clients.errors import RefusedError, ServiceError
from profiles.domain.eligibility.case import Candidate, Facts, Source
from profiles.domain.eligibility.researcher_rules import Versions
from profiles.domain.eligibility.rules import Result, RuleAnswer, Verdict, decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.change_detection import Change, ChangeKind
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.infra import clock
from profiles.intake import selectors as intake
from profiles.intake.models import Decision
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.intake.facts import PeopleFacts, any_people, deployment, gather
from profiles.pipeline.intake.incoming import change_since, credited_names, with_known_repository
from profiles.pipeline.intake.receive import DoiReader, learn_repositories

log = structlog.get_logger("profiles.intake")

_FRESH: Final = timedelta(minutes=2)
_LOST: Final = frozenset({Result.REMOVE.value, Result.OFFER_REMOVAL.value})

Fetch = Callable[[Doi], Sighting | None]
"""Gets a DOI's record; None when DataCite shows none; raises ServiceError."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything there is to say about one DOI and one iD."""

    doi: Doi
    orcid_id: OrcidId
    title: str
    verdict: Verdict
    looked_at: datetime
    personal: bool
    stale: str = ""
    decision: Decision | None = None
    claim: Claim | None = None
    history: list[ClaimHistory] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


def explain(doi: Doi, orcid_id: OrcidId, *, personal: bool, fetch: Fetch) -> Explanation:
    """Ask all rules about a DOI and an iD. ``personal`` when the iD's owner or staff asks.

    The record is what DataCite shows now; when it cannot be asked, what was last seen.

    Raises:
        ServiceError: DataCite cannot be asked, and the DOI was never seen here.
    """
    record, looked_at, stale = _record_of(doi, fetch)
    title = record.title if record else ""
    if not personal:
        return Explanation(
            doi, orcid_id, title, verdict_for_all(doi, orcid_id, record), looked_at, False, stale
        )
    claim = claims.claim_of(orcid_id, doi)
    return Explanation(
        doi,
        orcid_id,
        title,
        verdict_for(doi, orcid_id, record),
        looked_at,
        True,
        stale,
        decision=intake.decision_of(orcid_id, doi),
        claim=claim,
        history=claims.history_of(claim) if claim else [],
        attempts=claims.attempts_of(claim) if claim else [],
    )


def verdict_for_all(doi: Doi, orcid_id: OrcidId, record: Sighting | None) -> Verdict:
    """Ask what anybody may know: the rules about the metadata, and no fact about the person."""
    kinds = intake.repository_kinds({record.repository}) if record else {}
    facts = Facts(repository_type=kinds.get(record.repository, "") if record else "")
    return decide(_candidate(doi, orcid_id, record), facts, deployment()).public()


def verdict_for(doi: Doi, orcid_id: OrcidId, record: Sighting | None) -> Verdict:
    """Ask all rules, with the facts as they are now: what would follow if the DOI came in this moment."""
    (verdict,) = verdicts([Question(doi, orcid_id, record, intake.decision_of(orcid_id, doi))])
    return verdict


@dataclass(frozen=True, slots=True)
class Question:
    """One DOI and one person to ask about; ``decision`` is the one that stands."""

    doi: Doi
    orcid_id: OrcidId
    record: Sighting | None
    decision: Decision | None


def verdicts(asked: Sequence[Question]) -> list[Verdict]:
    """Ask all rules about many pairs, with a fixed number of queries."""
    people = any_people({one.orcid_id for one in asked})
    before = intake.kept({one.doi for one in asked})
    facts = gather(people, [(one.orcid_id, one.doi) for one in asked])
    candidates = [
        _candidate(one.doi, one.orcid_id, with_known_repository(one.record, before.get(one.doi)))
        for one in asked
    ]
    kinds = intake.repository_kinds({c.record.repository for c in candidates if c.record})
    unnamed = [(c.orcid_id, c.doi) for c in candidates if c.record and not c.namings and c.doi in before]
    credited = credited_names(unnamed, before, sandbox=deployment().sandbox_ids)
    picky = {o for o, person in people.items() if person.rules.versions is Versions.NEWEST_ONLY}
    newer = intake.newer_versions(
        (c.orcid_id, c.record) for c in candidates if c.record and c.namings and c.orcid_id in picky
    )
    return [
        _verdict(
            one,
            candidate,
            facts,
            kinds,
            before=before.get(one.doi),
            newer=newer.get((one.orcid_id, one.doi), ""),
            credited=credited.get((one.orcid_id, one.doi), ()),
        )
        for one, candidate in zip(asked, candidates, strict=True)
    ]


def _verdict(
    one: Question,
    candidate: Candidate,
    gathered: PeopleFacts,
    kinds: Mapping[str, str],
    *,
    before: intake.Snapshot | None,
    newer: str,
    credited: tuple[str, ...],
) -> Verdict:
    now = clock.now()
    record = candidate.record
    known = one.decision is not None and one.decision.source != Source.STAFF
    change = change_since(before, one.record)
    # Where nothing has changed since, what counts is the change that was decided about, at its moment.
    stands = one.decision if change.kind in {ChangeKind.NONE, ChangeKind.OLDER} else None
    if stands is not None:
        change = Change(ChangeKind(stands.change), tuple(stands.changed_fields))
    facts = replace(
        gathered.of((one.orcid_id, one.doi)),
        source=Source(one.decision.source) if known and one.decision else Source.POLL,
        at=now,
        looked_back=gathered.had_looked_back(one.orcid_id, stands.at if stands else now),
        change=change,
        # What was decided about a DOI that no longer names the person is kept in its decision only.
        named_before=bool(before and before.digests and one.orcid_id in before.names)
        or bool(stands and stands.result in _LOST),
        credited_as=credited,
        repository_type=kinds.get(record.repository, "") if record else "",
        superseded_by=newer,
    )
    return decide(candidate, facts, deployment())


def _candidate(doi: Doi, orcid_id: OrcidId, record: Sighting | None) -> Candidate:
    found = namings(record, sandbox=deployment().sandbox_ids) if record else []
    return Candidate(doi, orcid_id, record, tuple(n for n in found if n.orcid_id == orcid_id))


def _record_of(doi: Doi, fetch: Fetch) -> tuple[Sighting | None, datetime, str]:
    """Return the record, when it was looked at, and the problem if it may be out of date."""
    kept = intake.snapshot_of(doi)
    now = clock.now()
    if kept is not None and kept.state != "hidden" and kept.fetched_at > now - _FRESH:
        return read_sighting(intake.snapshots([doi])[doi]), kept.fetched_at, ""
    try:
        return fetch(doi), now, ""
    except ServiceError as error:
        if kept is None:
            raise
        return read_sighting(intake.snapshots([doi])[doi]), kept.fetched_at, error.entry.code


Ask = Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any]
"""Makes a call and waits for its answer; raises ServiceError."""


def fetch_from(datacite: DoiReader, *, ask: Ask = lambda work: blocking.call(work())) -> Fetch:
    """Return a way to fetch records; ``ask`` limits how long one waits for an answer."""

    def fetch(doi: Doi) -> Sighting | None:
        try:
            found = read_sighting(ask(lambda: datacite.doi(doi)))
        except RefusedError:
            return None
        except UnreadableRecordError as error:
            log.warning("explain.unreadable", doi=doi, reason=str(error))
            return None
        learn_repositories(datacite, [found], ask=ask)
        return found

    return fetch


def fetch_for_page(*, seconds: float) -> Fetch:
    """Return a way to fetch records for a person who waits at a page."""
    return fetch_from(
        sync_clients.datacite(), ask=lambda work: datacite_time_budget.ask(work, seconds=seconds)
    )


def explain_to_anyone(doi: Doi, orcid_id: OrcidId, *, fetch: Fetch) -> Explanation:
    """Say what the metadata say; the same question is answered from memory for two minutes.

    Raises:
        ServiceError: as ``explain``.
    """
    key = f"explained:{doi}:{orcid_id}"
    known: Explanation | None = caches["memory"].get(key)
    if known is not None:
        return known
    found = explain(doi, orcid_id, personal=False, fetch=fetch)
    if not found.stale:
        caches["memory"].set(key, found, _FRESH.total_seconds())
    return found


def as_json(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation for machines."""
    verdict = explanation.verdict
    shown: dict[str, Any] = {
        "doi": explanation.doi,
        "orcid": explanation.orcid_id,
        "title": explanation.title,
        "rule_version": verdict.rule_version,
        "looked_at": explanation.looked_at.isoformat(),
        "scope": "person" if explanation.personal else "metadata",
        "result": verdict.result.value,
        "decided_by": {
            "rule": verdict.rule,
            "reason": verdict.reason,
            "field": verdict.field,
            "value": verdict.value,
        },
        "waits_for_permission": verdict.waits,
        "rules": [_answer_json(answer) for answer in verdict.answers],
        "stale": explanation.stale or None,
    }
    if explanation.personal:
        shown["decision"] = _decision_json(explanation.decision)
        shown["claim"] = _claim_json(explanation)
    return shown


def _answer_json(answer: RuleAnswer) -> dict[str, Any]:
    return {
        "rule": answer.rule,
        "question": answer.question,
        "passed": answer.passed,
        "counts": answer.counts,
        "effect": answer.effect.value,
        "reason": answer.reason,
        "sentence": answer.sentence,
        "field": answer.field,
        "value": answer.value,
        "remedy": answer.remedy,
    }


def _decision_json(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "at": decision.at.isoformat(),
        "result": decision.result,
        "rule": decision.rule,
        "reason": decision.reason,
        "field": decision.field,
        "value": decision.value,
        "rule_version": decision.rule_version,
        "trigger": decision.trigger,
        "source": decision.source,
    }


def _claim_json(explanation: Explanation) -> dict[str, Any] | None:
    claim = explanation.claim
    if claim is None:
        return None
    return {
        "id": str(claim.uuid),
        "state": claim.state,
        "action": claim.action,
        "source": claim.origin,
        "problem": claim.problem or None,
        "put_code": claim.put_code,
        "history": [
            {"at": h.at.isoformat(), "event": h.event, "from": h.from_state, "to": h.to_state, "note": h.note}
            for h in explanation.history
        ],
        "attempts": [
            {"at": a.at.isoformat(), "verb": a.verb, "status": a.status, "problem": a.problem or None}
            for a in explanation.attempts
        ],
    }
