"""Background jobs in tests: run by the queue's own worker, on the test's connection to the database."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from unittest.mock import patch

from asgiref.sync import async_to_sync, sync_to_async
from django.db import connections
from procrastinate import JobContext, utils
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job
from procrastinate.worker import Worker

from profiles.infra.jobs.queue import app
from profiles.infra.jobs.row_jobs import RetryLaterError


class _TestConnector(DjangoConnector):
    def _dictfetch(self, cursor: Any) -> Iterator[dict[str, Any]]:
        """Read a job's arguments: Django's own connections leave JSON as text."""
        for row in super()._dictfetch(cursor):
            yield {
                name: json.loads(v) if name == "args" and isinstance(v, str) else v for name, v in row.items()
            }


class _TestWorker(Worker):
    async def _periodic_deferrer(self) -> None:
        """Start no job of the clock: a test says which jobs there are."""


async def _on_the_tests_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    return await sync_to_async(function)(*args, **kwargs)


def run_jobs() -> None:
    """Run all jobs that are due, one after the other, until none is.

    The worker would run each in a thread with a connection of its own, which sees nothing of a test's
    transaction; here it is the test's own thread where that is possible.
    """
    outside_the_browsers_loop(_run_jobs)


def outside_the_browsers_loop(function: Callable[[], Any]) -> Any:
    """Call in this thread, or in another one while a browser's driver keeps an event loop in this one."""
    if asyncio._get_running_loop() is None:
        return function()
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(_with_connections_of_its_own, function).result()


def _with_connections_of_its_own(function: Callable[[], Any]) -> Any:
    try:
        return function()
    finally:
        connections.close_all()


def _run_jobs() -> None:
    worker = _TestWorker(
        app=app.with_connector(_TestConnector()),
        wait=False,
        concurrency=1,
        listen_notify=False,
        install_signal_handlers=False,
        delete_jobs="successful",
    )
    with patch.object(utils, "sync_to_async", _on_the_tests_thread):
        async_to_sync(worker.run)()


def waiting_jobs(name: str) -> list[ProcrastinateJob]:
    """List the jobs of this name that are still to run."""
    return list(ProcrastinateJob.objects.filter(task_name=name, status="todo").order_by("id"))


def make_jobs_due(*names: str) -> None:
    """As if the time of the jobs that wait had come."""
    ProcrastinateJob.objects.filter(task_name__in=names, status="todo").update(scheduled_at=None)


def run_at_once(name: str, row_ids: Iterable[int], *, runs: int = 3) -> None:
    """Run the jobs of these rows several times at the same time, as when a worker was taken for dead."""
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name=name)
    context = JobContext(app=app, job=job, start_timestamp=0.0, abort_reason=lambda: None)

    def run() -> None:
        try:
            for row_id in row_ids:
                with suppress(RetryLaterError):
                    app.tasks[name](context, row_id=row_id)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(runs) as threads:
        for future in [threads.submit(run) for _ in range(runs)]:
            future.result()
