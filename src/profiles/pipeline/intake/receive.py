"""Receive changed DOIs from any source: full records, or events that only name a DOI."""

import asyncio
import functools
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog
from structlog.contextvars import bound_contextvars

from profiles.clients import blocking
from profiles.clients.datacite import DoiPage, RepositoryEntry
from profiles.clients.errors import RefusedError, ServiceError, TooManyCallsError
from profiles.domain.eligibility.case import Source
from profiles.domain.ids import Doi, exact_doi
from profiles.domain.matching.enrolled import EnrolledIds, SiftResult, Watch
from profiles.domain.push.outcome import LONGEST_ASKED
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.domain.records.xml_people import with_people_of_xml
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.monitoring import tracing
from profiles.intake import selectors, services
from profiles.intake.models import DoiEvent
from profiles.pipeline.intake.decide import Tally, decide_all
from profiles.pipeline.intake.incoming import SECOND_LOOK, Incoming, incoming_of

log = structlog.get_logger("profiles.intake")

_MAX_CONCURRENT: Final = 8
_SINGLE_FETCH_MAX: Final = 4
"""Up to so many records are fetched one by one: a single answer is newer than the list."""
_LIST_BATCH_SIZE: Final = 100
_A_SECOND: Final = timedelta(seconds=1)
_MAX_TRIES_WHEN_TOO_OLD: Final = 6
"""How often a record may be older than its event before we decide about it as it is."""


class DoiReader(Protocol):
    """The part of the DataCite client that is needed here."""

    async def doi(self, doi: str) -> bytes: ...

    async def named(self, dois: Sequence[str]) -> DoiPage: ...

    async def repository(self, client_id: str) -> RepositoryEntry: ...


@dataclass(slots=True)
class IntakeResult:
    """The counts of a stream of records."""

    records: int = 0
    concerned: int = 0
    broken: int = 0
    tally: Tally = field(default_factory=Tally)


Learn = Callable[[Sequence[Sighting]], object]
"""Gets the records that concern enrolled people, before anything is decided."""


def take_in_records(
    records: Iterable[bytes],
    *,
    source: Source,
    watch: Watch,
    origin: str = "",
    first_line: int = 1,
    learn: Learn | None = None,
) -> IntakeResult:
    """Take in raw records. Those that concern no enrolled person cost microseconds and are not stored.

    ``origin`` and ``first_line`` name where the records come from, for the quarantine. Broken records go
    there and never stop the others. Safe to call twice with the same records.
    """
    batch = read_sifted(watch.sift(records, first=first_line), source=source)
    if learn is not None:
        learn(batch.sightings)
    return take_in_batch(batch, enrolled=watch.enrolled, origin=origin or source.value)


@dataclass(slots=True)
class RecordBatch:
    """The relevant part of a batch of records: changes to decide about, and broken records."""

    records: int
    concerning: list[Incoming] = field(default_factory=list)
    broken: list[tuple[int, bytes, str]] = field(default_factory=list)

    @property
    def sightings(self) -> list[Sighting]:
        """The records that concern enrolled people."""
        return [change.record for change in self.concerning if change.record]


def read_sifted(sifted: SiftResult, *, source: Source) -> RecordBatch:
    """Read the records that concern enrolled people."""
    batch = RecordBatch(sifted.records, broken=list(sifted.broken))
    for line, raw in sifted.concerning:
        try:
            batch.concerning.append(incoming_of(read_sighting(raw), source))
        except UnreadableRecordError as error:
            batch.broken.append((line, raw, str(error)))
    return batch


def take_in_batch(batch: RecordBatch, *, enrolled: EnrolledIds, origin: str) -> IntakeResult:
    """Decide about the records that concern enrolled people, and quarantine the broken ones."""
    result = IntakeResult(records=batch.records, broken=len(batch.broken))
    for line, raw, reason in batch.broken:
        services.quarantine(source=origin, line=line, reason=reason, raw=raw)
    if batch.concerning:
        result.tally = decide_all(batch.concerning, enrolled=enrolled)
        result.concerned = result.tally.events
    return result


