"""Record in the database whether the services that people sign in with answer, for all processes.

Each process writes at most once in some seconds for one service, and at once when the outcome changes.
"""

import threading
import time
from datetime import datetime
from typing import Final

from django.db import connection

from profiles.infra.models import ServiceHealth

RECORD_EVERY_SECONDS: Final = 10.0
_RECORD: Final = """
INSERT INTO infra_servicehealth AS h (name, answered_at, failed_at)
VALUES (%(name)s, CASE WHEN %(answered)s THEN clock_timestamp() END,
    CASE WHEN NOT %(answered)s THEN clock_timestamp() END)
ON CONFLICT (name) DO UPDATE SET answered_at = coalesce(excluded.answered_at, h.answered_at),
    failed_at = coalesce(excluded.failed_at, h.failed_at)
"""
_DATABASE: Final = "database"
_lock = threading.Lock()
_recorded: dict[str, tuple[bool, float]] = {}
"""By service: the outcome that was recorded last, and when."""


def record(service: str, *, answered: bool) -> None:
    """Record that a service answered a person's sign-in, or did not."""
    now = time.monotonic()
    with _lock:
        outcome, at = _recorded.get(service, (None, 0.0))
        if outcome is answered and now - at < RECORD_EVERY_SECONDS:
            return
        _recorded[service] = answered, now
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"name": service, "answered": answered})


def record_database() -> None:
    """Write one small row: a database may answer questions and store nothing (full disk, a copy).

    Raises:
        django.db.Error: it stores nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, {"name": _DATABASE, "answered": True})


def recorded() -> dict[str, tuple[datetime | None, datetime | None]]:
    """Return, by service, when it last answered and when it last did not."""
    rows = ServiceHealth.objects.exclude(name=_DATABASE).values_list("name", "answered_at", "failed_at")
    return {name: (answered_at, failed_at) for name, answered_at, failed_at in rows}
