"""Where the database is: a server named by ``DATABASE_URL``, or the embedded one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

DATABASE_NAME = "profiles"


class NoDatabaseError(Exception):
    """No database is named and the embedded one does not run."""


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


def database_url(given: str, var: Path) -> str:
    """Return the address to connect to."""
    return given or embedded_url(var)


def django_database(given: str, var: Path) -> dict[str, Any]:
    """Return Django's entry for ``DATABASES``; connections stay open (each costs 3.5 ms to make)."""
    parts = urlsplit(database_url(given, var))
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    # Without a threshold psycopg prepares nothing; Django's own cursors still do not (infra.prepared does).
    options.setdefault("prepare_threshold", 5)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
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
