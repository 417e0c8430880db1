"""Run the rules again on earlier skips, and show what would change before acting."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from profiles.domain.eligibility.case import Source
from profiles.domain.eligibility.rules import RULE_VERSION, Result
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.records.change_detection import Change, ChangeKind
from profiles.domain.records.sighting import read_sighting
from profiles.intake import selectors
from profiles.intake.models import Decision
from profiles.pipeline.intake.decide import decide_all
from profiles.pipeline.intake.incoming import Incoming
from profiles.pipeline.works.explain import Question, verdicts

_BATCH: Final = 200


@dataclass(slots=True)
class ReplayResult:
    """The outcome of a replay."""

    asked: int = 0
    unknown: int = 0
    would_change: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(iD, DOI, reason then, result now)"""
    acted: int = 0


def replay(
    *, reason: str = "", orcid_id: str = "", limit: int = 10_000, act: bool = False, by: str = ""
) -> ReplayResult:
    """Run today's rules on the current skips; with ``act``, do what they say now.

    ``by`` names the person who asked for the replay; new decisions and claim histories show it. A decision
    is not changed: a new one with today's rule version is written beside it. The replay of a decision is one
    event for each rule version, however often it is run.
    """
    result = ReplayResult()
    for batch in _batches(selectors.current_skips(reason=reason, orcid_id=orcid_id), limit):
        records = selectors.snapshots([decision.doi for decision in batch])
        readable = [(decision, raw) for decision in batch if (raw := records.get(decision.doi)) is not None]
        result.asked += len(batch)
        result.unknown += len(batch) - len(readable)
        changed = []
        for (decision, raw), verdict in zip(
            readable, verdicts([_question_of(*pair) for pair in readable]), strict=True
        ):
            if verdict.result is not Result.SKIP:
                result.would_change[f"{decision.reason} -> {verdict.result.value}"] += 1
                if len(result.examples) < _BATCH:
                    example = (decision.orcid_id, decision.doi, decision.reason, verdict.result.value)
                    result.examples.append(example)
                changed.append((decision, raw))
        if act:
            result.acted += _act(changed, by)
    return result


def _question_of(decision: Decision, raw: bytes) -> Question:
    return Question(Doi(decision.doi), OrcidId(decision.orcid_id), read_sighting(raw), decision)


def _act(changed: Iterable[tuple[Decision, bytes]], by: str) -> int:
    tally = decide_all(
        [
            Incoming(
                f"replay:{RULE_VERSION}:{decision.pk}",
                decision.doi,
                Source(decision.source),
                read_sighting(raw),
                decision.at,
                only=decision.orcid_id,
                change=Change(ChangeKind(decision.change), tuple(decision.changed_fields)),
                asked_by=by,
            )
            for decision, raw in changed
        ]
    )
    return sum(count for result, count in tally.by_result.items() if result != Result.SKIP.value)


def _batches(decisions: Iterator[Decision], limit: int) -> Iterator[list[Decision]]:
    bounded = islice(decisions, limit)
    while batch := list(islice(bounded, _BATCH)):
        yield batch
