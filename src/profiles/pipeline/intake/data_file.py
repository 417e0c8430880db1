"""Take in a whole file of DOI records: resumable to the batch, in bounded memory."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import transaction

from profiles.domain.eligibility.case import Source
from profiles.domain.matching.enrolled import Sifted, Watch
from profiles.domain.records.sighting import Sighting
from profiles.infra import clock
from profiles.intake import services
from profiles.intake.dump import STANDARD_INPUT, BrokenFileError, Unit, line_batches
from profiles.intake.models import IngestUnit
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.receive import Learn, Read, learn_repositories, read_sifted, take_in_read

log = structlog.get_logger("profiles.intake")

_LINES: Final = 2_000
_DECIDE_AT: Final = 1_000
_KEEP_PLACE_EVERY: Final = 20_000
_PAUSE: Final = 60.0


@dataclass(slots=True)
class Progress:
    """How far an ingest is; ``size`` counts the bytes of the files that are done."""

    records: int = 0
    concerned: int = 0
    broken: int = 0
    units: int = 0
    damaged: int = 0
    size: int = 0

    def add(self, part: "Progress") -> None:
        """Count another part in."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(part, name))


def ingest_unit(
    unit: Unit,
    watch: Callable[[], Watch],
    *,
    stop: Callable[[], bool] = lambda: False,
    learn: Learn = lambda _records: None,
) -> Progress:
    """Take in one file, from where it was left. Safe to run twice, and to kill at any moment.

    The place in the file is kept in the transaction of the records before it, so that nothing is left
    out; what is read again is recognised by its event id. ``learn`` is shown what concerns somebody before
    anything is decided.
    """
    kept, _new = IngestUnit.objects.get_or_create(source=unit.source, name=unit.name, size=unit.size)
    if unit.source == STANDARD_INPUT:
        kept.lines = 0
    elif kept.done_at is not None:
        return Progress(units=1, size=unit.size)
    reading = _Reading(kept, watch, learn)
    try:
        for lines in line_batches(unit, skip=kept.lines, most=_LINES):
            reading.take(lines)
            if stop():
                reading.keep()
                return reading.done
    except BrokenFileError as error:
        reading.done.damaged = 1
        services.quarantine(source=reading.origin, line=0, reason=str(error), raw=b"")
        log.warning("ingest.damaged", unit=unit.name, reason=str(error))
    reading.keep(ended=True)
    reading.done.units, reading.done.size = 1, unit.size
    return reading.done


class AskDataCite:
    """Learns of DataCite what kind of repositories the records come from.

    After a question that failed it asks nothing for a minute: files are read without DataCite, too, and
    millions of records must not wait for each failure.
    """

    def __init__(self) -> None:
        self._not_before = 0.0

    def __call__(self, records: Sequence[Sighting]) -> None:
        """Ask about those that were not asked about for a day."""
        if records and time.monotonic() >= self._not_before:
            answered = learn_repositories(sync_clients.datacite(), records)
            self._not_before = 0.0 if answered else time.monotonic() + _PAUSE


class _Reading:
    """One file under way: what was sifted out of it waits here, to be decided in large batches."""

    def __init__(self, kept: IngestUnit, watch: Callable[[], Watch], learn: Learn) -> None:
        self.done = Progress()
        self.origin = f"{kept.source}/{kept.name}"
        self._kept = kept
        self._read_watch = watch
        self._learn = learn
        self._watch = watch()
        self._sifted = Sifted(0, [], [])
        self._lines = 0

    def take(self, lines: list[bytes]) -> None:
        """Sift lines, and decide when there is enough to decide about."""
        found = self._watch.sift(lines, first=self._kept.lines + self._lines + 1)
        self._sifted.concerning.extend(found.concerning)
        self._sifted.broken.extend(found.broken)
        self.done.records += found.records
        self._lines += len(lines)
        if len(self._sifted.concerning) >= _DECIDE_AT or self._lines >= _KEEP_PLACE_EVERY:
            self.keep()
            self._watch = self._read_watch()

    def keep(self, *, ended: bool = False) -> None:
        """Decide about what was sifted out, and keep the place with it; questions come before that."""
        read = read_sifted(self._sifted, source=Source.FILE)
        self._learn(read.sightings)
        self._keep(read, ended=ended)
        self._sifted = Sifted(0, [], [])
        self._lines = 0

    @transaction.atomic
    def _keep(self, read: Read, *, ended: bool) -> None:
        taken = take_in_read(read, enrolled=self._watch.enrolled, origin=self.origin)
        self.done.concerned += taken.concerned
        self.done.broken += taken.broken
        kept = self._kept
        kept.lines += self._lines
        kept.concerned += taken.concerned
        kept.broken += taken.broken
        if ended and not self.done.damaged:
            kept.done_at = clock.now()
        kept.save()
