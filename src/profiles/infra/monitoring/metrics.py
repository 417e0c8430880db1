"""Counters of this process, and where they are read.

What the database knows (queues, workers, connections) is read from it when somebody asks, so it is the same
whichever process is asked. What only a process knows is counted here. Web processes count in files of one
folder, which their parent reads: all of them together answer at one port.
"""

import os
import shutil
import tempfile
from atexit import register as at_exit
from collections.abc import Awaitable, Callable
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.registry import REGISTRY, Collector
from structlog.contextvars import bound_contextvars

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)

HTTP_REQUESTS: Final = Counter(
    "profiles_http_requests", "Requests answered, by route and status", ["method", "route", "status"]
)
HTTP_SECONDS: Final = Histogram(
    "profiles_http_request_seconds", "How long requests took, by route", ["route"], buckets=SECONDS
)
ATTEMPTS: Final = Counter(
    "profiles_attempts",
    "Calls made to ORCID for claims; the outcome is ok or the code of the problem",
    ["verb", "outcome"],
)
JOBS: Final = Counter("profiles_jobs", "Background jobs that ended", ["job", "outcome"])
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def share_with_children() -> None:
    """Let the processes that this one starts count in one folder, which this one reads.

    The children must not have imported ``prometheus_client`` before: its import decides where it counts.
    """
    folder = tempfile.mkdtemp(prefix="profiles-metrics-")
    os.environ[FOLDER] = folder
    at_exit(shutil.rmtree, folder, ignore_errors=True)


def registry(*collectors: Collector) -> CollectorRegistry:
    """Return everything that this process can tell: its counters, or its children's, and these collectors."""
    told = CollectorRegistry()
    for collector in collectors:
        told.register(collector)
    if FOLDER in os.environ:
        from prometheus_client.multiprocess import MultiProcessCollector

        # It registers itself.
        MultiProcessCollector(told)  # type: ignore[no-untyped-call]
    else:
        told.register(_OwnCounters())
    return told


class _OwnCounters(Collector):
    """What is counted in this process."""

    def collect(self) -> Any:
        return REGISTRY.collect()


def count_request(*, method: str | None, route: str, status: int, seconds: float) -> None:
    """Count an answer by its route: the pattern of the address, which names nobody."""
    HTTP_REQUESTS.labels(method if method in _METHODS else "other", route, status).inc()
    HTTP_SECONDS.labels(route).observe(seconds)


async def watch_job(call_next: Callable[[], Awaitable[Any]], context: Any, _worker: Any) -> Any:
    """Name the background job on every log line below it, and count how it ends.

    A middleware of the queue's workers.
    """
    outcome = "failed"
    with bound_contextvars(job=context.job.task_name, job_id=context.job.id):
        try:
            result = await call_next()
            outcome = "ok"
            return result
        finally:
            JOBS.labels(context.job.task_name, outcome).inc()
