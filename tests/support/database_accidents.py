"""What goes wrong with the tests' database while the service runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tests.support.database_proxy import DatabaseProxy

WRITTEN = ("claims_claim", "intake_doievent", "infra_servicehealth")


def terminate_connections() -> None:
    """Terminate all connections to the database but this one, as an administrator may."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextmanager
def no_connection_left(proxy: DatabaseProxy) -> Iterator[None]:
    """Let the server refuse new connections, and cut the old ones."""
    proxy.is_full = True
    proxy.cut()
    try:
        yield
    finally:
        proxy.is_full = False


@contextmanager
def only_a_standby() -> Iterator[None]:
    """Let connections find a server that may only be read, as during a fail-over; then it is promoted."""
    _for_new_connections("SET default_transaction_read_only = on")
    try:
        yield
    finally:
        _for_new_connections("RESET default_transaction_read_only")


def _for_new_connections(setting: str) -> None:
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} {setting}")
    terminate_connections()


@contextmanager
def full_disk() -> Iterator[None]:
    """Let PostgreSQL refuse what it refuses when the disk is full."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device'"
            " USING ERRCODE = 'disk_full'; END $$"
        )
        for table in WRITTEN:
            cursor.execute(
                f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
    try:
        yield
    finally:
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION full_disk CASCADE")
