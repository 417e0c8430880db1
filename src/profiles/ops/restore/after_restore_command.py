"""``profiles after-restore``: learn from the ORCID records what a restored database has forgotten."""

from datetime import datetime
from typing import Final

import click
from rich.console import Console

from profiles.ops.django_setup import start_django
from profiles.ops.doi_commands.screen import only_warnings

REFUSAL = (
    "This database was restored from a backup, or moved to another server. It does not know what was sent "
    "and removed since. Run profiles after-restore (docs/ops/backup.md); until then no worker starts."
)

MAX_LAG_SECONDS: Final = 120


@click.command()
@click.option(
    "--nothing-lost", is_flag=True, help="the database was moved: nothing ran after the copy was made"
)
@click.option(
    "--in-place", is_flag=True, help="it was restored into the same database, which cannot be noticed"
)
@click.option("--at-once", default=16, show_default=True, help="records to read at once")
def after_restore(*, nothing_lost: bool, in_place: bool, at_once: int) -> None:
    """Compare every ORCID record with the restored database; until then no worker starts."""
    start_django()
    only_warnings()
    from profiles.infra.postgres import identity

    if not in_place and not identity.is_restored():
        raise click.ClickException("This is the database that it was: add --in-place if it was restored.")
    if not nothing_lost:
        _compare_all(at_once)
    identity.accept()
    click.echo("Workers may start.")


def _compare_all(at_once: int) -> None:
    """Take in what changed since the backup, doubt what was not sent then, and read the records.

    Raises:
        click.ClickException: DataCite or ORCID did not answer; running the command again continues.
    """
    from django.contrib.sessions.models import Session

    from profiles.claims import stopping
    from profiles.infra.postgres import identity

    # First: DOIs that changed since the backup. Works that came of them may be on the records already.
    _take_in_changes()
    since, begins = identity.start_comparing()
    if begins:
        Session.objects.all().delete()
        click.echo("Everyone is signed out: what was signed out since the backup would be signed in again.")
        click.echo(f"{stopping.doubt_unsent():,} works that were not sent at the backup are not sent unread.")
    _read_records(since, at_once)


def _take_in_changes() -> None:
    from profiles.intake.selectors import harvest_state
    from profiles.pipeline import sync_clients
    from profiles.pipeline.intake.enrolled import enrolled_ids_cache
    from profiles.pipeline.intake.harvest import harvest
    from profiles.pipeline.intake.receive import decide_due_events

    if harvest_state() is None:
        return
    done = harvest(sync_clients.datacite(), enrolled_ids_cache.get())
    if done.problem or done.lag > MAX_LAG_SECONDS:
        raise click.ClickException(f"DataCite was not read up to now ({done.problem}). Run this again later.")
    decide_due_events(sync_clients.datacite())
    click.echo(f"{done.records:,} DOIs that changed since the backup are taken in.")


def _read_records(since: datetime, at_once: int) -> None:
    from profiles.pipeline import after_restore as comparison

    orcid_ids = comparison.records_to_compare(since)
    with Console().status(f"reading {len(orcid_ids):,} ORCID records") as status:
        result = comparison.compare(
            orcid_ids,
            at_once=at_once,
            progress=lambda done: status.update(f"{done:,} of {len(orcid_ids):,} ORCID records are read"),
        )
    click.echo(f"{result.compared:,} ORCID records were compared.")
    if result.unread:
        raise click.ClickException(f"{result.unread:,} could not be read. Run this again; it continues.")


def refuse_restored_database() -> None:
    """Refuse to start a worker on a restored database that was not compared yet.

    Raises:
        click.ClickException: it is one. While the database is away, nothing is refused.
    """
    from django.db import OperationalError, connections

    from profiles.infra.postgres import identity

    try:
        if identity.is_restored():
            raise click.ClickException(REFUSAL)
    except OperationalError:
        return
    finally:
        connections.close_all()
