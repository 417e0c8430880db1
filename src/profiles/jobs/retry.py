"""Retry every job after a lost database, whatever its own strategy says."""

import random
from typing import Final

from django.db import InterfaceError, OperationalError
from procrastinate import App, BaseRetryStrategy
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

MAX_WAIT: Final = 60.0


class RetryLostDatabase(BaseRetryStrategy):
    """Retries a job that lost the database; leaves all other errors to the job's own strategy."""

    def __init__(self, own: BaseRetryStrategy | None) -> None:
        self._own = own

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Wait longer each time, up to a minute, with jitter."""
        if isinstance(exception, OperationalError | InterfaceError):
            wait = min(2.0 ** min(job.attempts, 6), MAX_WAIT)
            return RetryDecision(retry_in={"seconds": round(wait * random.uniform(0.5, 1.0))})  # noqa: S311
        return self._own.get_retry_decision(exception=exception, job=job) if self._own else None


def retry_lost_database(app: App) -> None:
    """Make every job of the app retry after a lost database."""
    for task in app.tasks.values():
        if not isinstance(task.retry_strategy, RetryLostDatabase):
            task.retry_strategy = RetryLostDatabase(task.retry_strategy)