@dataclass(frozen=True, slots=True)
class AnnouncedDoi:
    """An event that names a DOI and carries no record."""

    event_id: str
    doi: str
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """An event that cannot be accepted, and why."""

    event_id: str
    message: str


def take_in_events(events: Sequence[AnnouncedDoi], *, source: Source) -> tuple[int, int, list[RefusedEvent]]:
    """Store events before they are acted on; return how many are new and known, and which are refused.

    Nothing is lost when DataCite or we are down: a stored event waits until its record is fetched.
    """
    accepted: list[services.NewEvent] = []
    refused: list[RefusedEvent] = []
    for event in events:
        doi: Doi | None = exact_doi(event.doi)
        if doi is None or not event.event_id:
            refused.append(RefusedEvent(event.event_id, "not a DOI" if doi is None else "no event id"))
        else:
            accepted.append(services.NewEvent(event.event_id[:500], doi, source, event.updated, waits=True))
    new = services.record_events(accepted)
    if new:
        # Imported late: Django sets up the queue, and imports this module while it does.
        from profiles.infra.jobs.queue import defer

        just_now = source is Source.QUEUE and any(
            event.updated and event.updated > clock.now() - _A_SECOND for event in accepted
        )
        at = clock.now() + timedelta(seconds=2) if just_now else None
        defer(job_names.DECIDE_EVENTS, lock=job_names.DECIDE_EVENTS, at=at)
    return len(new), len(accepted) - len(new), refused


def decide_due_events(datacite: DoiReader, *, limit: int = 200) -> Tally:
    """Fetch the records of all waiting events, once each, and decide; ``limit`` at a time. Safe to run twice.

    Events whose record cannot be fetched wait longer each time; none is dropped. While DataCite does not
    answer, or asks for fewer calls, the remaining events are left for the next run.
    """
    tally = Tally()
    while due := selectors.due_events(limit):
        alone = {event.doi for event in due if event.event_id.startswith(SECOND_LOOK)}
        traces = {event.doi: event.traceparent for event in due}
        records = blocking.call(_fetch_all(datacite, _newest_announced(due), alone, traces))
        learn_repositories(datacite, [r for r in records.values() if isinstance(r, Sighting)])
        tally.add(decide_all(_ready(due, records), recorded=True))
        if any(isinstance(record, ServiceError) for record in records.values()):
            break
    return tally


def _ready(due: Sequence[DoiEvent], records: Mapping[str, "Fetched"]) -> list[Incoming]:
    """Return the events that can be decided; finish each other event, or let it wait longer."""
    ready: list[Incoming] = []
    for event in due:
        record = records[event.doi]
        if isinstance(record, ServiceError):
            wait = timedelta(seconds=min(record.retry_after or 0, LONGEST_ASKED))
            log.info("event.waits", event_id=event.event_id, problem=record.entry.code)
            services.postpone_events([event.event_id], problem=record.entry.code, at_least=wait)
        elif isinstance(record, UnreadableRecordError):
            log.info("event.unreadable", event_id=event.event_id)
            services.finish_events([event.event_id], problem=str(record)[:300])
            services.quarantine(
                source=f"{event.source} {event.event_id}", line=0, reason=str(record), raw=b""
            )
        elif _too_old(event, record):
            log.info("event.waits", event_id=event.event_id, problem="not-yet-visible")
            services.postpone_events([event.event_id], problem="not-yet-visible")
        else:
            ready.append(_incoming(event, record))
    return ready


def _incoming(event: DoiEvent, record: Sighting | None) -> Incoming:
    again = event.event_id.startswith(SECOND_LOOK)
    return Incoming(
        event.event_id,
        event.doi,
        Source(event.source),
        record,
        event.received_at,
        xml=with_people_of_xml(record) if again and record else None,
        is_released=event.problem == services.REMOVALS_RELEASED,
        traceparent=event.traceparent or tracing.new(),
    )


