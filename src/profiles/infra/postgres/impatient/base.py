"""The backend; Django finds it by the name of this module."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from profiles.infra.postgres.silence import silence


class DatabaseWrapper(base.DatabaseWrapper):
    """Gives connections the time limit of ``silence``."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection."""
        with silence.connecting():
            connection = super().get_new_connection(conn_params)
        connection.wait = partial(_wait, connection, connection.wait)
        return connection

    def is_usable(self) -> bool:
        """Tell whether the connection answers; no one needs to ask a database that is silent."""
        return not silence.is_known and bool(super().is_usable())


def _wait(
    connection: psycopg.Connection[Any], wait: Callable[..., Any], calls: Any, *arguments: Any, **options: Any
) -> Any:
    """Wait for an answer of the server, for all statements of a connection.

    Raises:
        psycopg.OperationalError: no answer came in time; the connection is closed.
    """
    if silence.limit is None:
        return wait(calls, *arguments, **options)
    began = time.monotonic()
    try:
        return wait(calls, *arguments, **{"timeout": silence.limit, **options})
    except psycopg.Error:
        if time.monotonic() - began < silence.limit:
            raise
        connection.pgconn.finish()
        silence.record()
        raise psycopg.OperationalError("the database did not answer in time") from None
