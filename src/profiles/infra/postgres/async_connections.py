"""Asynchronous connections to the same database as Django's, for the workers."""

from typing import Any

from django.db import connections
from psycopg import AsyncConnection


def connection_options() -> dict[str, Any]:
    """Return what Django connects with: every option of ``DATABASE_URL`` (TLS, further hosts)."""
    options: dict[str, Any] = connections["default"].get_connection_params()
    # These two shape Django's own cursors and types, not the connection.
    return {name: value for name, value in options.items() if name not in {"cursor_factory", "context"}}


async def connect(application: str) -> AsyncConnection[Any]:
    """Open a connection that commits each statement at once.

    Raises:
        psycopg.OperationalError: the server does not answer; try again later.
    """
    options = {"application_name": application, **connection_options()}
    return await AsyncConnection.connect(**options, autocommit=True)
