"""Read and store snapshots on the push worker's own asynchronous connection."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import msgspec
import structlog
from psycopg import AsyncConnection

from profiles.domain.records.sighting import UnreadableRecordError, read_sighting
from profiles.infra import clock
from profiles.infra.postgres.database import in_array
from profiles.intake.snapshots import FILL_GAPS, SnapshotInput, snapshot_parameters

log = structlog.get_logger("profiles.intake")

_FRESH: Final = timedelta(hours=1)
"""Not every change of a record is reported, so an older snapshot is fetched again."""


class Snapshot(msgspec.Struct, frozen=True, gc=False):
    """A stored record: the digest of all that can reach an ORCID record, with its scheme; the packed record.

    ``payload`` is None when the caller knows the digest already.
    """

    inputs: bytes
    payload: bytes | None


_SELECT_SNAPSHOTS: Final = """
SELECT s.doi, i.inputs, CASE WHEN i.inputs IS DISTINCT FROM decode(k.digest, 'hex') THEN s.payload END
FROM unnest(%s::text[], %s::text[]) AS k(doi, digest) JOIN intake_doisnapshot s ON s.doi = k.doi,
    LATERAL (SELECT convert_to(s.digest_scheme || ':', 'UTF8') || s.content_digest AS inputs) i
WHERE s.state <> 'hidden' AND (s.seen_at IS NOT NULL OR s.fetched_at > %s)
"""


async def stored_snapshots(
    connection: AsyncConnection[Any], known: Mapping[str, bytes | None]
) -> dict[str, Snapshot]:
    """Return the stored and fresh records of these DOIs, in one statement.

    ``known`` maps each DOI to the digest that the caller knows, or None.
    """
    digests = in_array([digest and digest.hex() for digest in known.values()])
    cursor = await connection.execute(
        _SELECT_SNAPSHOTS, [in_array(list(known)), digests, clock.now() - _FRESH], prepare=True, binary=True
    )
    return {doi: Snapshot(inputs, payload) for doi, inputs, payload in await cursor.fetchall()}


async def save(connection: AsyncConnection[Any], records: Sequence[bytes]) -> None:
    """Store records that were fetched for a push, unless the rules have seen their DOIs.

    They are stored as stale: a claim is requested again because something changed, and then the record must
    be fetched again.
    """
    snapshots = list(_readable(records))
    if snapshots:
        parameters = snapshot_parameters(snapshots, seen=False)
        await connection.execute(FILL_GAPS, {**parameters, "now": parameters["now"] - _FRESH})


def _readable(records: Sequence[bytes]) -> Iterator[SnapshotInput]:
    for record in records:
        try:
            yield SnapshotInput.of(read_sighting(record))
        except UnreadableRecordError as error:
            log.warning("push.record_unreadable", reason=str(error))
