"""Read the state of the database: its clock, unapplied migrations and connections."""

from datetime import datetime
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of the running code, which do not change."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def unapplied_migrations() -> list[str]:
    """Return the migrations of this code that are not applied."""
    missing = _known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    return sorted(f"{app}.{name}" for app, name in missing)


def connections() -> dict[tuple[str, str], int]:
    """Count the connections to this database by application name and state."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(nullif(application_name, ''), 'profiles web'), coalesce(state, 'unknown'),"
            " count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1, 2"
        )
        return {(name, state): count for name, state, count in cursor.fetchall()}


def max_connections() -> int:
    """Return the maximum number of connections of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int")
        return int(cursor.fetchone()[0])


def database_now() -> datetime:
    """Return the current moment by the database's clock, on which all hosts agree."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment
