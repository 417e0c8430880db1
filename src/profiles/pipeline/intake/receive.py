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
from profiles.clients.datacite import DoiPage
from profiles.clients.errors import RefusedError, ServiceError, TooManyCallsError
from profiles.domain.eligibility.case import Source
from profiles.domain.ids import Doi, parse_doi
from profiles.domain.matching.enrolled import EnrolledIds, Sifted, Watch
from profiles.domain.push.outcome import LONGEST_ASKED
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.domain.records.xml_people import with_people_of_xml
from profiles.infra import clock, job_names
from profiles.intake import selectors, services
from profiles.intake.models import DoiEvent
from profiles.pipeline.intake.decide import Tally, decide_all
from profiles.pipeline.intake.incoming import SECOND_LOOK, Incoming, incoming_of

log = structlog.get_logger("profiles.intake")

_AT_ONCE: Final = 8
_FEW: Final = 4
"""So few records are asked for by name: a single answer is newer than the list."""
_LISTED: Final = 100
_A_SECOND: Final = timedelta(seconds=1)
_PATIENCE: Final = 6
"""How often a record may be older than the event that announced it, before we take what is there."""


class DoiReader(Protocol):
    """The part of the DataCite client that is needed here."""

    async def doi(self, doi: str) -> bytes: ...

    async def named(self, dois: Sequence[str]) -> DoiPage: ...

    async def repository_kind(self, client_id: str) -> str: ...


@dataclass(slots=True)
class IntakeResult:
    """What came of a stream of records."""

    records: int = 0
    concerned: int = 0
    broken: int = 0
    tally: Tally = field(default_factory=Tally)


Learn = Callable[[Sequence[Sighting]], object]
"""Is shown the records that concern somebody, before anything is decided."""


def take_in_records(
    records: Iterable[bytes],
    *,
    source: Source,
    watch: Watch,
    origin: str = "",
    first_line: int = 1,
    learn: Learn | None = None,
) -> IntakeResult:
    """Take in records as they came. What concerns nobody costs microseconds and touches nothing.

    ``origin`` and ``first_line`` say where the records come from, for the quarantine. Broken records go
    there and never stop the others. Safe to call twice with the same records.
    """
    read = read_sifted(watch.sift(records, first=first_line), source=source)
    if learn is not None:
        learn(read.sightings)
    return take_in_read(read, enrolled=watch.enrolled, origin=origin or source.value)


@dataclass(slots=True)
class Read:
    """What a batch of records holds for us, read in full: what to decide about, and what is broken."""

    records: int
    concerning: list[Incoming] = field(default_factory=list)
    broken: list[tuple[int, bytes, str]] = field(default_factory=list)

    @property
    def sightings(self) -> list[Sighting]:
        """The records that concern somebody."""
        return [change.record for change in self.concerning if change.record]


def read_sifted(sifted: Sifted, *, source: Source) -> Read:
    """Read the records that concern somebody."""
    read = Read(sifted.records, broken=list(sifted.broken))
    for line, raw in sifted.concerning:
        try:
            read.concerning.append(incoming_of(read_sighting(raw), source))
        except UnreadableRecordError as error:
            read.broken.append((line, raw, str(error)))
    return read


def take_in_read(read: Read, *, enrolled: EnrolledIds, origin: str) -> IntakeResult:
    """Decide about the records that concern somebody, and set the broken ones aside."""
    taken = IntakeResult(records=read.records, broken=len(read.broken))
    for line, raw, reason in read.broken:
        services.quarantine(source=origin, line=line, reason=reason, raw=raw)
    if read.concerning:
        taken.tally = decide_all(read.concerning, enrolled=enrolled)
        taken.concerned = taken.tally.events
    return taken


