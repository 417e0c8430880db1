"""``profiles migrate``: update the database schema while the service runs."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click
import psycopg
from psycopg.errors import LockNotAvailable, QueryCanceled

from profiles.config.env import environment
from profiles.infra.postgres.database import database_url
from profiles.ops.django_setup import start_django

MIGRATING: Final = 7_203_002
"""Number of the advisory lock that ``migrate`` holds; it ends with its connection."""
RETRY_SECONDS: Final = 2.0


@click.command()
@click.option("--check", is_flag=True, help="only report whether migrations are missing")
@click.option(
    "--lock-seconds",
    default=3.0,
    show_default=True,
    help="how long a change may wait for a table, and others behind it",
)
@click.option("--statement-seconds", default=300.0, show_default=True, help="how long one statement may take")
@click.option("--tries", default=30, show_default=True, help="tries while a table is in use")
def migrate(*, check: bool, lock_seconds: float, statement_seconds: float, tries: int) -> None:
    """Update the database schema. Safe to run while the service runs, twice, and on several hosts at once."""
    start_django()
    from django.core.management import call_command
    from django.db import OperationalError

    from profiles.infra.postgres import identity

    if check:
        call_command("migrate", check_unapplied=True, verbosity=0, interactive=False)
        return
    with _only_one_at_a_time():
        for rest in reversed(range(tries)):
            _limit(lock_seconds, statement_seconds)
            try:
                call_command("migrate", verbosity=0, interactive=False)
                break
            except OperationalError as error:
                _forget_connection()
                _explain(error, rest=rest, statement_seconds=statement_seconds)
        identity.record_first_identity()
    click.echo(f"database is in shape for {environment().SITE_TITLE}")


@contextmanager
def _only_one_at_a_time() -> Iterator[None]:
    """Hold a lock while this process migrates; wait for another process that does."""
    env = environment()
    with psycopg.connect(database_url(env.DATABASE_URL, env.PROFILES_VAR), autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATING]).fetchone()
        if not (row and row[0]):
            click.echo("another profiles migrate is running; waiting for its end", err=True)
            connection.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        yield


def _limit(lock_seconds: float, statement_seconds: float) -> None:
    """Limit how long a statement waits for a table: all later queries of that table wait behind it."""
    from django.db import connection

    with connection.cursor() as cursor:
        for name, seconds in (("lock_timeout", lock_seconds), ("statement_timeout", statement_seconds)):
            cursor.execute("SELECT set_config(%s, %s, false)", [name, f"{seconds * 1000:.0f}ms"])


def _forget_connection() -> None:
    """Let the next query open a new connection.

    Django leaves the transaction open where a statement that it had put off fails, such as a foreign key.
    """
    from django.db import connections

    connections["default"].close()
    del connections["default"]


def _explain(error: Exception, *, rest: int, statement_seconds: float) -> None:
    """Wait before the next try where a table was in use.

    Raises:
        click.ClickException: there is no further try, or a statement took too long.
        Exception: the error itself, if it is another one.
    """
    from profiles.infra.postgres.state import unapplied_migrations

    if isinstance(error.__cause__, QueryCanceled):
        raise click.ClickException(
            f"{unapplied_migrations()[0]} was undone: a statement took longer than "
            f"{statement_seconds:.0f} s. Give it more by --statement-seconds. What was applied before stays."
        ) from error
    if not isinstance(error.__cause__, LockNotAvailable):
        raise error
    if not rest:
        raise click.ClickException(
            f"{unapplied_migrations()[0]} was undone: its table was in use at each try. Look for long "
            "transactions in pg_stat_activity, and run this again. What was applied before it stays."
        ) from error
    click.echo(f"{unapplied_migrations()[0]}: its table is in use; trying again, {rest} tries left", err=True)
    time.sleep(RETRY_SECONDS)
