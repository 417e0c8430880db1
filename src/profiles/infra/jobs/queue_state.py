"""Read the state of the job queue from its tables."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

HEARTBEAT_TIMEOUT: Final = timedelta(seconds=20)
"""A job runner without a heartbeat for this long is dead; a living one sends one every five seconds."""

_OLDEST: Final = """
SELECT min(coalesce(j.scheduled_at, e.at)) FROM procrastinate_jobs j
LEFT JOIN LATERAL (
    SELECT min(at) AS at FROM procrastinate_events WHERE job_id = j.id
) e ON true
WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
"""


def oldest_due_job() -> datetime | None:
    """Return since when the oldest due job has waited."""
    oldest: datetime | None = _value(_OLDEST)
    return oldest


def due_jobs() -> int:
    """Count the jobs that are due."""
    due = "status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())"
    return int(_value(f"SELECT count(*) FROM procrastinate_jobs WHERE {due}"))  # noqa: S608  a text of ours


def job_runners_alive() -> int:
    """Count the job runners with a recent heartbeat."""
    return int(
        _value(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - %s",
            (HEARTBEAT_TIMEOUT,),
        )
    )


def failed_jobs() -> int:
    """Count the jobs that failed and are not retried."""
    return int(_value("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"))


def _value(statement: str, values: Any = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
