"""``profiles ingest``: read DataCite data files."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import click

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import bar, errors, only_warnings, until_interrupted

if TYPE_CHECKING:
    from profiles.intake.dump import Unit
    from profiles.pipeline.intake.data_file import Progress

_LOOK_INTERVAL: Final = 0.5


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--processes", default=2, show_default=True, help="files read at once by this command")
@click.option("--quiet", is_flag=True, help="no progress, only the result")
def ingest(paths: tuple[str, ...], *, processes: int, quiet: bool) -> None:
    """Take in DOI records from PATHS: folders or TARs of part_NNNN.jsonl.gz, JSON lines, or - for input.

    Each file is a job: this command reads some, and the workers of all hosts that see the same paths read the
    others. With 0 processes this command only follows them. Input may be a TAR, too; it is read here.

    If interrupted, call it again with the same paths and it continues; workers continue meanwhile. Broken
    records are quarantined and counted. Works from before a person switched Auto-Update on become no claims:
    later changes are compared with them, and they are shown in the list of past works.
    """
    start_django()
    only_warnings()
    from profiles.intake.dump import STANDARD_INPUT, NothingToReadError, units_of

    started = time.perf_counter()
    try:
        if STANDARD_INPUT in paths:
            if len(paths) > 1:
                raise click.ClickException("read - alone: the input is one pipe")
            done, total, stopped = _take_in_input(quiet=quiet)
        else:
            units = [unit for path in paths for unit in units_of(path)]
            done, total, stopped = _take_in_files(units, processes=processes, quiet=quiet)
    except (OSError, NothingToReadError) as error:
        raise click.ClickException(str(error)) from error
    _report(done, total, time.perf_counter() - started)
    if stopped:
        errors.print("Stopped. The same command continues from here.")
        raise SystemExit(130)


def _take_in_input(*, quiet: bool) -> "tuple[Progress, int, bool]":
    """Take in standard input, in this process."""
    from profiles.infra import gc_tuning
    from profiles.intake.dump import units_of_input
    from profiles.pipeline.intake.data_file import Progress
    from profiles.pipeline.intake.data_files import ingest_all

    gc_tuning.freeze_and_relax()
    done, started = Progress(), time.perf_counter()
    with until_interrupted() as stop, bar() as shown:
        task = shown.add_task("standard input", status="", visible=not quiet)
        for done in ingest_all(units_of_input(sys.stdin.buffer), stop=stop):
            shown.update(task, status=_status(done, time.perf_counter() - started))
        return done, done.units, stop()


def _take_in_files(units: "list[Unit]", *, processes: int, quiet: bool) -> "tuple[Progress, int, bool]":
    """Defer a job for each file, take some, and follow them until all are done."""
    from profiles.pipeline.intake.data_files import FilesWatch, enqueue

    watch, started = FilesWatch(enqueue(units)), time.perf_counter()
    with until_interrupted() as stop, _reading(processes), bar() as shown:
        task = shown.add_task(f"{len(units)} files", status="", visible=not quiet)
        while not (now := watch.look()).is_over and not stop():
            status = _status(now.progress, time.perf_counter() - started, now.left)
            shown.update(task, status=" · ".join([status, *now.problems[:3]]))
            time.sleep(_LOOK_INTERVAL)
    now = watch.look()
    return now.progress, now.total, not now.is_over


@contextmanager
def _reading(processes: int) -> Iterator[None]:
    """Take jobs for files in this process meanwhile, so many at once."""
    from profiles.infra.jobs.job_names import FILES_QUEUE
    from profiles.jobs.job_runner import keep_running_jobs

    if not processes:
        yield
        return
    ready = threading.Event()
    stop: list[Callable[[], object]] = []

    async def work() -> None:
        stopping, loop = asyncio.Event(), asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(stopping.set))
        ready.set()
        await keep_running_jobs(stopping, {(FILES_QUEUE,): processes})

    thread = threading.Thread(target=lambda: asyncio.run(work()), name="files")
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        stop[0]()
        thread.join()


def _status(done: "Progress", seconds: float, left: timedelta | None = None) -> str:
    rate = done.records / max(seconds, 0.001)
    status = f"{done.records:,} records, {done.concerned:,} concern enrolled people, {rate:,.0f}/s"
    return f"{status}, about {left} left" if left is not None else status


def _report(done: "Progress", total: int, seconds: float) -> None:
    from profiles.pipeline.intake.data_files import ALL_OF_DATACITE

    click.echo(
        f"{done.units} of {total} files, {done.records:,} records in {seconds:.1f} s; "
        f"{done.concerned:,} concern enrolled people; {done.broken:,} broken and quarantined"
    )
    if done.records:
        hours = ALL_OF_DATACITE / done.records * seconds / 3600
        click.echo(f"At this pace {ALL_OF_DATACITE / 1e6:.0f} million records take {hours:.1f} hours.")
    if done.damaged:
        errors.print(f"{done.damaged} damaged files: what could be read was taken in; see the quarantine")
