"""The timeline of one work: events of its claim, decisions, permissions and calls to ORCID by time.

The work page, the why page and staff show the same one; only the voice differs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from profiles.claims import selectors as claims
from profiles.claims.models import Claim
from profiles.consents import selectors as consents
from profiles.domain.eligibility.case import Source
from profiles.domain.push.journey import Step, Stop
from profiles.domain.reasons_for_readers import Reader
from profiles.intake import selectors as intake
from profiles.pipeline.works.timeline_words import (
    answer_sentence,
    attempt_sentence,
    decision_sentence,
    history_sentence,
    receipt_sentence,
)


class Kind(StrEnum):
    """What an entry tells of."""

    CLAIM = "claim"
    DECISION = "decision"
    PERMISSION = "permission"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event: when, of which kind, and the sentence that people read.

    ``code`` is for staff and machines: the event, rule, receipt or verb with its problem. ``seconds`` is how
    long a call took. ``stops`` are the steps of the work's way to the record that it tells of.
    """

    at: datetime
    kind: Kind
    sentence: str
    code: str = ""
    seconds: float | None = None
    stops: tuple[Stop, ...] = ()


_STEPS: Final = {
    "request": Step.REQUESTED,
    "succeed": Step.ARRIVED,
    "remove": Step.REMOVED,
    "fail": Step.FAILED,
}
_OUTCOMES: Final = {Kind.PERMISSION: 0, Kind.DECISION: 1, Kind.CALL: 2, Kind.CLAIM: 3}
"""What comes first of events of the same moment: a cause before what follows from it."""


def timeline_of(
    orcid_id: str, doi: str, reader: Reader, *, claim: Claim | None = None
) -> list[TimelineEntry]:
    """Return all that happened to a work, for its owner or staff, oldest first."""
    decided = list(_decisions(orcid_id, doi, reader))
    entries = [*decided, *(_events(claim, reader) if claim else ())]
    if not entries:
        return []
    first = min(entry.at for entry in entries)
    entries += _permissions(orcid_id, reader, since=first)
    return sorted(entries, key=lambda entry: (entry.at, _OUTCOMES[entry.kind]))


def _events(claim: Claim, reader: Reader) -> Iterator[TimelineEntry]:
    for line in claims.history_of(claim):
        # That a worker took it says nothing: its call and the outcome follow.
        if line.event != "start":
            sentence = history_sentence(line, claim.orcid_id, reader)
            code, step = _code(line.event, line.problem, line.note), _STEPS.get(line.event)
            stops = (Stop(step, line.at),) if step else ()
            yield TimelineEntry(line.at, Kind.CLAIM, sentence, code, stops=stops)
    for attempt in claims.attempts_of(claim):
        code = _code(attempt.verb, attempt.status, attempt.problem)
        sentence = attempt_sentence(attempt, reader)
        sent = Stop(Step.SENT, attempt.at - timedelta(seconds=attempt.seconds))
        yield TimelineEntry(attempt.at, Kind.CALL, sentence, code, attempt.seconds, (sent,))


def _decisions(orcid_id: str, doi: str, reader: Reader) -> Iterator[TimelineEntry]:
    for decision in intake.decisions_of(orcid_id, doi=doi):
        if decision.reason not in intake.NO_NEWS:
            again = f"asked again by {decision.asked_by}" if decision.asked_by else ""
            code = _code(decision.rule, decision.reason, decision.field, decision.value, again)
            sentence = decision_sentence(decision, reader)
            yield TimelineEntry(decision.at, Kind.DECISION, sentence, code, stops=tuple(_stops(decision)))
        answer = answer_sentence(decision.answer, reader)
        if answer and decision.answered_at:
            yield TimelineEntry(decision.answered_at, Kind.DECISION, answer)


def _stops(decision: Any) -> Iterator[Stop]:
    """Yield the steps that a decision tells of; a look back at old DOIs did not begin with their change."""
    if decision.result not in {"claim", "update", "remove"}:
        return
    if decision.doi_updated and decision.source not in {Source.BACK_FILL, Source.STAFF, Source.FILE}:
        yield Stop(Step.CHANGED, decision.doi_updated)
    yield Stop(Step.DECIDED, decision.at)


def _permissions(orcid_id: str, reader: Reader, *, since: datetime) -> Iterator[TimelineEntry]:
    """Yield the changes of permissions since the first event, and the last one before it."""
    before = set()
    for receipt in consents.receipts_of(orcid_id):
        sentence = receipt_sentence(receipt, reader)
        is_known = receipt.at < since and receipt.purpose in before
        if not sentence or is_known:
            continue
        if receipt.at < since:
            before.add(receipt.purpose)
        yield TimelineEntry(receipt.at, Kind.PERMISSION, sentence, _code(receipt.purpose, receipt.kind))


def _code(*parts: Any) -> str:
    return " ".join(str(part) for part in parts if part)


def timeline_json(entries: list[TimelineEntry]) -> list[dict[str, Any]]:
    """Return a timeline as JSON."""
    return [
        {"at": entry.at.isoformat(), "kind": entry.kind.value, "sentence": entry.sentence}
        for entry in entries
    ]