def _too_old(event: DoiEvent, record: Sighting | None) -> bool:
    """Tell whether DataCite shows a state from before the event: its list lags behind."""
    return _is_before(record, event.updated) and event.tries < _MAX_TRIES_WHEN_TOO_OLD


def _is_before(record: Sighting | None, moment: datetime | None) -> bool:
    return bool(moment and record and record.updated and record.updated < moment)


def _newest_announced(due: Sequence[DoiEvent]) -> dict[str, datetime | None]:
    """Return the DOIs to fetch, each with the time of the newest announced state."""
    wanted: dict[str, datetime | None] = {}
    for event in due:
        known = wanted.get(event.doi)
        wanted[event.doi] = event.updated if known is None else max(known, event.updated or known)
    return wanted


Fetched = Sighting | None | ServiceError | UnreadableRecordError


async def _fetch_all(
    datacite: DoiReader,
    wanted: Mapping[str, datetime | None],
    alone: Collection[str],
    traces: Mapping[str, str],
) -> dict[str, Fetched]:
    """Fetch many records in few calls, and singly those that DataCite's list does not show as announced.

    ``alone`` are fetched singly in any case: only such an answer has the XML.
    """
    many = sorted(set(wanted).difference(alone))
    listed = await _fetch_listed(datacite, many) if len(many) > _SINGLE_FETCH_MAX else {}
    current: dict[str, Fetched] = {
        doi: record for doi, record in listed.items() if doi in wanted and not _is_before(record, wanted[doi])
    }
    left = [doi for doi in sorted(wanted) if doi not in current]
    return current | await _fetch_singly(datacite, left, traces)


async def _fetch_listed(datacite: DoiReader, dois: Sequence[str]) -> dict[str, Sighting]:
    """Fetch a hundred records in each call; records that cannot be fetched in this way are left out."""
    records: dict[str, Sighting] = {}
    for begin in range(0, len(dois), _LIST_BATCH_SIZE):
        try:
            page = await datacite.named(dois[begin : begin + _LIST_BATCH_SIZE])
        except ServiceError as error:
            log.warning("intake.list_unavailable", problem=error.entry.code)
            break
        for raw in page.records:
            with suppress(UnreadableRecordError):
                record = read_sighting(raw)
                records[record.doi] = record
    return records


async def _fetch_singly(
    datacite: DoiReader, dois: Sequence[str], traces: Mapping[str, str]
) -> dict[str, Fetched]:
    """Fetch records concurrently; after a "too many calls" answer the rest is not requested."""
    slots = asyncio.Semaphore(_MAX_CONCURRENT)
    stop: list[TooManyCallsError] = []

    async def fetch(doi: str) -> tuple[str, Fetched]:
        async with slots:
            if stop:
                return doi, stop[0]
            with bound_contextvars(doi=doi), tracing.continued(traces.get(doi, "")):
                record = await _fetch(datacite, doi)
            if isinstance(record, TooManyCallsError):
                stop.append(record)
            return doi, record

    return dict(await asyncio.gather(*(fetch(doi) for doi in dois)))


async def _fetch(datacite: DoiReader, doi: str) -> Fetched:
    try:
        return read_sighting(await datacite.doi(doi))
    except RefusedError:
        return None
    except (ServiceError, UnreadableRecordError) as error:
        return error


def learn_repositories(
    datacite: DoiReader,
    records: Iterable[Sighting],
    *,
    ask: Callable[[Callable[[], Coroutine[Any, Any, RepositoryEntry]]], RepositoryEntry] = lambda work: (
        blocking.call(work())
    ),
) -> bool:
    """Ask what these repositories are, once a day each; return whether all calls succeeded.

    A failed call stops nothing. ``ask`` limits how long to wait for an answer.
    """
    for client_id in selectors.repositories_to_ask(record.repository for record in records):
        try:
            entry = ask(functools.partial(datacite.repository, client_id))
        except ServiceError as error:
            log.warning("intake.repository_unknown", client_id=client_id, problem=error.entry.code)
            return False
        services.save_repository(client_id=client_id, kind=entry.kind, name=entry.name)
    return True
