"""Every place in which a secret may be left: tables as a dump has them, metrics, error reports, logs."""

import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import connection


def tables() -> dict[str, str]:
    """Return the rows of every table as text, bytes as hexadecimal digits, as in a dump."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        return {f"table {name}": _rows(cursor, name) for name in names}


def _rows(cursor, name: str) -> str:
    cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(name)} t")
    return "\n".join(row for (row,) in cursor.fetchall())


def metrics(ports: Mapping[str, int]) -> dict[str, str]:
    """Return the metrics of these running programs."""
    found = {}
    for name, port in ports.items():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            found[f"metrics of {name}"] = answer.read().decode()
    return found


def logs(folder: Path) -> dict[str, str]:
    """Return what programs wrote to their logs."""
    return {log.name: log.read_text(errors="replace") for log in sorted(folder.glob("*.log"))}


def places_with(secrets: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """Name the places that have one of these secrets, as it is or as hexadecimal digits."""
    forms = [form for secret in secrets for form in (secret, secret.encode().hex())]
    return [place for place, text in texts.items() if any(form in text for form in forms)]
