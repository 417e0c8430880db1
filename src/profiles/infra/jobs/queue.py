"""The job queue for everything except claims, and functions to defer jobs."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from procrastinate import PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.contrib.django import app
from procrastinate.manager import get_channel_for_queues
from psycopg import AsyncConnection, sql

from profiles.infra import clock
from profiles.infra.jobs.job_names import QUEUE
from profiles.infra.postgres.async_connections import connection_options
from profiles.infra.postgres.state import database_now

__all__ = ["WorkerConnector", "app", "defer", "defer_once", "defer_rows"]


class WorkerConnector(PsycopgConnector):
    """Connects a worker process: few connections, and one listener for all of its workers.

    The process listens on a connection that it has anyway, and hands over what arrives (``dispatch``).
    """

    def __init__(self) -> None:
        super().__init__(
            kwargs={"application_name": "profiles jobs", **connection_options()},
            min_size=1,
            max_size=2,
            # A lost database is noticed within seconds, not half a minute.
            timeout=3.0,
        )
        self._listeners: dict[str, Notify] = {}

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Register a worker's listener until it is cancelled."""
        self._listeners.update(dict.fromkeys(channels, on_notification))
        await asyncio.Event().wait()

    async def listen_on(self, connection: AsyncConnection[Any], queues: Iterable[str]) -> None:
        """Listen for new jobs of these queues on a connection."""
        for channel in get_channel_for_queues(queues):
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))

    async def dispatch(self, connection: AsyncConnection[Any], *, seconds: float) -> None:
        """Wait for notifications on a connection, and hand them over."""
        async for notice in connection.notifies(timeout=seconds):
            listener = self._listeners.get(notice.channel)
            if listener is not None:
                await listener(channel=notice.channel, payload=notice.payload)


def defer(
    job: str,
    *,
    lock: str | None = None,
    alone: bool = False,
    at: datetime | None = None,
    **arguments: Any,
) -> None:
    """Defer a job in the caller's transaction: both are committed, or neither.

    With ``lock`` only one such job waits at a time; a second call with an earlier time makes it run earlier,
    and otherwise does nothing. With ``alone`` only one such job runs at a time, too.
    """
    from procrastinate.contrib.django.models import ProcrastinateJob
    from procrastinate.exceptions import AlreadyEnqueued

    if at is not None:
        # The queue goes by the database's clock: a job that waits for a wrong one keeps all others away.
        at += timedelta(seconds=round((database_now() - clock.now()).total_seconds()))
    later: dict[str, Any] = {"schedule_at": at} if at else {}
    try:
        # A waiting job violates a unique key: only the savepoint may fail.
        with transaction.atomic():
            app.configure_task(job, queueing_lock=lock, lock=lock if alone else None, **later).defer(
                **arguments
            )
    except AlreadyEnqueued:
        if at is not None:
            waiting = ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo")
            waiting.filter(scheduled_at__gt=at).update(scheduled_at=at)


_DEFER_ONCE: Final = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
VALUES (%(queue)s, %(job)s::text, 0, %(job)s::text, %(job)s::text, '{}', clock_timestamp() + %(wait)s)
ON CONFLICT DO NOTHING
"""


async def defer_once(connection: AsyncConnection[Any], job: str, *, wait: timedelta) -> None:
    """Defer a job without arguments, unless one is waiting already."""
    await connection.execute(_DEFER_ONCE, {"queue": QUEUE, "job": job, "wait": wait})


async def defer_rows(connection: AsyncConnection[Any], job: str, row_ids: Sequence[int]) -> None:
    """Defer a job for each of these rows, in the transaction of an asynchronous connection."""
    await connection.execute(
        "SELECT procrastinate_defer_jobs_v1(array_agg((%s, %s, 0, NULL, NULL, "
        "jsonb_build_object('row_id', id), NULL)::procrastinate_job_to_defer_v1)) "
        "FROM unnest(%s::bigint[]) AS id",
        [QUEUE, job, list(row_ids)],
    )
