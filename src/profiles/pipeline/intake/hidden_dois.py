"""Notice that DataCite no longer shows a DOI on a record: polling lists only what is findable."""

from collections.abc import Iterable, Sequence
from typing import Final

from profiles.claims.selectors import dois_on_records
from profiles.clients import blocking
from profiles.clients.datacite import DataCite
from profiles.domain.eligibility.case import Source
from profiles.domain.records.sighting import UnreadableRecordError, read_sighting
from profiles.infra import clock
from profiles.intake import selectors
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.receive import AnnouncedDoi, take_in_events

HOURS: Final = 24
"""The DOIs on records are looked up in as many parts, one each hour: each DOI once a day."""
_FETCH_BATCH_SIZE: Final = 100


def look_up_part(part: int, *, datacite: DataCite | None = None) -> list[str]:
    """Look up a part of the DOIs on records, and announce those no longer shown at DataCite.

    The rules decide about them, and may offer their removal. Safe to run twice: each is announced once a day.

    Raises:
        ServiceError: DataCite could not be asked; call again later.
    """
    client = datacite or sync_clients.datacite()
    hidden: list[str] = []
    for some in _batches(dois_on_records(part=part, of=HOURS)):
        expected = expected_among(some)
        shown = blocking.call(visible_among(client, expected))
        gone = [doi for doi in expected if doi not in shown]
        announce_hidden(gone)
        hidden += gone
    return hidden


def expected_among(dois: Sequence[str]) -> list[str]:
    """Return those of these DOIs that were findable when the rules last saw them."""
    snapshots = selectors.stored_snapshots(dois)
    return [
        doi for doi in dois if doi in snapshots and (d := snapshots[doi].digests) and d.state == "findable"
    ]


async def visible_among(datacite: DataCite, dois: Sequence[str]) -> set[str]:
    """Return those of these DOIs that DataCite shows."""
    visible: set[str] = set()
    for some in _batches(dois):
        page = await datacite.named(some)
        visible.update(filter(None, map(_doi, page.records)))
    return visible


def announce_hidden(dois: Iterable[str]) -> None:
    """Take in an event for each DOI that is no longer shown: its record is fetched, and the rules decide."""
    today = clock.now().date().isoformat()
    if events := [AnnouncedDoi(f"hidden:{doi}:{today}", doi) for doi in dois]:
        take_in_events(events, source=Source.POLL)


def _doi(raw: bytes) -> str:
    try:
        return read_sighting(raw).doi
    except UnreadableRecordError:
        return ""


def _batches(dois: Sequence[str]) -> Iterable[list[str]]:
    return (list(dois[begin : begin + _FETCH_BATCH_SIZE]) for begin in range(0, len(dois), _FETCH_BATCH_SIZE))
