"""Take in many files at once: one process for each core, and a progress that adds up."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Final

from django.db import connections
from django.db.models import Sum

from profiles.intake.dump import Unit
from profiles.intake.models import IngestUnit
from profiles.pipeline.intake import data_file_child
from profiles.pipeline.intake.data_file import AskDataCite, Progress, ingest_unit
from profiles.pipeline.intake.enrolled import CALM, EnrolledIdsCache

_LOOK_EVERY: Final = 0.5


def ingest_all(
    units: Sequence[Unit], *, processes: int = 2, stop: Callable[[], bool] = lambda: False
) -> Iterator[Progress]:
    """Take in files on several processes; yield the progress about twice a second, at last the whole."""
    alone = processes == 1 or len(units) == 1
    yield from _one_process(units, stop) if alone else _several(units, processes, stop)


def _one_process(units: Iterable[Unit], stop: Callable[[], bool]) -> Iterator[Progress]:
    watch, learn = EnrolledIdsCache(rest=CALM), AskDataCite()
    whole = Progress()
    for unit in units:
        if stop():
            break
        whole.add(ingest_unit(unit, watch.get, stop=stop, learn=learn))
        yield whole


def _several(units: Sequence[Unit], processes: int, stop: Callable[[], bool]) -> Iterator[Progress]:
    # "spawn": a forked child would share our database connection.
    context = multiprocessing.get_context("spawn")
    halt = context.Event()
    name = str(connections["default"].settings_dict["NAME"])
    whole = Progress()
    with ProcessPoolExecutor(
        processes, context, initializer=data_file_child.begin, initargs=(name, halt)
    ) as pool:
        waiting: set[Future[Progress]] = {pool.submit(data_file_child.work, unit) for unit in units}
        while waiting:
            finished, waiting = wait(waiting, timeout=_LOOK_EVERY, return_when=FIRST_COMPLETED)
            for future in finished:
                whole.add(future.result())
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
    running = Progress(kept["records"], kept["concerned"], kept["broken"])
    running.add(whole)
    return running
