"""``profiles shadow``: compare a day of the previous service with what this one would have done."""

from datetime import datetime
from pathlib import Path

import click
import msgspec

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import only_warnings

_FILE = click.Path(exists=True, path_type=Path)


@click.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="the day to compare (UTC)")
@click.option("--queue", type=_FILE, required=True, help="the day's messages, one JSON object a line")
@click.option("--tables", type=_FILE, required=True, help="the previous service's dump or CSV of its end")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="write the report as JSON")
@click.argument("records", nargs=-1, required=True)
def shadow(day: datetime, queue: Path, tables: Path, report: Path | None, records: tuple[str, ...]) -> None:
    """Report where the previous service and this one differ, for the DOIs in RECORDS.

    RECORDS are files or folders of DataCite's records as JSON lines, as for ``profiles ingest``. Nothing is
    written or sent, and no database is used. Exits with 1 when a difference is not explained by a rule.
    """
    start_django()
    only_warnings()
    from profiles.infra.table_dumps.mysql import DumpError
    from profiles.pipeline.intake.facts import deployment
    from profiles.pipeline.moving_in.shadow import run_in_shadow

    try:
        done = run_in_shadow(
            day=day.date(), queue=queue, tables=tables, records=records, settings=deployment()
        )
    except (DumpError, OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    for line in done.lines():
        click.echo(line)
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(done.as_json())))
    if done.unexplained:
        raise SystemExit(1)
