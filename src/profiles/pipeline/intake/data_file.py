"""Take in a whole file of DOI records: resumable after each batch, in bounded memory."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import transaction

from profiles.domain.eligibility.case import Source
from profiles.domain.matching.enrolled import SiftResult, Watch
from profiles.domain.records.sighting import Sighting
from profiles.infra import clock
from profiles.intake import services
from profiles.intake.dump import STANDARD_INPUT, BrokenFileError, Unit, line_batches
from profiles.intake.models import IngestUnit
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.receive import (
    Learn,
    RecordBatch,
    learn_repositories,
    read_sifted,
    take_in_batch,
)

log = structlog.get_logger("profiles.intake")

_LINES_PER_READ: Final = 2_000
_DECIDE_BATCH_SIZE: Final = 1_000
_MAX_LINES_BETWEEN_SAVES: Final = 20_000
_PAUSE_AFTER_FAILURE: Final = 60.0


@dataclass(slots=True)
class Progress:
    """How far an ingest is; ``size`` counts the bytes of the finished files."""

    records: int = 0
    concerned: int = 0
    broken: int = 0
    units: int = 0
    damaged: int = 0
    size: int = 0

    def add(self, part: "Progress") -> None:
        """Add the counts of another part."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(part, name))


def ingest_unit(
    unit: Unit,
    watch: Callable[[], Watch],
    *,
    stop: Callable[[], bool] = lambda: False,
    learn: Learn = lambda _records: None,
) -> Progress:
    """Take in one file, from where the last run stopped. Safe to run twice, and to kill at any moment.

    The place in the file is stored in the transaction of the records before it, so that nothing is left
    out; records that are read again are recognised by their event id. ``learn`` gets the records that
    concern enrolled people before anything is decided.
    """
    row = register(unit)
    if unit.source == STANDARD_INPUT:
        row.lines = 0
    elif row.done_at is not None:
        return Progress(units=1, size=unit.size)
    ingest = _FileIngest(row, watch, learn)
    try:
        for lines in line_batches(unit, skip=row.lines, max_lines=_LINES_PER_READ):
            ingest.add_lines(lines)
            if stop():
                ingest.save()
                return ingest.done
    except BrokenFileError as error:
        ingest.done.damaged = 1
        row.problem = str(error)
        services.quarantine(source=ingest.origin, line=0, reason=str(error), raw=b"")
        log.warning("ingest.damaged", unit=unit.name, reason=str(error))
    ingest.save(at_end=True)
    ingest.done.units, ingest.done.size = 1, unit.size
    return ingest.done


def register(unit: Unit) -> IngestUnit:
    """Return the row of a file, a new one when it was never seen."""
    return IngestUnit.objects.get_or_create(
        source=unit.source,
        name=unit.name,
        size=unit.size,
        defaults={"offset": unit.offset, "compressed": unit.compressed, "asked_at": clock.now()},
    )[0]


class RepositoryLearner:
    """Asks DataCite what kind of repositories the records come from.

    After a failed call it asks nothing for a minute: files are read without DataCite, too, and millions of
    records must not wait for each failure.
    """

    def __init__(self) -> None:
        self._not_before = 0.0

    def __call__(self, records: Sequence[Sighting]) -> None:
        """Ask about the repositories that were not asked about for a day."""
        if records and time.monotonic() >= self._not_before:
            answered = learn_repositories(sync_clients.datacite(), records)
            self._not_before = 0.0 if answered else time.monotonic() + _PAUSE_AFTER_FAILURE


class _FileIngest:
    """One file in progress: records that were sifted out wait here, to be decided in large batches."""

    def __init__(self, row: IngestUnit, watch: Callable[[], Watch], learn: Learn) -> None:
        self.done = Progress()
        self.origin = f"{row.source}/{row.name}"
        self._row = row
        self._load_watch = watch
        self._learn = learn
        self._watch = watch()
        self._sifted = SiftResult(0, [], [])
        self._lines = 0

    def add_lines(self, lines: list[bytes]) -> None:
        """Sift lines, and decide when the batch is large enough."""
        sifted = self._watch.sift(lines, first=self._row.lines + self._lines + 1)
        self._sifted.concerning.extend(sifted.concerning)
        self._sifted.broken.extend(sifted.broken)
        self.done.records += sifted.records
        self._lines += len(lines)
        if len(self._sifted.concerning) >= _DECIDE_BATCH_SIZE or self._lines >= _MAX_LINES_BETWEEN_SAVES:
            self.save()
            self._watch = self._load_watch()

    def save(self, *, at_end: bool = False) -> None:
        """Decide about the batch and store the place in the file with it; calls to DataCite come before."""
        read = read_sifted(self._sifted, source=Source.FILE)
        self._learn(read.sightings)
        self._save(read, at_end=at_end)
        self._sifted = SiftResult(0, [], [])
        self._lines = 0

    @transaction.atomic
    def _save(self, read: RecordBatch, *, at_end: bool) -> None:
        result = take_in_batch(read, enrolled=self._watch.enrolled, origin=self.origin)
        self.done.concerned += result.concerned
        self.done.broken += result.broken
        row = self._row
        row.lines += self._lines
        row.concerned += result.concerned
        row.broken += result.broken
        if at_end:
            row.damaged = bool(self.done.damaged)
            row.done_at = None if row.damaged else clock.now()
        row.save()
