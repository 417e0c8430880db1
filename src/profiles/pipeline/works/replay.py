"""Ask the rules again about decisions that were skips, and show what would change before it does."""

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
class Replayed:
    """What asking again came to."""

    asked: int = 0
    unknown: int = 0
    would_change: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, str, str, str]] = field(default_factory=list)
    """(iD, DOI, reason then, result now)"""
    acted: int = 0


def replay(
    *, reason: str = "", orcid_id: str = "", limit: int = 10_000, act: bool = False, by: str = ""
) -> Replayed:
    """Ask today's rules about the skips that stand; with ``act``, do what they say now.

    ``by`` is who asked for it, and stands in the new decisions and in the history of the claims.
    A decision is not changed: a new one with today's rule version is written beside it. Asking again about
    a decision of today's version is one event, however often it is done.
    """
    done = Replayed()
    for batch in _batches(selectors.standing_skips(reason=reason, orcid_id=orcid_id), limit):
        records = selectors.snapshots([decision.doi for decision in batch])
        known = [(decision, raw) for decision in batch if (raw := records.get(decision.doi)) is not None]
        done.asked += len(batch)
        done.unknown += len(batch) - len(known)
        changed = []
        for (decision, raw), verdict in zip(known, verdicts([_asked(*one) for one in known]), strict=True):
            if verdict.result is not Result.SKIP:
                done.would_change[f"{decision.reason} -> {verdict.result.value}"] += 1
                if len(done.examples) < _BATCH:
                    example = (decision.orcid_id, decision.doi, decision.reason, verdict.result.value)
                    done.examples.append(example)
                changed.append((decision, raw))
        if act:
            done.acted += _act(changed, by)
    return done


def _asked(decision: Decision, raw: bytes) -> Question:
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
