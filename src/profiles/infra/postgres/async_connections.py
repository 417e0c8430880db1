"""Asynchronous connections to the same database as Django's, for the workers."""

from typing import Any

from django.db import connections
from psycopg import AsyncConnection


async def connect(application: str) -> AsyncConnection[Any]:
    """Open a connection that commits each statement by itself.

    Raises:
        psycopg.OperationalError: the server does not answer; try again later.
    """
    given = connections["default"].get_connection_params()
    known = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if given.get(name)}
    return await AsyncConnection.connect(**known, autocommit=True, application_name=application)
