"""Run background jobs in a worker process, and reconnect when the database was away.

One session is one registration with the queue: a connection that shows that this worker lives and takes care
of the jobs of dead workers, and Procrastinate's own workers. When either ends, a new session starts both.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker
from psycopg import AsyncConnection, OperationalError

from profiles.infra.jobs.job_names import FILES_QUEUE, HARVEST, QUEUE, RECEIVERS_QUEUE, SLOW_QUEUE
from profiles.infra.jobs.queue import WorkerConnector, app
from profiles.infra.postgres import async_connections
from profiles.jobs import orphans

log = structlog.get_logger(__name__)

POLL_SECONDS: Final = 2.0
CHECK_SECONDS: Final = 1.0
Queues = Mapping[tuple[str, ...], int]
"""How many jobs of which queues run at once."""
JOBS_PER_QUEUE: Final[Queues] = {(QUEUE, SLOW_QUEUE): 4, (RECEIVERS_QUEUE,): 64, (FILES_QUEUE,): 1}
"""Slow webhook receivers use up only their own part, and hold no thread. A child process reads a file."""
MAX_END_SECONDS: Final = 4.0
"""How long to wait for the jobs of an ended session before the next one starts."""
RECONNECT_SECONDS: Final = 1.0


class JobRunnerEndedError(Exception):
    """Procrastinate's worker ended unexpectedly; the next session starts a new one."""


async def keep_running_jobs(stopping: asyncio.Event, queues: Queues = JOBS_PER_QUEUE) -> None:
    """Run background jobs until ``stopping`` is set; wait for a lost database."""
    while not stopping.is_set():
        session = asyncio.create_task(_Session(queues).run(stopping))
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait({session, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if stopping.is_set():
            session.cancel()
            await asyncio.wait({session})
            return
        try:
            await session
        except (OperationalError, ConnectorException, JobRunnerEndedError) as error:
            if isinstance(error, ConnectorException) and not isinstance(error.__cause__, OperationalError):
                # A bug of ours, which would happen again in the next session: the process ends.
                raise
            log.warning("jobs.session_lost", reason=f"{error.__cause__ or error!r}".strip()[:200])
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), RECONNECT_SECONDS)


class _Session:
    """One registration with the queue."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues
        self._connector = WorkerConnector()
        self._app = app.with_connector(self._connector)
        self._running: set[int] = set()
        self._workers = [self._worker(names, at_once) for names, at_once in queues.items()]

    def _worker(self, queues: tuple[str, ...], at_once: int) -> Worker:
        defaults: dict[str, Any] = {**self._app.worker_defaults}
        return Worker(
            app=self._app,
            queues=list(queues),
            concurrency=at_once,
            fetch_job_polling_interval=min(POLL_SECONDS, settings.ENVIRONMENT.PROFILES_HARVEST_SECONDS),
            update_heartbeat_interval=orphans.HEARTBEAT_SECONDS,
            # A worker's lock shows whether it lives; this only deletes very old rows.
            stalled_worker_timeout=3600,
            install_signal_handlers=False,
            delete_jobs="successful",
            shutdown_graceful_timeout=3,
            task_middleware=[_close_connections, *(defaults.pop("task_middleware", None) or [])],
            worker_middleware=[self._note_running, *defaults.pop("worker_middleware", [])],
            **defaults,
        )

    async def _note_running(
        self, call_next: Callable[[], Awaitable[Any]], context: JobContext, _worker: Worker
    ) -> Any:
        assert context.job.id is not None
        self._running.add(context.job.id)
        try:
            return await call_next()
        finally:
            self._running.discard(context.job.id)

    async def run(self, stopping: asyncio.Event) -> None:
        """Run jobs until cancelled.

        Raises:
            OperationalError, ConnectorException: the database is away; start another session.
            JobRunnerEndedError: the same, noticed by Procrastinate first.
        """
        # Periodic jobs are deferred on Django's connection of one thread, which no request renews.
        await sync_to_async(connections.close_all, thread_sensitive=True)()
        async with (
            await async_connections.connect("profiles jobs alive", holds_locks=True) as alive,
            self._app.open_async(),
        ):
            # Do not wait for the full minute: an operator who starts a worker wants to see it poll.
            if self._queues is JOBS_PER_QUEUE:
                with contextlib.suppress(AlreadyEnqueued):
                    await self._app.configure_task(HARVEST, queueing_lock=HARVEST, lock=HARVEST).defer_async()
            tasks = {asyncio.create_task(self._look_after_jobs(alive))}
            tasks |= {asyncio.create_task(worker.run()) for worker in self._workers}  # type: ignore[no-untyped-call]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                # A job in a thread cannot be cancelled, and the next session must not wait for it.
                await asyncio.wait(tasks, timeout=None if stopping.is_set() else MAX_END_SECONDS)
        for error in [task.exception() for task in tasks if task.done() and not task.cancelled()]:
            if error is not None:
                raise error
        raise JobRunnerEndedError

    async def _look_after_jobs(self, alive: AsyncConnection[Any]) -> None:
        """Hold these workers' locks, and give back jobs of dead workers and jobs with an unrecorded end."""
        signed_on: set[int] = set()
        unrecorded_before: set[int] = set()
        await self._connector.listen_on(alive, [name for names in self._queues for name in names])
        while True:
            registered = {worker.worker_id for worker in self._workers if worker.worker_id is not None}
            for worker_id in registered - signed_on:
                await orphans.sign_on(alive, worker_id=worker_id)
            signed_on |= registered
            unrecorded = await orphans.jobs_of(alive, workers=signed_on) - self._running
            # Seen only once, it may be a job that is just starting or ending.
            await orphans.give_back(alive, own=signed_on, left=unrecorded_before & unrecorded)
            unrecorded_before = unrecorded
            await self._connector.dispatch(alive, seconds=CHECK_SECONDS)
            # Asynchronous jobs and the clock share one thread for Django, which no request ends either.
            await sync_to_async(connections.close_all, thread_sensitive=True)()


def _close_connections(call_next: Callable[[], Any], _context: JobContext, _worker: Worker) -> Any:
    """Close the connection of a job's thread: threads are many, and no request ends here."""
    try:
        return call_next()
    finally:
        connections.close_all()
