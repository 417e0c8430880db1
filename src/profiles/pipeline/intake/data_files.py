"""Take in many files: one job for each, which the workers of all hosts take, with one progress for all."""

import socket
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Q, Sum

from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.intake.dump import Unit
from profiles.intake.models import IngestUnit
from profiles.pipeline.intake.data_file import Progress, RepositoryLearner, ingest_unit, register
from profiles.pipeline.intake.enrolled import FILE_CHECK_INTERVAL, EnrolledIdsCache

ALL_OF_DATACITE: Final = 108_000_000
"""So many records has DataCite, for which a run's pace is projected."""


def ingest_all(units: Iterable[Unit], *, stop: Callable[[], bool] = lambda: False) -> Iterator[Progress]:
    """Take in files in this process, one after the other; yield the progress after each."""
    watch, learn = EnrolledIdsCache(check_interval=FILE_CHECK_INTERVAL), RepositoryLearner()
    total = Progress()
    for unit in units:
        if stop():
            break
        total.add(ingest_unit(unit, watch.get, stop=stop, learn=learn))
        yield total


def enqueue(units: Sequence[Unit]) -> list[int]:
    """Defer a job for each file that is not done; return the ids of all. Safe to run twice."""
    rows = [register(unit) for unit in units]
    left = [row.pk for row in rows if row.done_at is None]
    IngestUnit.objects.filter(pk__in=left).update(damaged=False, problem="")
    for unit_id in left:
        lock = f"{job_names.TAKE_IN_FILE} {unit_id}"
        defer(job_names.TAKE_IN_FILE, lock=lock, alone=True, unit_id=unit_id)
    return [row.pk for row in rows]


class FileReader:
    """Takes in registered files, one after the other, until it is stopped."""

    def __init__(self, stop: Callable[[], bool]) -> None:
        self._stop = stop
        self._watch = EnrolledIdsCache(check_interval=FILE_CHECK_INTERVAL)
        self._learn = RepositoryLearner()

    def take_in(self, unit_id: int) -> bool:
        """Take in a file from where it stopped; return whether it is done. Waits for another reader of it.

        Raises:
            FileNotFoundError: this host does not have the file; the row says so.
        """
        with _only_reader(unit_id):
            row = IngestUnit.objects.filter(pk=unit_id).first()
            if row is None or row.done_at is not None:
                return True
            unit = Unit(row.source, row.name, row.size, row.offset, row.compressed)
            try:
                return bool(ingest_unit(unit, self._watch.get, stop=self._stop, learn=self._learn).units)
            except FileNotFoundError:
                reason = f"{socket.gethostname()} does not have the file"
                IngestUnit.objects.filter(pk=unit_id).update(problem=reason)
                raise


@contextmanager
def _only_reader(unit_id: int) -> Iterator[None]:
    """Keep other readers of a file waiting. The lock of a process that is gone ends with its connection."""
    key = f"{job_names.TAKE_IN_FILE} {unit_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


@dataclass(frozen=True, slots=True)
class FilesProgress:
    """How far some files are; ``left`` is an estimate, None until a file is done."""

    progress: Progress
    total: int
    is_over: bool
    problems: Sequence[str]
    left: timedelta | None


class FilesWatch:
    """Follows some files from now on."""

    def __init__(self, unit_ids: Collection[int]) -> None:
        self._rows = IngestUnit.objects.filter(pk__in=unit_ids)
        self._began = clock.now()
        self._before = self._sum()
        self._size = self._rows.aggregate(size=Sum("size", default=0))["size"]

    def look(self) -> FilesProgress:
        """Return what was read since the beginning, and how long the rest will take at this pace."""
        now = self._sum()
        read = Progress(**{name: getattr(now, name) - getattr(self._before, name) for name in _COUNTED})
        read.units, read.damaged = now.units, now.damaged
        total = self._rows.count()
        problems = self._rows.filter(done_at=None).exclude(problem="").values_list("problem", flat=True)
        seconds = (clock.now() - self._began).total_seconds()
        left = (self._size - now.size) * seconds / read.size if read.size else None
        return FilesProgress(
            read,
            total,
            now.units >= total,
            sorted(set(problems[:100])),
            None if left is None else timedelta(seconds=round(left)),
        )

    def _sum(self) -> Progress:
        over = Q(done_at__isnull=False) | Q(damaged=True)
        return Progress(
            **self._rows.aggregate(
                records=Sum("lines", default=0),
                concerned=Sum("concerned", default=0),
                broken=Sum("broken", default=0),
                units=Count("pk", filter=over),
                size=Sum("size", filter=over, default=0),
                # The last one: a name given here hides the column.
                damaged=Count("pk", filter=Q(damaged=True)),
            )
        )


_COUNTED: Final = ("records", "concerned", "broken", "size")
