"""Take in many files at once, in several processes, with one progress for all."""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from typing import Final

from django.db import connections
from django.db.models import Sum

from profiles.intake.dump import Unit
from profiles.intake.models import IngestUnit
from profiles.pipeline.intake import data_file_child
from profiles.pipeline.intake.data_file import Progress, RepositoryLearner, ingest_unit
from profiles.pipeline.intake.enrolled import FILE_CHECK_INTERVAL, EnrolledIdsCache

_PROGRESS_INTERVAL: Final = 0.5


def ingest_all(
    units: Sequence[Unit], *, processes: int = 2, stop: Callable[[], bool] = lambda: False
) -> Iterator[Progress]:
    """Take in files in several processes; yield the progress about twice a second, and the total at last."""
    one_process = processes == 1 or len(units) == 1
    yield from _one_process(units, stop) if one_process else _several(units, processes, stop)


def _one_process(units: Iterable[Unit], stop: Callable[[], bool]) -> Iterator[Progress]:
    watch, learn = EnrolledIdsCache(check_interval=FILE_CHECK_INTERVAL), RepositoryLearner()
    total = Progress()
    for unit in units:
        if stop():
            break
        total.add(ingest_unit(unit, watch.get, stop=stop, learn=learn))
        yield total


def _several(units: Sequence[Unit], processes: int, stop: Callable[[], bool]) -> Iterator[Progress]:
    # "spawn": a forked child would share our database connection.
    context = multiprocessing.get_context("spawn")
    halt = context.Event()
    name = str(connections["default"].settings_dict["NAME"])
    total = Progress()
    with ProcessPoolExecutor(
        processes, context, initializer=data_file_child.set_up, initargs=(name, halt)
    ) as pool:
        waiting: set[Future[Progress]] = {pool.submit(data_file_child.ingest, unit) for unit in units}
        while waiting:
            finished, waiting = wait(waiting, timeout=_PROGRESS_INTERVAL, return_when=FIRST_COMPLETED)
            for future in finished:
                total.add(future.result())
            if stop() and not halt.is_set():
                halt.set()
                waiting = {future for future in waiting if not future.cancel()}
            yield _with_running(total, units) if waiting else total


def _with_running(total: Progress, units: Sequence[Unit]) -> Progress:
    """Add what the running processes have stored so far."""
    sources = {unit.source for unit in units}
    stored = IngestUnit.objects.filter(source__in=sources, done_at=None).aggregate(
        records=Sum("lines", default=0),
        concerned=Sum("concerned", default=0),
        broken=Sum("broken", default=0),
    )
    running = Progress(stored["records"], stored["concerned"], stored["broken"])
    running.add(total)
    return running
