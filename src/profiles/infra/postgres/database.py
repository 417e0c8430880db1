"""Locate the database: the server of ``DATABASE_URL``, or the embedded one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import UntranslatableCharacter

DATABASE_NAME = "profiles"


class NoDatabaseError(Exception):
    """Raised when no database is configured and the embedded one does not run."""


def embedded_folder(var: Path) -> Path:
    """Return the data folder of the embedded server."""
    return var / "postgres"


def embedded_url(var: Path) -> str:
    """Return the address of the embedded server, whether it runs or not.

    The server writes its socket folder into ``postmaster.pid``; before its first start the
    data folder itself is the best guess.
    """
    folder = embedded_folder(var)
    try:
        socket_folder = (folder / "postmaster.pid").read_text().splitlines()[4].strip()
    except (OSError, IndexError):
        socket_folder = str(folder)
    return f"postgresql://postgres@/{DATABASE_NAME}?host={socket_folder}"


def database_url(configured: str, var: Path) -> str:
    """Return the address to connect to."""
    return configured or embedded_url(var)


CONNECTION_DEFAULTS: Final = {
    # A lost host stops sending. Without these limits a connection to it waits for hours.
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
    # In a fail-over a name may lead to a standby for a while: it counts as away.
    "target_session_attrs": "read-write",
}
"""Options that apply when ``DATABASE_URL`` does not set them."""


def django_database(configured: str, var: Path) -> dict[str, Any]:
    """Return Django's entry for ``DATABASES``; connections stay open (each costs 3.5 ms to make).

    The address is parsed as libpq parses it, so all its options and several hosts work.

    Raises:
        psycopg.ProgrammingError: the address is not one that libpq understands.
    """
    options = conninfo_to_dict(database_url(configured, var))
    return {
        "ENGINE": "profiles.infra.postgres.impatient",
        "NAME": options.pop("dbname", ""),
        "USER": options.pop("user", ""),
        "PASSWORD": options.pop("password", ""),
        "HOST": options.pop("host", ""),
        "PORT": options.pop("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**CONNECTION_DEFAULTS, **options},
    }


_encode: Final = msgspec.json.Encoder().encode


def in_array(values: Sequence[Any]) -> str:
    """Write values as PostgreSQL's array literal, for ``unnest``: plain ones, texts, times and None.

    The driver does this value by value in Python, twenty columns for each claim. An array of JSON is the
    same text in other brackets, as long as nothing in it had to be escaped.
    """
    written = _encode(values)
    if b"\\" in written:
        return "{" + ",".join(map(_quoted, values)) + "}"
    return f"{{{written[1:-1].decode()}}}"


def _quoted(value: Any) -> str:
    if not isinstance(value, str):
        return _encode(value).decode()
    # PostgreSQL knows no text with NUL in it.
    escaped = value.replace("\0", "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def refuses_nul(error: BaseException | None) -> bool:
    """Tell whether the database or its driver refused a NUL: in a text (the driver) or in JSON (the server).

    Django and Procrastinate raise errors of their own, with the driver's as their cause.
    """
    while error is not None:
        if isinstance(error, UntranslatableCharacter) or (
            isinstance(error, psycopg.DataError) and "NUL (0x00)" in str(error)
        ):
            return True
        error = error.__cause__
    return False
