"""How the queue of background jobs is, read from its own tables."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

SILENT: Final = timedelta(seconds=20)
"""A job runner that gave no sign for so long is gone; a living one gives one every five seconds."""

_OLDEST: Final = """
SELECT min(coalesce(j.scheduled_at, e.at)) FROM procrastinate_jobs j
LEFT JOIN LATERAL (
    SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id
) e ON true
WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
"""


def oldest_due_job() -> datetime | None:
    """Return since when the oldest job that may run has waited."""
    found: datetime | None = _value(_OLDEST)
    return found


def job_runners_alive() -> int:
    """Count the job runners that gave a sign of life lately."""
    return int(
        _value("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - %s", (SILENT,))
    )


def failed_jobs() -> int:
    """Count the jobs that ended with an error and are not tried again."""
    return int(_value("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"))


def _value(statement: str, values: Any = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
