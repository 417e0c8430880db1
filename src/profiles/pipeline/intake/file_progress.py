"""Read how far the sets of data files are that are not finished."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Min, Q, Sum

from profiles.infra import clock
from profiles.intake.models import IngestUnit


@dataclass(frozen=True, slots=True)
class FileSet:
    """The files of one folder or TAR that is not finished; ``left`` is None until one of them is done."""

    source: str
    files: int
    done: int
    lines: int
    left: timedelta | None
    problems: list[str]


def files_under_way() -> list[FileSet]:
    """List the sets of data files that are not finished, and how long each will take at its pace so far."""
    is_over = Q(done_at__isnull=False) | Q(damaged=True)
    sets = IngestUnit.objects.values("source").annotate(
        files=Count("pk"),
        done=Count("pk", filter=is_over),
        read=Sum("lines"),
        bytes=Sum("size"),
        bytes_done=Sum("size", filter=is_over, default=0),
        began=Min("asked_at"),
    )
    now = clock.now()
    return [
        FileSet(
            row["source"],
            row["files"],
            row["done"],
            row["read"],
            _time_left(now - (row["began"] or now), row["bytes_done"], row["bytes"]),
            _file_problems(row["source"]),
        )
        for row in sets.filter(done__lt=F("files")).order_by("-began")[:20]
    ]


def _time_left(passed: timedelta, done: int, total: int) -> timedelta | None:
    return timedelta(seconds=round(passed.total_seconds() * (total - done) / done)) if done else None


def _file_problems(source: str) -> list[str]:
    """Return why files of a set could not be read, the first few."""
    found = IngestUnit.objects.filter(source=source, done_at=None).exclude(problem="")
    return [f"{name}: {problem}" for name, problem in found.values_list("name", "problem")[:5]]
