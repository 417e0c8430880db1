"""Find jobs whose worker is gone, and give them to another worker.

A worker holds an advisory lock with its number for as long as its connection lives, so a killed worker is
noticed at once, and a slow one is never taken for dead. The heartbeat covers the moment between a worker's
registration and its lock.
"""

from collections.abc import Collection
from typing import Any, Final

import structlog
from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation

log = structlog.get_logger(__name__)

JOB_WORKERS: Final = 7_203_002
"""Class of the advisory lock that a job worker holds while it lives."""
HEARTBEAT_SECONDS: Final = 2.0
SILENT_SECONDS: Final = 5.0

_ALIVE: Final = """
SELECT objid::bigint FROM pg_locks
WHERE locktype = 'advisory' AND classid = %(workers)s AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_ORPHANS: Final = f"""
SELECT job.id, job.worker_id, job.task_name FROM procrastinate_jobs job
LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (
    worker.id IS NULL
    OR worker.last_heartbeat < now() - make_interval(secs => %(silent)s) AND worker.id NOT IN ({_ALIVE})
    OR worker.id = ANY(%(own)s) AND job.id = ANY(%(left)s)
)
"""  # noqa: S608  our own text
_GIVE_BACK: Final = """
UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1, scheduled_at = NULL, worker_id = NULL
WHERE id = %s AND status = 'doing' AND worker_id IS NOT DISTINCT FROM %s
"""
_DROP: Final = """
UPDATE procrastinate_jobs SET status = 'aborted'
WHERE id = %s AND status = 'doing' AND worker_id IS NOT DISTINCT FROM %s
"""


async def sign_on(connection: AsyncConnection[Any], *, worker_id: int) -> None:
    """Take the lock that shows that this worker lives, for as long as this connection does."""
    await connection.execute("SELECT pg_advisory_lock(%s, %s)", [JOB_WORKERS, worker_id])


async def give_back(
    connection: AsyncConnection[Any], *, own: Collection[int] = (), left: Collection[int] = ()
) -> int:
    """Give the jobs of dead workers to living ones; return their number.

    ``left`` are jobs that the workers ``own`` no longer run although they are marked as running: the
    database was away when their end was to be recorded.
    """
    cursor = await connection.execute(
        _ORPHANS, {"workers": JOB_WORKERS, "silent": SILENT_SECONDS, "own": list(own), "left": list(left)}
    )
    orphans = await cursor.fetchall()
    for job_id, worker_id, task in orphans:
        try:
            await connection.execute(_GIVE_BACK, [job_id, worker_id])
        except UniqueViolation:
            # The next job of its kind waits already, and does the same.
            await connection.execute(_DROP, [job_id, worker_id])
        log.warning("job.given_back", job_id=job_id, task=task)
    return len(orphans)


async def jobs_of(connection: AsyncConnection[Any], *, workers: Collection[int]) -> set[int]:
    """Return the jobs that are marked as running on these workers."""
    cursor = await connection.execute(
        "SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = ANY(%s)", [list(workers)]
    )
    return {row[0] for row in await cursor.fetchall()}
