"""Asynchronous connections to the same database as Django's, for the workers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from django.db import connections
from psycopg import AsyncConnection, OperationalError

T = TypeVar("T")
PREPARE_AFTER: Final = 5
"""A statement that a connection has run so often is prepared."""
IDLE_SECONDS: Final = 5.0
"""A shared connection that no one has used for so long is closed; opening one costs 3.5 ms."""


def connection_options() -> dict[str, Any]:
    """Return the options of a connection: all of ``DATABASE_URL`` (TLS, further hosts)."""
    options: dict[str, Any] = connections["default"].get_connection_params()
    # These two configure Django's own cursors and types, not the connection.
    kept = {name: value for name, value in options.items() if name not in {"cursor_factory", "context"}}
    # Django prepares nothing. A worker repeats a few statements, whose values are not in their texts.
    return kept | {"prepare_threshold": PREPARE_AFTER}


_DETECT_LOST_CLIENT = (
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3;"
    " SET tcp_user_timeout = 10000"
)


async def connect(application: str, *, holds_locks: bool = False) -> AsyncConnection[Any]:
    """Open a connection that commits each statement at once.

    ``holds_locks``: the server closes it and its advisory locks ten seconds after our host is lost.

    Raises:
        psycopg.OperationalError: the server does not answer; try again later.
    """
    options = {"application_name": application, **connection_options()}
    connection = await AsyncConnection.connect(**options, autocommit=True)
    if holds_locks:
        await connection.execute(_DETECT_LOST_CLIENT)
    return connection


class SharedConnection:
    """One connection for all tasks of a process, closed while no one uses it; a lost one is reopened."""

    def __init__(self, connect: Callable[[], Awaitable[AsyncConnection[Any]]]) -> None:
        self._connect = connect
        self._connection: AsyncConnection[Any] | None = None
        self._opening = asyncio.Lock()
        self._users = 0
        self._closing: asyncio.TimerHandle | None = None

    async def use(self, action: Callable[[AsyncConnection[Any]], Awaitable[T]]) -> T:
        """Run an action with the connection.

        Raises:
            psycopg.OperationalError: the database is gone; try again later.
        """
        self._users += 1
        try:
            connection = await self._open()
            try:
                return await action(connection)
            except OperationalError:
                if connection is self._connection:
                    self._connection = None
                    await connection.close()
                raise
        finally:
            self._users -= 1
            self._close_later()

    async def _open(self) -> AsyncConnection[Any]:
        async with self._opening:
            if self._connection is None:
                self._connection = await self._connect()
            return self._connection

    def _close_later(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
        loop = asyncio.get_running_loop()
        self._closing = loop.call_later(IDLE_SECONDS, lambda: loop.create_task(self._close_if_idle()))

    async def _close_if_idle(self) -> None:
        if not self._users:
            await self.aclose()

    async def aclose(self) -> None:
        """Close the connection; the next use opens another."""
        if self._closing is not None:
            self._closing.cancel()
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
