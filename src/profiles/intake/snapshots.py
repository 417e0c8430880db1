"""Snapshots of DOI metadata that concern enrolled people: what is kept, and what may replace it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection

from profiles.domain.eligibility.metadata import concept_of
from profiles.domain.matching.named_ids import places
from profiles.domain.records import change_detection
from profiles.domain.records.sighting import Sighting
from profiles.infra import clock
from profiles.infra.postgres.sql_params import json_rows
from profiles.intake.models import DoiSnapshot
from profiles.intake.payload import pack

_TITLE: Final = 300
_NAMES: Final = 3_000

_SNAPSHOTS: Final = """
INSERT INTO intake_doisnapshot AS s (doi, state, title, repository, concept, names, credited, trigger_digest,
    content_digest, registered, updated, payload, fetched_at, seen_at)
SELECT doi, state, title, repository, concept, names, credited, decode(trigger_digest, 'base64'),
    decode(content_digest, 'base64'), registered, updated, decode(payload, 'base64'), %(now)s,
    CASE WHEN %(seen)s THEN %(now)s END
FROM json_to_recordset(%(rows)s::json) AS n(doi text, state text, title text, repository text,
    concept text, names text[], credited jsonb, trigger_digest text, content_digest text,
    registered timestamptz, updated timestamptz, payload text)
ORDER BY doi
ON CONFLICT (doi) DO UPDATE SET
    -- A record that does not say whether the DOI is public changes nothing about that.
    state = CASE WHEN excluded.state IN ('findable', 'registered', 'draft') THEN excluded.state
        ELSE s.state END,
    title = excluded.title,
    repository = CASE WHEN excluded.repository = '' THEN s.repository ELSE excluded.repository END,
    concept = excluded.concept, names = excluded.names, credited = excluded.credited,
    trigger_digest = excluded.trigger_digest,
    content_digest = excluded.content_digest, registered = excluded.registered, updated = excluded.updated,
    payload = excluded.payload, fetched_at = excluded.fetched_at,
    seen_at = coalesce(excluded.seen_at, s.seen_at)
WHERE s.updated IS NULL OR excluded.updated IS NULL OR excluded.updated >= s.updated
"""
"""A sighting that is older than the one kept changes nothing."""

# What did not come through the rules may only fill a gap: were it to replace the digests of what they have
# seen, the change it brings would go unnoticed.
FILL_GAPS: Final = _SNAPSHOTS.partition("WHERE s.updated")[0] + "WHERE s.seen_at IS NULL"


class SnapshotInput(msgspec.Struct, frozen=True, gc=False):
    """A record with its digests and the iDs that it names.

    ``in_doubt`` are those among them that it named before, and of which it is unclear whether it still
    does, each with the names under which it was named.
    """

    record: Sighting
    marks: change_detection.Digests
    names: tuple[str, ...]
    in_doubt: Mapping[str, Sequence[str]] = {}

    @classmethod
    def of(cls, record: Sighting, *, sandbox: bool = False) -> "SnapshotInput":
        """Look into a record."""
        return cls(record, change_detection.digests(record), tuple(places(record, sandbox=sandbox)))


def snapshot_parameters(noted: Sequence[SnapshotInput], *, seen: bool) -> dict[str, Any]:
    """Return the columns of snapshots, for the statements here and the worker's own connection."""
    newest: dict[str, SnapshotInput] = {}
    for note in noted:
        known = newest.get(note.record.doi)
        if known is None or not _is_older(note.record, known.record):
            newest[note.record.doi] = note
    return {"now": clock.now(), "seen": seen, "rows": json_rows([_row(note) for note in newest.values()])}


class _SnapshotRow(msgspec.Struct, gc=False):
    """A snapshot as its table has it."""

    doi: str
    state: str
    title: str
    repository: str
    concept: str
    names: tuple[str, ...]
    credited: Mapping[str, Sequence[str]]
    trigger_digest: bytes
    content_digest: bytes
    registered: datetime | None
    updated: datetime | None
    payload: bytes


def _row(note: SnapshotInput) -> _SnapshotRow:
    record, marks = note.record, note.marks
    return _SnapshotRow(
        record.doi,
        record.state[:10],
        record.title[:_TITLE],
        record.repository,
        concept_of(record),
        note.names[:_NAMES],
        note.in_doubt,
        marks.trigger,
        marks.content,
        record.registered,
        record.updated,
        pack(record.doi, record.raw, record.repository),
    )


def _is_older(one: Sighting, other: Sighting) -> bool:
    return bool(one.updated and other.updated and one.updated < other.updated)


def save_sightings(noted: Sequence[SnapshotInput]) -> None:
    """Keep what the rules have just seen."""
    if noted:
        with connection.cursor() as cursor:
            cursor.execute(_SNAPSHOTS, snapshot_parameters(noted, seen=True))


def mark_hidden(dois: Sequence[str]) -> None:
    """Remember that DataCite no longer shows these DOIs; their metadata stay as they were last seen."""
    if dois:
        DoiSnapshot.objects.filter(doi__in=dois).update(state="hidden", seen_at=clock.now())


def fill_gaps(noted: Sequence[SnapshotInput]) -> None:
    """Keep records that did not go through the rules, where nothing is kept yet."""
    if noted:
        with connection.cursor() as cursor:
            cursor.execute(FILL_GAPS, snapshot_parameters(noted, seen=False))


def save_baseline(records: Sequence[Sighting], *, sandbox: bool = False) -> None:
    """Keep how works looked when a person switched Auto-Update on; later changes are compared with it.

    A look back saw what was there before: it counts as seen where the rules have not been yet.
    """
    if records:
        noted = [SnapshotInput.of(record, sandbox=sandbox) for record in records]
        with connection.cursor() as cursor:
            cursor.execute(FILL_GAPS, snapshot_parameters(noted, seen=True))
