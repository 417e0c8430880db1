"""Explain why a work is, or is not, on a record: run the rules of the live path without acting on them.

What the metadata say is public. Whether a person has an account, switched something on, gave permission or
has a claim is private: unless they ask themselves, the answer is the same for every iD in the world.
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
from profiles.domain.eligibility.rules import Result, RuleAnswer, Verdict, decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.mapping.languages import title_language
from profiles.domain.matching.confirmable import is_marked_unauthenticated
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.change_detection import Change, ChangeKind
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.infra import clock
from profiles.intake import selectors as intake
from profiles.intake.models import NO_LONGER_SHOWN, Decision
from profiles.pipeline.intake.facts import PeopleFacts, any_people, deployment, gather
from profiles.pipeline.intake.incoming import (
    change_since,
    credited_names,
    hidden_since,
    with_known_repository,
)
from profiles.pipeline.intake.receive import DoiReader, learn_repositories

log = structlog.get_logger("profiles.intake")

_MAX_AGE: Final = timedelta(minutes=2)
_LOSSES: Final = frozenset({Result.REMOVE.value, Result.OFFER_REMOVAL.value})

Fetch = Callable[[Doi], Sighting | None]
"""Returns a DOI's record, or None when DataCite shows none; raises ServiceError."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known about one DOI and one iD."""

    doi: Doi
    orcid_id: OrcidId
    title: str
    verdict: Verdict
    looked_at: datetime
    personal: bool
    stale: str = ""
    language: str = ""
    is_unauthenticated: bool = False
    decision: Decision | None = None
    claim: Claim | None = None
    history: list[ClaimHistory] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


def explain(doi: Doi, orcid_id: OrcidId, *, personal: bool, fetch: Fetch) -> Explanation:
    """Run all rules on a DOI and an iD. ``personal`` is set when the iD's owner or staff asks.

    The record is what DataCite shows now, or what was last seen when DataCite cannot be asked.

    Raises:
        ServiceError: DataCite cannot be asked, and the DOI was never seen here.
    """
    record, looked_at, stale = _record_of(doi, fetch)
    title, language = (record.title, title_language(record.shown)) if record else ("", "")
    noted = record is not None and _is_unauthenticated(record, orcid_id)
    if not personal:
        verdict = public_verdict(doi, orcid_id, record)
        return Explanation(doi, orcid_id, title, verdict, looked_at, False, stale, language, noted)
    claim = claims.claim_of(orcid_id, doi)
    return Explanation(
        doi,
        orcid_id,
        title,
        personal_verdict(doi, orcid_id, record),
        looked_at,
        True,
        stale,
        language,
        noted,
        decision=intake.decision_of(orcid_id, doi),
        claim=claim,
        history=claims.history_of(claim) if claim else [],
        attempts=claims.attempts_of(claim) if claim else [],
    )


def _is_unauthenticated(record: Sighting, orcid_id: OrcidId) -> bool:
    """Tell whether the metadata write ``(unauthenticated)`` behind this iD."""
    named = namings(record, sandbox=deployment().sandbox_ids)
    return any(one.orcid_id == orcid_id and is_marked_unauthenticated(one.deposited) for one in named)


def public_verdict(doi: Doi, orcid_id: OrcidId, record: Sighting | None) -> Verdict:
    """Return the public verdict: the rules about the metadata, without facts about the person."""
    kinds = intake.repository_kinds({record.repository}) if record else {}
    facts = Facts(repository_type=kinds.get(record.repository, "") if record else "")
    return decide(_candidate(doi, orcid_id, record), facts, deployment()).public()


def personal_verdict(doi: Doi, orcid_id: OrcidId, record: Sighting | None) -> Verdict:
    """Run all rules with the present facts: what would happen if the DOI came in now."""
    (verdict,) = verdicts([Question(doi, orcid_id, record, intake.decision_of(orcid_id, doi))])
    return verdict


@dataclass(frozen=True, slots=True)
class Question:
    """One DOI and one person to run the rules on; ``decision`` is the current one."""

    doi: Doi
    orcid_id: OrcidId
    record: Sighting | None
    decision: Decision | None


def verdicts(questions: Sequence[Question]) -> list[Verdict]:
    """Run all rules on many pairs, with a fixed number of queries."""
    people = any_people({question.orcid_id for question in questions})
    snapshots = intake.stored_snapshots({question.doi for question in questions})
    facts = gather(people, [(question.orcid_id, question.doi) for question in questions])
    candidates = [
        _candidate(
            question.doi,
            question.orcid_id,
            with_known_repository(question.record, snapshots.get(question.doi)),
        )
        for question in questions
    ]
    kinds = intake.repository_kinds({c.record.repository for c in candidates if c.record})
    unnamed = [(c.orcid_id, c.doi) for c in candidates if c.record and not c.namings and c.doi in snapshots]
    credited = credited_names(unnamed, snapshots, sandbox=deployment().sandbox_ids)
    newer = intake.newer_versions(
        (c.orcid_id, c.record)
        for c in candidates
        if c.record and c.namings and facts.wants_newest_only(c.orcid_id, c.record)
    )
    return [
        _verdict(
            question,
            candidate,
            facts,
            kinds,
            snapshot=snapshots.get(question.doi),
            newer=newer.get((question.orcid_id, question.doi), ""),
            credited=credited.get((question.orcid_id, question.doi), ()),
        )
        for question, candidate in zip(questions, candidates, strict=True)
    ]


