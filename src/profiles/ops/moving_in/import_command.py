"""``profiles import-volpino``: take over people, permissions and claims of the previous service."""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import bar, errors, only_warnings, until_interrupted


@click.command("import-volpino")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="read and check everything, store nothing")
@click.option(
    "--switch-over",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]),
    help="when the previous service stopped (UTC); since then Auto-Update counts as on. Default: now",
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="write the report as JSON")
@click.option("--yes", is_flag=True, help="import although people have signed in here")
def import_volpino(
    path: Path, *, dry_run: bool, switch_over: datetime | None, report: Path | None, yes: bool
) -> None:
    """Import PATH: a dump of the previous service's database (plain or .gz), or a folder with users.csv and
    claims.csv.

    What is here already stays as it is: interrupted, call it again, and it stores what is missing. Nothing is
    sent while no worker runs. Tokens are sealed at once and are in no log or report; rows are named by their
    number.
    """  # noqa: D205  the paragraph is one for click
    start_django()
    only_warnings()
    from profiles.infra import clock
    from profiles.infra.table_dumps.mysql import DumpError
    from profiles.pipeline.moving_in.importing import import_previous_service, look
    from profiles.pipeline.moving_in.report import ImportReport

    present = look()
    click.echo(
        f"This database holds {present.people:,} people, {present.permissions:,} permissions and "
        f"{present.claims:,} claims."
    )
    if present.is_in_service and not (dry_run or yes):
        raise click.ClickException(
            f"{present.visitors:,} people have signed in here. Import into a database of its own first; "
            "with --yes what is missing is added to this one."
        )
    now = switch_over.replace(tzinfo=UTC) if switch_over else clock.now()
    with until_interrupted() as stop, bar() as shown:
        task = shown.add_task(path.name, status="")

        def progress(so_far: ImportReport) -> None:
            rows = sum(table.rows for table in so_far.tables.values())
            shown.update(task, status=f"{rows:,} rows, {rows / max(so_far.seconds, 0.001):,.0f}/s")

        try:
            done = import_previous_service(path, now=now, dry_run=dry_run, stop=stop, progress=progress)
        except DumpError as error:
            raise click.ClickException(f"{error}. What came before it is stored.") from None
    for line in done.lines():
        click.echo(line)
    if report is not None:
        report.write_bytes(msgspec.json.format(msgspec.json.encode(done.as_json())))
    if done.stopped:
        errors.print("Stopped. The same command continues.")
        raise SystemExit(130)
    click.echo("Nothing was stored." if dry_run else f"Stored in {done.seconds:,.0f} s.")
