"""Writing what came in, what was seen and what was decided: few statements, however many rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from profiles.domain import triggers
from profiles.domain.eligibility import Verdict
from profiles.domain.eligibility_case import Source
from profiles.domain.eligibility_metadata import concept_of
from profiles.domain.matching import namings
from profiles.domain.matching_record import Sighting, read_sighting
from profiles.infra import clock
from profiles.intake.models import (
    Decision,
    DoiEvent,
    DoiSnapshot,
    LookBack,
    Quarantine,
    Reconciliation,
    Repository,
)
from profiles.intake.payload import pack

_TITLE: Final = 300
_NAMES: Final = 3_000
_EXCERPT: Final = 300
_LONGEST_WAIT: Final = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """Word of a change, as it came. ``waits`` when the record must still be fetched."""

    event_id: str
    doi: str
    source: Source
    updated: datetime | None = None
    waits: bool = False


_EVENTS: Final = """
INSERT INTO intake_doievent (event_id, doi, source, updated, received_at, due_at, done_at, tries, problem)
SELECT event_id, doi, source, updated, %(now)s, CASE WHEN waits THEN %(now)s END,
    CASE WHEN waits THEN NULL ELSE %(now)s END, 0, ''
FROM unnest(%(event_id)s::text[], %(doi)s::text[], %(source)s::text[], %(updated)s::timestamptz[],
    %(waits)s::boolean[]) AS e(event_id, doi, source, updated, waits)
ORDER BY event_id
ON CONFLICT (event_id) DO NOTHING RETURNING event_id
"""


def record_events(events: Sequence[NewEvent]) -> set[str]:
    """Store events and return the ids that are new. The same id again is the same event, and ignored."""
    if not events:
        return set()
    unique = list({event.event_id: event for event in events}.values())
    with connection.cursor() as cursor:
        cursor.execute(
            _EVENTS,
            {
                "now": clock.now(),
                "event_id": [e.event_id for e in unique],
                "doi": [e.doi for e in unique],
                "source": [e.source.value for e in unique],
                "updated": [e.updated for e in unique],
                "waits": [e.waits for e in unique],
            },
        )
        return {event_id for (event_id,) in cursor.fetchall()}


def finish_events(event_ids: Sequence[str], *, problem: str = "") -> None:
    """Mark events as done; with a problem when nothing could be decided and nothing will change that."""
    DoiEvent.objects.filter(event_id__in=event_ids).update(done_at=clock.now(), due_at=None, problem=problem)


def postpone_events(event_ids: Sequence[str], *, problem: str, at_least: timedelta = timedelta(0)) -> None:
    """Let events wait because DataCite could not be asked; the wait doubles, and the event stays."""
    now = clock.now()
    for event in DoiEvent.objects.filter(event_id__in=event_ids):
        event.tries += 1
        wait = min(timedelta(seconds=15) * 2 ** min(event.tries, 12), _LONGEST_WAIT)
        event.due_at, event.problem = now + max(wait, at_least), problem
        event.save(update_fields=["tries", "due_at", "problem"])


_SNAPSHOTS: Final = """
INSERT INTO intake_doisnapshot AS s (doi, state, title, repository, concept, names, trigger_digest,
    content_digest, registered, updated, payload, fetched_at, seen_at)
SELECT doi, state, title, repository, concept, string_to_array(names, ' '), trigger_digest, content_digest,
    registered, updated, payload, %(now)s, CASE WHEN %(seen)s THEN %(now)s END
FROM unnest(%(doi)s::text[], %(state)s::text[], %(title)s::text[], %(repository)s::text[],
    %(concept)s::text[], %(names)s::text[], %(trigger_digest)s::bytea[], %(content_digest)s::bytea[],
    %(registered)s::timestamptz[], %(updated)s::timestamptz[], %(payload)s::bytea[])
    AS n(doi, state, title, repository, concept, names, trigger_digest, content_digest, registered, updated,
    payload)
ORDER BY doi
ON CONFLICT (doi) DO UPDATE SET state = excluded.state, title = excluded.title,
    repository = CASE WHEN excluded.repository = '' THEN s.repository ELSE excluded.repository END,
    concept = excluded.concept, names = excluded.names, trigger_digest = excluded.trigger_digest,
    content_digest = excluded.content_digest, registered = excluded.registered, updated = excluded.updated,
    payload = excluded.payload, fetched_at = excluded.fetched_at,
    seen_at = coalesce(excluded.seen_at, s.seen_at)
