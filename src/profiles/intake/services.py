"""Store DOI events, decisions and the state of intake: few statements, however many rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import connection, transaction

from profiles.domain.eligibility.case import Source
from profiles.domain.eligibility.rules import Verdict
from profiles.domain.records import change_detection
from profiles.infra import clock
from profiles.infra.monitoring import tracing
from profiles.infra.postgres.sql_params import json_rows
from profiles.intake.models import (
    Decision,
    DoiEvent,
    LookBack,
    Quarantine,
    Reconciliation,
    Repository,
)
from profiles.intake.selectors import HELD_UNTIL, NO_NEWS

_EXCERPT: Final = 300
_MAX_WAIT: Final = timedelta(hours=6)
SECOND_LOOK_AFTER: Final = timedelta(days=1)
"""The time that a DOI has to come back, or a repository to repair its metadata, before a person is asked."""
REMOVALS_STOPPED: Final = "removals-stopped"
REMOVALS_RELEASED: Final = "removals-released"


class NewEvent(msgspec.Struct, frozen=True, gc=False):
    """A reported change. ``waits``: the record must still be fetched."""

    event_id: str
    doi: str
    source: Source
    updated: datetime | None = None
    waits: bool = False
    traceparent: str = msgspec.field(default_factory=tracing.here)


# DataCite's times are whole seconds, and its queue identifies changes by them: such an event may stand for
# several changes, so the record is fetched after that second. A time far in the future is a mistake and is
# ignored. Agents give each event an id of its own, so their events need not wait.
_EVENTS: Final = """
INSERT INTO intake_doievent (event_id, doi, source, updated, received_at, due_at, done_at, tries, problem,
    traceparent)
SELECT event_id, doi, source, updated, %(now)s, CASE WHEN waits AND source = 'queue'
        THEN least(greatest(updated + interval '1 second', %(now)s), %(now)s + interval '2 seconds')
        WHEN waits THEN %(now)s END,
    CASE WHEN waits THEN NULL ELSE %(now)s END, 0, '', traceparent
FROM json_to_recordset(%(rows)s::json) AS e(event_id text, doi text, source text, updated timestamptz,
    waits boolean, traceparent text)
ORDER BY event_id
ON CONFLICT (event_id) DO NOTHING RETURNING event_id
"""


_SECOND_LOOKS: Final = """
INSERT INTO intake_doievent (event_id, doi, source, received_at, due_at, tries, problem)
SELECT event_id, doi, 'poll', %(due)s, %(due)s, 0, ''
FROM json_to_recordset(%(rows)s::json) AS e(event_id text, doi text)
WHERE NOT EXISTS (SELECT FROM intake_doievent w WHERE w.doi = e.doi AND w.due_at IS NOT NULL
    AND w.event_id LIKE 'again:%%')