def _verdict(
    question: Question,
    candidate: Candidate,
    gathered: PeopleFacts,
    kinds: Mapping[str, str],
    *,
    snapshot: intake.Snapshot | None,
    newer: str,
    credited: tuple[str, ...],
) -> Verdict:
    now = clock.now()
    record = candidate.record
    is_automatic_decision = question.decision is not None and question.decision.source != Source.STAFF
    change = change_since(snapshot, question.record)
    # Where nothing has changed since the decision, its own change and moment count.
    current_decision = question.decision if change.kind in {ChangeKind.NONE, ChangeKind.OLDER} else None
    if current_decision is not None:
        change = Change(ChangeKind(current_decision.change), tuple(current_decision.changed_fields))
    facts = replace(
        gathered.of((question.orcid_id, question.doi)),
        source=Source(question.decision.source)
        if is_automatic_decision and question.decision
        else Source.POLL,
        at=now,
        looked_back=gathered.had_looked_back(
            question.orcid_id, current_decision.at if current_decision else now
        ),
        change=change,
        # That a DOI named the person before is then known only from its decision.
        named_before=bool(snapshot and snapshot.digests and question.orcid_id in snapshot.names)
        or bool(current_decision and current_decision.result in _LOSSES),
        hidden_since=hidden_since(snapshot, record, noticed=now),
        credited_as=credited,
        repository_type=kinds.get(record.repository, "") if record else "",
        superseded_by=newer,
        versions=gathered.versions_wanted(question.orcid_id, record),
    )
    return decide(candidate, facts, deployment())


def _candidate(doi: Doi, orcid_id: OrcidId, record: Sighting | None) -> Candidate:
    named = namings(record, sandbox=deployment().sandbox_ids) if record else []
    return Candidate(doi, orcid_id, record, tuple(n for n in named if n.orcid_id == orcid_id))


def _record_of(doi: Doi, fetch: Fetch) -> tuple[Sighting | None, datetime, str]:
    """Return the record, when it was read, and a problem if it may be out of date."""
    snapshot = intake.snapshot_of(doi)
    now = clock.now()
    if snapshot is not None and snapshot.state != NO_LONGER_SHOWN and snapshot.fetched_at > now - _MAX_AGE:
        return read_sighting(intake.snapshots([doi])[doi]), snapshot.fetched_at, ""
    try:
        return fetch(doi), now, ""
    except ServiceError as error:
        if snapshot is None:
            raise
        return read_sighting(intake.snapshots([doi])[doi]), snapshot.fetched_at, error.entry.code


Ask = Callable[[Callable[[], Coroutine[Any, Any, Any]]], Any]
"""Makes a call and waits for its answer; raises ServiceError."""


def record_fetcher(datacite: DoiReader, *, ask: Ask = lambda work: blocking.call(work())) -> Fetch:
    """Return a function that fetches records; ``ask`` limits how long it waits for an answer."""

    def fetch(doi: Doi) -> Sighting | None:
        try:
            record = read_sighting(ask(lambda: datacite.doi(doi)))
        except RefusedError:
            return None
        except UnreadableRecordError as error:
            log.warning("explain.unreadable", doi=doi, reason=str(error))
            return None
        learn_repositories(datacite, [record], ask=ask)
        return record

    return fetch


def explain_publicly(doi: Doi, orcid_id: OrcidId, *, fetch: Fetch) -> Explanation:
    """Explain from public metadata only; the answer is cached in memory for two minutes.

    Raises:
        ServiceError: as for ``explain``.
    """
    key = f"explained:{doi}:{orcid_id}"
    cached: Explanation | None = caches["memory"].get(key)
    if cached is not None:
        return cached
    explanation = explain(doi, orcid_id, personal=False, fetch=fetch)
    if not explanation.stale:
        caches["memory"].set(key, explanation, _MAX_AGE.total_seconds())
    return explanation


def as_json(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON."""
    verdict = explanation.verdict
    content: dict[str, Any] = {
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
        "written_as_unauthenticated": explanation.is_unauthenticated,
        "stale": explanation.stale or None,
    }
    if explanation.personal:
        content["decision"] = _decision_json(explanation.decision)
        content["claim"] = _claim_json(explanation)
    return content


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