WHERE s.updated IS NULL OR excluded.updated IS NULL OR excluded.updated >= s.updated
"""
"""A sighting that is older than the one kept changes nothing."""

# What was fetched for a push may only fill a gap: were it to replace the digests of what the rules have
# seen, the change it brings would go unnoticed.
_FILL: Final = _SNAPSHOTS.partition("ON CONFLICT")[0] + "ON CONFLICT (doi) DO NOTHING"


@dataclass(frozen=True, slots=True)
class Noted:
    """A record with its digests and the iDs that it names."""

    record: Sighting
    marks: triggers.Digests
    names: tuple[str, ...]

    @classmethod
    def of(cls, record: Sighting, *, sandbox: bool = False) -> "Noted":
        """Look into a record."""
        names = dict.fromkeys(naming.orcid_id for naming in namings(record, sandbox=sandbox))
        return cls(record, triggers.digests(record), tuple(names))


def snapshot_parameters(noted: Sequence[Noted], *, seen: bool) -> dict[str, Any]:
    """Return the columns of snapshots, for the statements here and the worker's own connection."""
    newest: dict[str, Noted] = {}
    for note in noted:
        known = newest.get(note.record.doi)
        if known is None or not _is_older(note.record, known.record):
            newest[note.record.doi] = note
    rows = list(newest.values())
    records = [note.record for note in rows]
    return {
        "now": clock.now(),
        "seen": seen,
        "doi": [r.doi for r in records],
        "state": [r.state[:10] for r in records],
        "title": [r.title[:_TITLE].replace("\0", "") for r in records],
        "repository": [r.repository for r in records],
        "concept": [concept_of(r) for r in records],
        "names": [" ".join(note.names[:_NAMES]) for note in rows],
        "trigger_digest": [note.marks.trigger for note in rows],
        "content_digest": [note.marks.content for note in rows],
        "registered": [r.registered for r in records],
        "updated": [r.updated for r in records],
        "payload": [pack(r.doi, r.attributes, r.repository) for r in records],
    }


def _is_older(one: Sighting, other: Sighting) -> bool:
    return bool(one.updated and other.updated and one.updated < other.updated)


def save_sightings(noted: Sequence[Noted]) -> None:
    """Keep what the rules have just seen."""
    if noted:
        with connection.cursor() as cursor:
            cursor.execute(_SNAPSHOTS, snapshot_parameters(noted, seen=True))


def mark_hidden(dois: Sequence[str]) -> None:
    """Remember that DataCite no longer shows these DOIs; their metadata stay as they were last seen."""
    DoiSnapshot.objects.filter(doi__in=dois).update(state="hidden", seen_at=clock.now())


def save_snapshot(record: bytes) -> None:
    """Keep a record that was fetched for a push or a list, unless the DOI is known already.

    Raises:
        UnreadableRecordError: these bytes are no DOI record.
    """
    fill_gaps([Noted.of(read_sighting(record))])


def fill_gaps(noted: Sequence[Noted]) -> None:
    """Keep records that did not go through the rules, where nothing is kept yet."""
    if noted:
        with connection.cursor() as cursor:
            cursor.execute(FILL_GAPS, snapshot_parameters(noted, seen=False))


# A look back saw what was there before: it may be marked as seen where the rules have not been yet.
_BASELINE: Final = _FILL.replace(
    "DO NOTHING",
    "DO UPDATE SET names = excluded.names, trigger_digest = excluded.trigger_digest,"
    " content_digest = excluded.content_digest, state = excluded.state, updated = excluded.updated,"
    " payload = excluded.payload, seen_at = excluded.seen_at WHERE s.seen_at IS NULL",
)


def save_baseline(records: Sequence[Sighting], *, sandbox: bool = False) -> None:
    """Keep how works looked when somebody switched Auto-Update on; later changes are measured by it."""
    if records:
        noted = [Noted.of(record, sandbox=sandbox) for record in records]
        with connection.cursor() as cursor:
            cursor.execute(_BASELINE, snapshot_parameters(noted, seen=True))


FILL_GAPS: Final = _FILL


@dataclass(frozen=True, slots=True)
class NewDecision:
    """What was decided for one event and one person."""

    orcid_id: str
    doi: str
    trigger: str
    source: Source
    verdict: Verdict
    change: triggers.Change
    doi_updated: datetime | None


_DECISIONS: Final = """
INSERT INTO intake_decision (orcid_id, doi, trigger, source, at, rule_version, result, rule, reason, field,
    value, waits, change, changed_fields, doi_updated, answer)
SELECT orcid_id, doi, trigger, source, %(now)s, rule_version, result, rule, reason, field, value, waits,
    change, string_to_array(changed_fields, ' '), doi_updated, ''
FROM unnest(%(orcid_id)s::text[], %(doi)s::text[], %(trigger)s::text[], %(source)s::text[],
    %(rule_version)s::int[], %(result)s::text[], %(rule)s::text[], %(reason)s::text[], %(field)s::text[],
    %(value)s::text[], %(waits)s::boolean[], %(change)s::text[], %(changed_fields)s::text[],
    %(doi_updated)s::timestamptz[]) AS d(orcid_id, doi, trigger, source, rule_version, result, rule, reason,
    field, value, waits, change, changed_fields, doi_updated)
ORDER BY trigger, orcid_id
ON CONFLICT (trigger, orcid_id) DO NOTHING
RETURNING id, orcid_id, doi, reason
"""

