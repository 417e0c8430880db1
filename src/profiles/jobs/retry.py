"""What every job is tried again after, whatever its own strategy says: a lost database."""

import random
from typing import Final

from django.db import InterfaceError, OperationalError
from procrastinate import App, BaseRetryStrategy
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

MAX_WAIT: Final = 60.0


class OutliveDatabase(BaseRetryStrategy):
    """Tries a job again when it lost the database; leaves everything else to the job's own strategy."""

    def __init__(self, own: BaseRetryStrategy | None) -> None:
        self._own = own

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Wait longer each time, up to a minute, with jitter."""
        if isinstance(exception, OperationalError | InterfaceError):
            wait = min(2.0 ** min(job.attempts, 6), MAX_WAIT)
            return RetryDecision(retry_in={"seconds": round(wait * random.uniform(0.5, 1.0))})  # noqa: S311
        return self._own.get_retry_decision(exception=exception, job=job) if self._own else None


def outlive_database(app: App) -> None:
    """Let no job be lost because the database was away for a moment."""
    for task in app.tasks.values():
        if not isinstance(task.retry_strategy, OutliveDatabase):
            task.retry_strategy = OutliveDatabase(task.retry_strategy)
