"""The backend; Django finds it by the name of this module."""

import select
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import psycopg
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

from profiles.infra.postgres.silence import silence

CHECKED_FOR_SECONDS: Final = 5.0
"""A connection that answered a moment ago is not asked again; that would be a round trip in each request."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Gives connections the time limit of ``silence``."""

    _answered_at = -CHECKED_FOR_SECONDS

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection."""
        with silence.connecting():
            connection = super().get_new_connection(conn_params)
        connection.wait = partial(_wait, connection, connection.wait)
        return connection

    def is_usable(self) -> bool:
        """Tell whether the connection answers; no one needs to ask a database that is silent.

        A server that ends says so, or at least closes the socket: both can be read without asking.
        """
        if silence.is_known:
            return False
        now = time.monotonic()
        if now - self._answered_at < CHECKED_FOR_SECONDS and _is_quiet(self.connection):
            return True
        is_usable = bool(super().is_usable())
        if is_usable:
            self._answered_at = now
        return is_usable


def _is_quiet(connection: psycopg.Connection[Any]) -> bool:
    """Tell whether nothing is under way on a connection, and nothing to read: no message, and not its end."""
    if connection.info.transaction_status is not TransactionStatus.IDLE:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


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
