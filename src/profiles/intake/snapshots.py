"""Store snapshots of DOI metadata that concern enrolled people."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection

from profiles.domain.eligibility.metadata import concept_of
from profiles.domain.mapping.languages import title_language
from profiles.domain.matching.named_ids import places
from profiles.domain.records import change_detection
from profiles.domain.records.sighting import Sighting
from profiles.infra import clock
from profiles.infra.postgres.sql_params import json_rows
from profiles.intake.models import NO_LONGER_SHOWN, DoiSnapshot
from profiles.intake.payload import pack

_TITLE: Final = 300
_KIND: Final = 40
_YEAR: Final = re.compile(r"[12]\d{3}")
_NAMES: Final = 3_000

_SNAPSHOTS: Final = """
INSERT INTO intake_doisnapshot AS s (doi, state, title, language, repository, kind, year, publisher, concept,
    names, credited, trigger_digest, content_digest, digest_scheme, registered, updated, payload, fetched_at,
    seen_at)
SELECT doi, state, title, language, repository, kind, year, publisher, concept, names, credited,
    decode(trigger_digest, 'base64'), decode(content_digest, 'base64'), digest_scheme, registered, updated,
    decode(payload, 'base64'), %(now)s, CASE WHEN %(seen)s THEN %(now)s END
FROM json_to_recordset(%(rows)s::json) AS n(doi text, state text, title text, language text,
    repository text, kind text, year smallint, publisher text, concept text, names text[], credited jsonb,
    trigger_digest text, content_digest text, digest_scheme text, registered timestamptz, updated timestamptz,
    payload text)
ORDER BY doi
ON CONFLICT (doi) DO UPDATE SET
    -- A record that does not say whether the DOI is public changes nothing about that.
    state = CASE WHEN excluded.state IN ('findable', 'registered', 'draft') THEN excluded.state
        ELSE s.state END,
    title = excluded.title, language = excluded.language,
    repository = CASE WHEN excluded.repository = '' THEN s.repository ELSE excluded.repository END,
    kind = excluded.kind, year = excluded.year, publisher = excluded.publisher,
    concept = excluded.concept, names = excluded.names, credited = excluded.credited,
    trigger_digest = excluded.trigger_digest,
    content_digest = excluded.content_digest, digest_scheme = excluded.digest_scheme,
    registered = excluded.registered, updated = excluded.updated,
    payload = excluded.payload, fetched_at = excluded.fetched_at,
    seen_at = coalesce(excluded.seen_at, s.seen_at)
WHERE s.updated IS NULL OR excluded.updated IS NULL OR excluded.updated >= s.updated
"""
"""A record that is older than the stored one changes nothing."""

# A record that did not go through the rules may only fill a gap: if it replaced the digests of what the rules
# have seen, the change that it contains would go unnoticed.
FILL_GAPS: Final = _SNAPSHOTS.partition("WHERE s.updated")[0] + "WHERE s.seen_at IS NULL"


class SnapshotInput(msgspec.Struct, frozen=True, gc=False):
    """A record with its digests and the iDs that it names.

    ``in_doubt`` are the iDs that it named before and perhaps still names, each with the names under which it
    named them.
    """

    record: Sighting
    marks: change_detection.Digests
    names: tuple[str, ...]
    in_doubt: Mapping[str, Sequence[str]] = {}

    @classmethod
    def of(cls, record: Sighting, *, sandbox: bool = False) -> "SnapshotInput":
        """Compute digests and named iDs of a record."""
        return cls(record, change_detection.digests(record), tuple(places(record, sandbox=sandbox)))


def snapshot_parameters(snapshots: Sequence[SnapshotInput], *, seen: bool) -> dict[str, Any]:
    """Return the parameters of the statements that store snapshots, here and in ``worker_queries``."""
    newest: dict[str, SnapshotInput] = {}
    for snapshot in snapshots:
        other = newest.get(snapshot.record.doi)
        if other is None or not _is_older(snapshot.record, other.record):
            newest[snapshot.record.doi] = snapshot
    return {
        "now": clock.now(),
        "seen": seen,
        "rows": json_rows([_row(snapshot) for snapshot in newest.values()]),
    }


class _SnapshotRow(msgspec.Struct, gc=False):
    """The columns of a snapshot."""

    doi: str
    state: str
    title: str
    language: str
    repository: str
    kind: str
    year: int | None
    publisher: str
    concept: str
    names: tuple[str, ...]
    credited: Mapping[str, Sequence[str]]
    trigger_digest: bytes
    content_digest: bytes
    digest_scheme: str
    registered: datetime | None
    updated: datetime | None
    payload: bytes


def _row(snapshot: SnapshotInput) -> _SnapshotRow:
    record, marks = snapshot.record, snapshot.marks
    return _SnapshotRow(
        record.doi,
        record.state[:10],
        record.title[:_TITLE],
        title_language(record.shown),
        record.repository,
        record.resource_type[:_KIND],
        _year(record),
        (record.shown.publisher_name or "")[:_TITLE],
        concept_of(record),
        snapshot.names[:_NAMES],
        snapshot.in_doubt,
        marks.trigger,
        marks.content,
        marks.scheme,
        record.registered,
        record.updated,
        pack(record.doi, record.raw, record.repository),
    )


def _year(record: Sighting) -> int | None:
    """Return the year of publication; depositors also write whole dates, and texts."""
    match = _YEAR.match(str(record.shown.publication_year or "").strip())
    return int(match[0]) if match else None


def _is_older(record: Sighting, other: Sighting) -> bool:
    return bool(record.updated and other.updated and record.updated < other.updated)


def save_sightings(snapshots: Sequence[SnapshotInput]) -> None:
    """Store the records that the rules have just seen."""
    if snapshots:
        with connection.cursor() as cursor:
            cursor.execute(_SNAPSHOTS, snapshot_parameters(snapshots, seen=True))


def mark_hidden(dois: Sequence[str]) -> None:
    """Store that DataCite no longer shows these DOIs; their metadata stay as last seen.

    ``seen_at`` stays the moment when that was noticed first.
    """
    if dois:
        shown = DoiSnapshot.objects.filter(doi__in=dois).exclude(state=NO_LONGER_SHOWN)
        shown.update(state=NO_LONGER_SHOWN, seen_at=clock.now())


def fill_gaps(snapshots: Sequence[SnapshotInput]) -> None:
    """Store records that did not go through the rules, unless the rules have seen their DOIs."""
    if snapshots:
        with connection.cursor() as cursor:
            cursor.execute(FILL_GAPS, snapshot_parameters(snapshots, seen=False))


def save_baseline(records: Sequence[Sighting], *, sandbox: bool = False) -> None:
    """Store the records of works when a person switches Auto-Update on, to compare later changes with them.

    They count as seen by the rules, unless the rules have seen their DOIs already.
    """
    if records:
        snapshots = [SnapshotInput.of(record, sandbox=sandbox) for record in records]
        with connection.cursor() as cursor:
            cursor.execute(FILL_GAPS, snapshot_parameters(snapshots, seen=True))
