"""``profiles ingest``: read DataCite data files."""

import time

import click

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import bar, errors, only_warnings, until_interrupted


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--processes", default=2, show_default=True, help="files read at once")
@click.option("--quiet", is_flag=True, help="no progress, only the result")
def ingest(paths: tuple[str, ...], *, processes: int, quiet: bool) -> None:
    """Take in DOI records from PATHS: folders or TARs of part_NNNN.jsonl.gz, JSON lines, or - for input.

    If interrupted, call it again with the same paths and it continues. Broken records are quarantined and
    counted. Works from before a person switched Auto-Update on become no claims: later
    changes are compared with them, and they are shown in the list of past works.
    """
    start_django()
    only_warnings()
    from profiles.infra import gc_tuning
    from profiles.intake.dump import NothingToReadError, units_of
    from profiles.pipeline.intake.data_file import Progress
    from profiles.pipeline.intake.data_files import ingest_all

    try:
        units = [unit for path in paths for unit in units_of(path)]
    except (OSError, NothingToReadError) as error:
        raise click.ClickException(str(error)) from error
    gc_tuning.freeze_and_relax()
    started = time.perf_counter()
    done = Progress()
    with until_interrupted() as stop, bar() as shown:
        task = shown.add_task(f"{len(units)} files", status="", visible=not quiet)
        for done in ingest_all(units, processes=processes, stop=stop):
            rate = done.records / max(time.perf_counter() - started, 0.001)
            status = f"{done.records:,} records, {done.concerned:,} concern enrolled people, {rate:,.0f}/s"
            shown.update(task, status=status)
        stopped = stop()
    seconds = time.perf_counter() - started
    click.echo(
        f"{done.units} of {len(units)} files, {done.records:,} records in {seconds:.1f} s; "
        f"{done.concerned:,} concern enrolled people; {done.broken:,} broken and quarantined"
    )
    if done.damaged:
        errors.print(f"{done.damaged} damaged files: what could be read was taken in; see the quarantine")
    if stopped:
        errors.print("Stopped. The same command continues from here.")
        raise SystemExit(130)
    if done.damaged:
        raise SystemExit(1)
