"""Count events of this process, and collect the metrics to serve.

Metrics of the database (queues, workers, connections) are read at each scrape, so they are the same in every
process. Metrics of a process are counted here. Web processes count in files of one folder, which their parent
reads and serves at one port.
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
CLAIMS: Final = Counter(
    "profiles_claims", "Claims whose turn ended, by state and problem", ["origin", "state", "problem"]
)
DELAY: Final = Histogram(
    "profiles_delay_seconds",
    "From the change of a DOI at DataCite to the ORCID record",
    buckets=(1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600, 24 * 3600),
)
PACED_CALLS: Final = Counter(
    "profiles_orcid_paced_calls", "Calls that the shared rate limit let through to ORCID", ["client"]
)
PERMISSIONS: Final = Counter(
    "profiles_permissions", "Permissions that people gave, took back or lost", ["purpose", "change"]
)
JOBS: Final = Counter("profiles_jobs", "Background jobs that ended", ["job", "outcome"])
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def share_with_children() -> None:
    """Make child processes count in one folder, which this process reads.

    The children must not import ``prometheus_client`` before: it chooses the folder at import.
    """
    folder = tempfile.mkdtemp(prefix="profiles-metrics-")
    os.environ[FOLDER] = folder
    at_exit(shutil.rmtree, folder, ignore_errors=True)


def registry(*collectors: Collector) -> CollectorRegistry:
    """Return the counters of this process, or of its children, together with these collectors."""
    combined = CollectorRegistry()
    for collector in collectors:
        combined.register(collector)
    if FOLDER in os.environ:
        from prometheus_client.multiprocess import MultiProcessCollector

        # It registers itself.
        MultiProcessCollector(combined)  # type: ignore[no-untyped-call]
    else:
        combined.register(_OwnCounters())
    return combined


class _OwnCounters(Collector):
    """The counters of this process."""

    def collect(self) -> Any:
        return REGISTRY.collect()


def count_request(*, method: str | None, route: str, status: int, seconds: float) -> None:
    """Count an answer by its route: the pattern of the address, which names no one."""
    HTTP_REQUESTS.labels(method if method in _METHODS else "other", route, status).inc()
    HTTP_SECONDS.labels(route).observe(seconds)


async def watch_job(call_next: Callable[[], Awaitable[Any]], context: Any, _worker: Any) -> Any:
    """Add the background job to every log line, and count its outcome.

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
