"""Snapshots for the push worker, read and filled on its own asynchronous connection."""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection

from profiles.domain.matching_record import read_sighting
from profiles.intake.payload import unpack
from profiles.intake.snapshots import FILL_GAPS, Noted, snapshot_parameters


async def payloads(connection: AsyncConnection[Any], dois: Sequence[str]) -> dict[str, bytes]:
    """Return the records of these DOIs as JSON, those that are kept, in one statement."""
    cursor = await connection.execute(
        "SELECT doi, payload FROM intake_doisnapshot WHERE doi = ANY(%s) AND state <> 'hidden'",
        [list(dois)],
        prepare=True,
    )
    return {doi: unpack(payload) for doi, payload in await cursor.fetchall()}


async def save(connection: AsyncConnection[Any], records: Sequence[bytes]) -> None:
    """Keep records that were fetched for a push, unless their DOIs are known already.

    Raises:
        UnreadableRecordError: one of them is no DOI record.
    """
    if records:
        await connection.execute(
            FILL_GAPS, snapshot_parameters([Noted.of(read_sighting(r)) for r in records], seen=False)
        )