ORDER BY event_id
ON CONFLICT (event_id) DO NOTHING
"""


def record_events(events: Sequence[NewEvent]) -> set[str]:
    """Store events and return the ids that are new. An id that is stored already is ignored."""
    if not events:
        return set()
    unique = list({event.event_id: event for event in events}.values())
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, {"now": clock.now(), "rows": json_rows(unique)})
        return {event_id for (event_id,) in cursor.fetchall()}


def finish_events(event_ids: Sequence[str], *, problem: str = "") -> None:
    """Mark events as done; ``problem`` says why nothing could be decided, and never will be."""
    DoiEvent.objects.filter(event_id__in=event_ids).update(done_at=clock.now(), due_at=None, problem=problem)


def schedule_second_looks(changes: Sequence[tuple[str, str]]) -> None:
    """Schedule a second look at these DOIs, a day later; each comes with the event that was decided.

    A DOI that already waits for its second look gets no other. The event counts as received when it is due.
    """
    if changes:
        with connection.cursor() as cursor:
            rows = [{"doi": doi, "event_id": f"again:{event_id}"} for doi, event_id in changes]
            cursor.execute(_SECOND_LOOKS, {"due": clock.now() + SECOND_LOOK_AFTER, "rows": json_rows(rows)})


def hold_events(event_ids: Sequence[str]) -> None:
    """Hold events until staff release them; their records are then fetched again."""
    DoiEvent.objects.filter(event_id__in=event_ids).update(
        due_at=HELD_UNTIL, done_at=None, problem=REMOVALS_STOPPED
    )


def postpone_events(event_ids: Sequence[str], *, problem: str, at_least: timedelta = timedelta(0)) -> None:
    """Postpone events because DataCite cannot be reached; the wait doubles, and no event is dropped."""
    now = clock.now()
    for event in DoiEvent.objects.filter(event_id__in=event_ids):
        event.tries += 1
        wait = min(timedelta(seconds=15) * 2 ** min(event.tries, 12), _MAX_WAIT)
        event.due_at, event.problem = now + max(wait, at_least), problem
        event.save(update_fields=["tries", "due_at", "problem"])


class NewDecision(msgspec.Struct, frozen=True, gc=False):
    """A decision about one event and one person, to be stored."""

    orcid_id: str
    doi: str
    trigger: str
    source: Source
    verdict: Verdict
    change: change_detection.Change
    doi_updated: datetime | None
    asked_by: str = ""
    traceparent: str = ""


class _DecisionRow(msgspec.Struct, gc=False):
    """The columns of a decision."""

    orcid_id: str
    doi: str
    trigger: str
    source: str
    rule_version: int
    result: str
    rule: str
    reason: str
    field: str
    value: str
    waits: bool
    change: str
    changed_fields: tuple[str, ...]
    doi_updated: datetime | None
    asked_by: str


_DECISIONS: Final = """
INSERT INTO intake_decision (orcid_id, doi, trigger, source, at, rule_version, result, rule, reason, field,
    value, waits, change, changed_fields, doi_updated, answer, asked_by)
SELECT orcid_id, doi, trigger, source, %(now)s, rule_version, result, rule, reason, field, value, waits,
    change, changed_fields, doi_updated, '', asked_by
FROM json_to_recordset(%(rows)s::json) AS d(orcid_id text, doi text, trigger text, source text,
    rule_version int, result text, rule text, reason text, field text, value text, waits boolean,
    change text, changed_fields text[], doi_updated timestamptz, asked_by text)
ORDER BY trigger, orcid_id
ON CONFLICT (trigger, orcid_id) DO NOTHING
RETURNING id, orcid_id, doi, reason
"""

# A question is about the current state of the DOI: a newer decision withdraws the older question.
_WITHDRAW_QUESTIONS: Final = """
UPDATE intake_decision d SET answer = 'overtaken', answered_at = %(now)s
FROM json_to_recordset(%(rows)s::json) AS n(id bigint, orcid_id text, doi text)
WHERE d.orcid_id = n.orcid_id AND d.doi = n.doi AND d.id < n.id AND d.answer = ''
    AND d.result IN ('ask', 'offer-removal')
"""


@transaction.atomic
def write_decisions(decisions: Sequence[NewDecision]) -> None:
    """Store decisions, including skips; the same trigger for the same person is stored once."""
    if not decisions:
        return
    now = clock.now()
    rows = [_decision_row(decision) for decision in decisions]
    with connection.cursor() as cursor:
        cursor.execute(_DECISIONS, {"now": now, "rows": json_rows(rows)})
        # A decision without news withdraws no question.
        newer = [
            {"id": id_, "orcid_id": orcid_id, "doi": doi}
            for id_, orcid_id, doi, reason in cursor.fetchall()
            if reason not in NO_NEWS
        ]
        if newer:
            cursor.execute(_WITHDRAW_QUESTIONS, {"now": now, "rows": json_rows(newer)})


def _decision_row(decision: NewDecision) -> _DecisionRow:
    verdict, change = decision.verdict, decision.change
    return _DecisionRow(
        decision.orcid_id,
        decision.doi,
        decision.trigger,
        decision.source.value,
        verdict.rule_version,
        verdict.result.value,
        verdict.rule,
        verdict.reason,
        verdict.field,
        verdict.value,
        verdict.waits,
        change.kind.value,
        change.fields,
        decision.doi_updated,
        decision.asked_by,
    )


def answer_question(*, decision_id: int, orcid_id: str, yes: bool) -> Decision | None:
    """Store a person's answer to one of their open questions; return None when it is not open."""
    with transaction.atomic():
        found = (
            Decision.objects.select_for_update().filter(pk=decision_id, orcid_id=orcid_id, answer="").first()
        )
        if found is not None:
            found.answer, found.answered_at = ("yes" if yes else "no"), clock.now()
            found.save(update_fields=["answer", "answered_at"])
        return found


