"""Snapshots for the push worker, read and filled on its own asynchronous connection."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog
from psycopg import AsyncConnection

from profiles.domain.matching_record import UnreadableRecordError, read_sighting
from profiles.infra import clock
from profiles.intake.payload import unpack
from profiles.intake.snapshots import FILL_GAPS, Noted, snapshot_parameters

log = structlog.get_logger("profiles.intake")

_FRESH: Final = timedelta(hours=1)
"""Nobody tells us of changes of what the rules do not watch: after this it is fetched anew."""


async def payloads(connection: AsyncConnection[Any], dois: Sequence[str]) -> dict[str, bytes]:
    """Return the records of these DOIs as JSON, those that are kept and up to date, in one statement."""
    cursor = await connection.execute(
        "SELECT doi, payload FROM intake_doisnapshot WHERE doi = ANY(%s) AND state <> 'hidden'"
        " AND (seen_at IS NOT NULL OR fetched_at > %s)",
        [list(dois), clock.now() - _FRESH],
        prepare=True,
    )
    return {doi: unpack(payload) for doi, payload in await cursor.fetchall()}


async def save(connection: AsyncConnection[Any], records: Sequence[bytes]) -> None:
    """Keep records that were fetched for a push, unless the rules have seen their DOIs.

    They are kept as if they were not fresh any more: who asks for a claim again does so because something
    changed, and then the record is fetched anew.
    """
    noted = list(_readable(records))
    if noted:
        given = snapshot_parameters(noted, seen=False)
        await connection.execute(FILL_GAPS, {**given, "now": given["now"] - _FRESH})


def _readable(records: Sequence[bytes]) -> Iterator[Noted]:
    for record in records:
        try:
            yield Noted.of(read_sighting(record))
        except UnreadableRecordError as error:
            log.warning("push.record_unreadable", reason=str(error))