# A question is about the DOI as it is now: a newer decision takes the older question back.
_TAKE_BACK: Final = """
UPDATE intake_decision d SET answer = 'overtaken', answered_at = %(now)s
FROM unnest(%(id)s::bigint[], %(orcid_id)s::text[], %(doi)s::text[]) AS n(id, orcid_id, doi)
WHERE d.orcid_id = n.orcid_id AND d.doi = n.doi AND d.id < n.id AND d.answer = ''
    AND d.result IN ('ask', 'offer-removal')
"""


@transaction.atomic
def write_decisions(decisions: Sequence[NewDecision]) -> None:
    """Keep decisions, skips included; the same trigger for the same person is decided once."""
    if not decisions:
        return
    now = clock.now()
    columns: dict[str, Any] = {
        "now": now,
        "orcid_id": [d.orcid_id for d in decisions],
        "doi": [d.doi for d in decisions],
        "trigger": [d.trigger for d in decisions],
        "source": [d.source.value for d in decisions],
        "rule_version": [d.verdict.rule_version for d in decisions],
        "result": [d.verdict.result.value for d in decisions],
        "rule": [d.verdict.rule for d in decisions],
        "reason": [d.verdict.reason for d in decisions],
        "field": [d.verdict.field for d in decisions],
        "value": [d.verdict.value.replace("\0", "") for d in decisions],
        "waits": [d.verdict.waits for d in decisions],
        "change": [d.change.kind.value for d in decisions],
        "changed_fields": [" ".join(d.change.fields) for d in decisions],
        "doi_updated": [d.doi_updated for d in decisions],
    }
    with connection.cursor() as cursor:
        cursor.execute(_DECISIONS, columns)
        # What changes nothing takes no question back either.
        newer = [row for row in cursor.fetchall() if row[3] not in {"overtaken", "unchanged"}]
        if newer:
            ids, people, dois, _reasons = zip(*newer, strict=True)
            cursor.execute(
                _TAKE_BACK, {"now": now, "id": list(ids), "orcid_id": list(people), "doi": list(dois)}
            )


def answer_question(*, decision_id: int, orcid_id: str, yes: bool) -> Decision | None:
    """Keep a person's answer to one of their open questions; None when it is not open (any more)."""
    with transaction.atomic():
        found = (
            Decision.objects.select_for_update().filter(pk=decision_id, orcid_id=orcid_id, answer="").first()
        )
        if found is not None:
            found.answer, found.answered_at = ("yes" if yes else "no"), clock.now()
            found.save(update_fields=["answer", "answered_at"])
        return found


def quarantine(*, source: str, line: int, reason: str, raw: bytes) -> None:
    """Set a broken record aside; it never stops the others."""
    excerpt = raw[:_EXCERPT].decode(errors="replace").replace("\0", "")
    Quarantine.objects.get_or_create(
        source=source, line=line, defaults={"reason": reason[:_EXCERPT], "excerpt": excerpt}
    )


def save_look_back(*, orcid_id: str, found: int) -> None:
    """Remember that the works which name this person were looked up."""
    LookBack.objects.update_or_create(orcid_id=orcid_id, defaults={"at": clock.now(), "found": found})


def save_repository(*, client_id: str, kind: str) -> None:
    """Remember what kind of repository this is."""
    Repository.objects.update_or_create(
        client_id=client_id, defaults={"kind": kind, "fetched_at": clock.now()}
    )


def save_reconciliation(*, orcid_id: str, problem: str, report: dict[str, list[str]]) -> None:
    """Remember what a person's record looked like beside what we know."""
    counts = {name: len(dois) for name, dois in report.items()}
    Reconciliation.objects.update_or_create(
        orcid_id=orcid_id,
        defaults={"at": clock.now(), "problem": problem, "report": report, "drift": sum(counts.values())},
    )


@transaction.atomic
def forget_person(*, orcid_id: str) -> None:
    """Erase the decisions and the look back of somebody who left; metadata are public and stay."""
    Decision.objects.filter(orcid_id=orcid_id).delete()
    LookBack.objects.filter(orcid_id=orcid_id).delete()
    Reconciliation.objects.filter(orcid_id=orcid_id).delete()


def clean_up(*, older_than: datetime) -> int:
    """Drop finished events from before; decisions stay, they are the answer to "why"."""
    return DoiEvent.objects.filter(due_at=None, received_at__lt=older_than).delete()[0]
