"""Background jobs for rows: one job for one row, retried until the row is done or too old.

A job holds only the id of its row. The row says what to do and whether it is done, so a job that runs twice
does its work once.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

import structlog
from django.db import connection, models
from procrastinate import BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job
from procrastinate.tasks import Task

from profiles.clients.errors import ServiceError
from profiles.infra import clock
from profiles.infra.jobs.job_names import QUEUE
from profiles.infra.jobs.queue import app

log = structlog.get_logger(__name__)
Row = TypeVar("Row", bound=models.Model)

MAX_WAIT: Final = timedelta(hours=12)
_RETRY_PRIORITY: Final = -1
"""Priority of retries, below new jobs: after an outage many retries may be due at once."""
EVERY_MINUTE: Final = timedelta(minutes=1)
_LOCKED_WAIT: Final = timedelta(seconds=30)


class RetryLaterError(Exception):
    """Raised when the work is not done; the job is retried after ``wait``, or after its usual wait."""

    def __init__(self, reason: str, *, wait: timedelta | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True)
class Backoff(BaseRetryStrategy):
    """Retry after 1, 4, 16 … minutes, plus or minus a fifth, and not before the service asked for."""

    longest: timedelta = MAX_WAIT

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        """Return when a job that raised this exception is retried."""
        wait = getattr(exception, "wait", None)
        if wait is None:
            requested = timedelta(seconds=getattr(exception, "retry_after", None) or 0)
            usual = min(timedelta(minutes=4 ** min(job.attempts, 10)), self.longest)
            # Jobs that failed together are not retried together.
            wait = max(usual * random.uniform(0.8, 1.2), min(requested, self.longest))  # noqa: S311
        return RetryDecision(retry_at=clock.now() + wait, priority=_RETRY_PRIORITY)


def row_job(
    model: type[Row],
    *,
    name: str,
    begun: Callable[[Row], Any],
    give_up_after: timedelta,
    on_give_up: Callable[[Row], None],
    longest_wait: timedelta = MAX_WAIT,
    lock_key: Callable[[Row], Any] = lambda row: row.pk,
) -> Callable[[Callable[[Row, int], None]], Task[..., None, Any]]:
    """Make a job of a function that takes a row and the number of earlier attempts.

    A deleted row counts as done. If the function raises anything, the job is retried until ``begun`` is
    longer than ``give_up_after`` ago; a row that no key opens affects no other job. Jobs with the same
    ``lock_key`` (by default the row's) run one at a time.
    """

    def decorate(work: Callable[[Row, int], None]) -> Task[..., None, Any]:
        @app.task(name=name, queue=QUEUE, retry=Backoff(longest_wait), pass_context=True)
        def run(context: JobContext, row_id: int) -> None:
            rows = model._default_manager.filter(pk=row_id)  # noqa: SLF001  Django's own name
            if (row := rows.first()) is None:
                return
            with _only_run(f"{name} {lock_key(row)}"):
                if (row := rows.first()) is None:
                    return
                try:
                    work(row, context.job.attempts)
                except Exception as error:
                    _log_failure(name, row_id, error)
                    if clock.now() - begun(row) < give_up_after:
                        raise
                    log.warning("job.given_up", job=name, row=row_id)
                    on_give_up(row)

        return run

    return decorate


def _log_failure(name: str, row_id: int, error: Exception) -> None:
    """Log what a job waits for; log a bug, or a row that cannot be opened, as an error."""
    if isinstance(error, RetryLaterError | ServiceError):
        log.info("job.waits", job=name, row=row_id, why=str(error))
    else:
        log.error("job.failed", job=name, row=row_id, exc_info=error)


@contextmanager
def _only_run(key: str) -> Iterator[None]:
    """Prevent a second run of the same job, for example after its worker was considered dead.

    Uses a session lock: no transaction is open while a service is called, and the lock of a dead worker ends
    with its connection.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        if not cursor.fetchone()[0]:
            raise RetryLaterError("the same job is running", wait=_LOCKED_WAIT)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])
