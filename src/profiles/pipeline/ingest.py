"""Take in a whole file of DOI records: resumable to the batch, in bounded memory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import transaction

from profiles.domain.eligibility_case import Source
from profiles.domain.matching_watch import Watch
from profiles.infra import clock
from profiles.intake import services
from profiles.intake.dump import STANDARD_INPUT, BrokenFileError, Unit, line_batches
from profiles.intake.models import IngestUnit
from profiles.pipeline.take_in import take_in_records

log = structlog.get_logger("profiles.intake")

_BATCH: Final = 5_000
_KEEP_PLACE_EVERY: Final = 20_000


@dataclass(slots=True)
class Progress:
    """How far an ingest is."""

    records: int = 0
    concerned: int = 0
    broken: int = 0
    units: int = 0
    damaged: int = 0


def ingest_unit(
    unit: Unit, watch: Callable[[], Watch], *, stop: Callable[[], bool] = lambda: False
) -> Progress:
    """Take in one file, from where it was left. Safe to run twice, and to kill at any moment.

    The place in the file is kept in the transaction of the records before it, so that nothing is left
    out; what is read again is recognised by its event id.
    """
    kept, _new = IngestUnit.objects.get_or_create(source=unit.source, name=unit.name, size=unit.size)
    done = Progress()
    if kept.done_at is not None and unit.source != STANDARD_INPUT:
        return Progress(units=1)
    if unit.source == STANDARD_INPUT:
        kept.lines = 0
    since_kept = 0
    looked_at: Watch | None = None
    try:
        for lines in line_batches(unit, skip=kept.lines, most=_BATCH):
            since_kept += len(lines)
            if looked_at is None or since_kept >= _KEEP_PLACE_EVERY:
                looked_at = watch()
            since_kept = _take_lines(lines, kept, done, looked_at, since_kept)
            if stop():
                kept.save()
                return done
    except BrokenFileError as error:
        done.damaged += 1
        services.quarantine(source=f"{unit.source}/{unit.name}", line=0, reason=str(error), raw=b"")
        log.warning("ingest.damaged", unit=unit.name, reason=str(error))
    else:
        kept.done_at = clock.now()
    kept.save()
    done.units = 1
    return done


def _take_lines(lines: list[bytes], kept: IngestUnit, done: Progress, watch: Watch, since_kept: int) -> int:
    """Take in a batch, and keep the place with it; return how many lines are not yet accounted for."""
    first = kept.lines + 1
    with transaction.atomic():
        taken = take_in_records(
            lines,
            source=Source.FILE,
            watch=watch,
            origin=f"{kept.source}/{kept.name}",
            first_line=first,
        )
        kept.lines += len(lines)
        kept.concerned += taken.concerned
        kept.broken += taken.broken
        done.records += taken.records
        done.concerned += taken.concerned
        done.broken += taken.broken
        if taken.concerned or taken.broken or since_kept >= _KEEP_PLACE_EVERY:
            kept.save()
            return 0
    return since_kept
