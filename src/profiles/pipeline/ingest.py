"""Take in whole files of DOI records: on all cores, resumable to the batch, in bounded memory."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Final

import structlog
from django.db import connections, transaction
from django.db.models import Sum

from profiles.domain.eligibility_case import Source
from profiles.domain.matching_watch import Watch
from profiles.infra import clock
from profiles.intake import services
from profiles.intake.dump import STANDARD_INPUT, BrokenFileError, Unit, line_batches
from profiles.intake.models import IngestUnit
from profiles.pipeline import ingest_child
from profiles.pipeline.take_in import take_in_records
from profiles.pipeline.watching import KeptWatch

log = structlog.get_logger("profiles.intake")

_BATCH: Final = 5_000
_KEEP_PLACE_EVERY: Final = 20_000
_LOOK_EVERY: Final = 0.5


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


def ingest_all(
    units: Sequence[Unit], *, processes: int = 2, stop: Callable[[], bool] = lambda: False
) -> Iterator[Progress]:
    """Take in files on several processes; yield the progress about twice a second, at last the whole."""
    alone = processes == 1 or len(units) == 1
    yield from _one_process(units, stop) if alone else _several(units, processes, stop)


def _one_process(units: Iterable[Unit], stop: Callable[[], bool]) -> Iterator[Progress]:
    watch = KeptWatch()
    whole = Progress()
    for unit in units:
        if stop():
            break
        _add(whole, ingest_unit(unit, watch.get, stop=stop))
        yield whole


def _several(units: Sequence[Unit], processes: int, stop: Callable[[], bool]) -> Iterator[Progress]:
    # "spawn": a forked child would share our database connection.
    context = multiprocessing.get_context("spawn")
    halt = context.Event()
    name = str(connections["default"].settings_dict["NAME"])
    whole = Progress()
    with ProcessPoolExecutor(
        processes, context, initializer=ingest_child.begin, initargs=(name, halt)
    ) as pool:
        waiting: set[Future[Progress]] = {pool.submit(ingest_child.work, unit) for unit in units}
        while waiting:
            finished, waiting = wait(waiting, timeout=_LOOK_EVERY, return_when=FIRST_COMPLETED)
            for future in finished:
                _add(whole, future.result())
            if stop() and not halt.is_set():
                halt.set()
                waiting = {future for future in waiting if not future.cancel()}
            yield _with_running(whole, units) if waiting else whole


def _with_running(whole: Progress, units: Sequence[Unit]) -> Progress:
    """Count in what the running processes have kept so far."""
    sources = {unit.source for unit in units}
    kept = IngestUnit.objects.filter(source__in=sources, done_at=None).aggregate(
        records=Sum("lines", default=0),
        concerned=Sum("concerned", default=0),
        broken=Sum("broken", default=0),
    )
    return Progress(
        whole.records + kept["records"],
        whole.concerned + kept["concerned"],
        whole.broken + kept["broken"],
        whole.units,
        whole.damaged,
    )


def _add(whole: Progress, part: Progress) -> None:
    whole.records += part.records
    whole.concerned += part.concerned
    whole.broken += part.broken
    whole.units += part.units
    whole.damaged += part.damaged