def quarantine(*, source: str, line: int, reason: str, raw: bytes) -> None:
    """Store a broken record, so that it does not stop the others; the same one is stored once."""
    excerpt = raw[:_EXCERPT].rstrip().decode(errors="replace").replace("\0", "")
    Quarantine.objects.get_or_create(
        source=source, line=line, excerpt=excerpt, defaults={"reason": reason[:_EXCERPT]}
    )


def save_look_back(*, orcid_id: str, found: int) -> None:
    """Store that the works which name this person were looked up."""
    LookBack.objects.update_or_create(orcid_id=orcid_id, defaults={"at": clock.now(), "found": found})


def save_repository(*, client_id: str, kind: str, name: str = "") -> None:
    """Store what a repository is; what is not known now stays as it was."""
    known = {field: value for field, value in (("kind", kind), ("name", name)) if value}
    changes = {"fetched_at": clock.now(), **known}
    Repository.objects.update_or_create(client_id=client_id, defaults=changes)


def save_reconciliation(
    *, orcid_id: str, problem: str, report: dict[str, list[str]], kept_orcid_id: str = ""
) -> None:
    """Store the comparison of a person's record with what we know.

    ``kept_orcid_id`` is the iD into which ORCID merged this one.
    """
    counts = {name: len(dois) for name, dois in report.items()}
    Reconciliation.objects.update_or_create(
        orcid_id=orcid_id,
        defaults={
            "at": clock.now(),
            "problem": problem,
            "report": report,
            "drift": sum(counts.values()),
            "kept_orcid_id": kept_orcid_id,
        },
    )


@transaction.atomic
def forget_person(*, orcid_id: str) -> None:
    """Erase the decisions and the look-back of a closed account; metadata are public and stay."""
    Decision.objects.filter(orcid_id=orcid_id).delete()
    LookBack.objects.filter(orcid_id=orcid_id).delete()
    Reconciliation.objects.filter(orcid_id=orcid_id).delete()


def forget_actors(*, orcid_ids: Sequence[str], instead: str) -> int:
    """Remove the iDs of former staff from decisions that they requested; return the number of decisions."""
    return Decision.objects.filter(asked_by__in=list(orcid_ids)).update(asked_by=instead)


@transaction.atomic
def move_person(*, old_orcid_id: str, new_orcid_id: str) -> None:
    """Move the decisions about a merged iD to the iD that is kept. Safe to run twice."""
    decided = Decision.objects.filter(orcid_id=new_orcid_id).values("trigger")
    old = Decision.objects.filter(orcid_id=old_orcid_id)
    old.exclude(trigger__in=decided).update(orcid_id=new_orcid_id)
    # A comparison belongs to the record that was read; the record of the kept iD is read again.
    Reconciliation.objects.filter(orcid_id=old_orcid_id).delete()
    looked_back = LookBack.objects.filter(orcid_id=old_orcid_id).first()
    if looked_back is not None:
        LookBack.objects.get_or_create(
            orcid_id=new_orcid_id, defaults={"at": looked_back.at, "found": looked_back.found}
        )
        looked_back.delete()