@dataclass(frozen=True, slots=True)
class AnnouncedDoi:
    """An event that names a DOI and brings no record."""

    event_id: str
    doi: str
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that cannot be taken, and why."""

    event_id: str
    message: str


def take_in_events(events: Sequence[AnnouncedDoi], *, source: Source) -> tuple[int, int, list[Refused]]:
    """Store events before anything is done about them; say how many are new, known, and refused.

    Nothing is lost when DataCite or we are down: a stored event waits until its record was fetched.
    """
    good: list[services.NewEvent] = []
    refused: list[Refused] = []
    for event in events:
        doi: Doi | None = parse_doi(event.doi)
        if doi is None or not event.event_id:
            refused.append(Refused(event.event_id, "not a DOI" if doi is None else "no event id"))
        else:
            good.append(services.NewEvent(event.event_id[:500], doi, source, event.updated, waits=True))
    new = services.record_events(good)
    if new:
        # Late import: the queue is set up by Django, which imports this module on its way.
        from profiles.infra.queue import defer

        just_now = source is Source.QUEUE and any(
            event.updated and event.updated > clock.now() - _A_SECOND for event in good
        )
        at = clock.now() + timedelta(seconds=2) if just_now else None
        defer(job_names.DECIDE_EVENTS, lock=job_names.DECIDE_EVENTS, at=at)
    return len(new), len(good) - len(new), refused


def decide_due_events(datacite: DoiReader, *, limit: int = 200) -> Tally:
    """Fetch the records of all waiting events, once each, and decide; ``limit`` at a time. Safe to run twice.

    Events whose record cannot be had wait longer each time; none is given up. While DataCite does not
    answer, or asks for fewer calls, the events behind those are left for the next time.
    """
    tally = Tally()
    while due := selectors.due_events(limit):
        alone = {event.doi for event in due if event.event_id.startswith(SECOND_LOOK)}
        found = blocking.call(_fetch_all(datacite, _wanted(due), alone))
        learn_repositories(datacite, [r for r in found.values() if isinstance(r, Sighting)])
        tally.add(decide_all(_ready(due, found), recorded=True))
        if any(isinstance(record, ServiceError) for record in found.values()):
            break
    return tally


def _ready(due: Sequence[DoiEvent], found: Mapping[str, "Fetched"]) -> list[Incoming]:
    """Pick the events that can be decided; each of the others is finished, or waits longer."""
    ready: list[Incoming] = []
    for event in due:
        record = found[event.doi]
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
    )


def _too_old(event: DoiEvent, record: Sighting | None) -> bool:
    """Whether DataCite shows a state from before the event: its list lags behind."""
    return _is_before(record, event.updated) and event.tries < _PATIENCE


def _is_before(record: Sighting | None, moment: datetime | None) -> bool:
    return bool(moment and record and record.updated and record.updated < moment)


def _wanted(due: Sequence[DoiEvent]) -> dict[str, datetime | None]:
    """Return the DOIs to fetch, each with the newest state that was announced."""
    wanted: dict[str, datetime | None] = {}
    for event in due:
        known = wanted.get(event.doi)
        wanted[event.doi] = event.updated if known is None else max(known, event.updated or known)
    return wanted


Fetched = Sighting | None | ServiceError | UnreadableRecordError


async def _fetch_all(
    datacite: DoiReader, wanted: Mapping[str, datetime | None], alone: Collection[str]
) -> dict[str, Fetched]:
    """Fetch many records in few calls, and one by one what DataCite's list does not show as announced.

    ``alone`` are fetched one by one in any case: only such an answer has the XML.
    """
    many = sorted(set(wanted).difference(alone))
    listed = await _fetch_listed(datacite, many) if len(many) > _FEW else {}
    good: dict[str, Fetched] = {
        doi: record for doi, record in listed.items() if doi in wanted and not _is_before(record, wanted[doi])
    }
    return good | await _fetch_singly(datacite, [doi for doi in sorted(wanted) if doi not in good])


async def _fetch_listed(datacite: DoiReader, dois: Sequence[str]) -> dict[str, Sighting]:
    """Fetch a hundred records with each call. What cannot be had in this way is only left out."""
    found: dict[str, Sighting] = {}
    for begin in range(0, len(dois), _LISTED):
        try:
            page = await datacite.named(dois[begin : begin + _LISTED])
        except ServiceError as error:
            log.warning("intake.list_unavailable", problem=error.entry.code)
            break
        for raw in page.records:
            with suppress(UnreadableRecordError):
                record = read_sighting(raw)
                found[record.doi] = record
    return found


async def _fetch_singly(datacite: DoiReader, dois: Sequence[str]) -> dict[str, Fetched]:
    """Fetch records side by side; after a "too many" the rest is not even asked for."""
    slots = asyncio.Semaphore(_AT_ONCE)
    stop: list[TooManyCallsError] = []

    async def fetch(doi: str) -> tuple[str, Fetched]:
        async with slots:
            if stop:
                return doi, stop[0]
            with bound_contextvars(doi=doi):
                found = await _fetch(datacite, doi)
            if isinstance(found, TooManyCallsError):
                stop.append(found)
            return doi, found

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
    ask: Callable[[Callable[[], Coroutine[Any, Any, str]]], str] = lambda work: blocking.call(work()),
) -> bool:
    """Ask what kind of repositories these are, once a day each; say whether all was answered.

    A failed question stops nothing. ``ask`` limits how long one waits for an answer.
    """
    for client_id in selectors.repositories_to_ask(record.repository for record in records):
        try:
            kind = ask(functools.partial(datacite.repository_kind, client_id))
        except ServiceError as error:
            log.warning("intake.repository_unknown", client_id=client_id, problem=error.entry.code)
            return False
        services.save_repository(client_id=client_id, kind=kind)
    return True


def oldest_wait() -> float:
    """Seconds that the oldest waiting event has waited."""
    return max(selectors.lag_by_source().values(), default=0.0)
