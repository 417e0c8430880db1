"""The worker process: run lanes of claims and background jobs on one event loop."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import structlog
from django.conf import settings

from profiles.infra import gc_tuning, wiring
from profiles.infra.monitoring import logs
from profiles.infra.postgres import async_connections
from profiles.jobs.job_runner import keep_running_jobs
from profiles.jobs.lane_worker import LaneWorker, run_lane_workers
from profiles.pipeline.push.batch import Pusher
from profiles.pipeline.push.calls import Tools
from profiles.pipeline.push.checks import PreconditionReader
from profiles.pipeline.push.rate import Pacing
from profiles.pipeline.works.own_record import our_clients

log = structlog.get_logger(__name__)


def run(*, lanes: int, with_jobs: bool) -> None:
    """Work until SIGTERM or SIGINT; then finish what is under way."""
    logs.configure(settings.ENVIRONMENT.LOG_LEVEL)
    gc_tuning.freeze_and_relax()
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(_work(lanes=lanes, with_jobs=with_jobs))


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's event loop where it is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _work(*, lanes: int, with_jobs: bool) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        stopping.set()
        _end_in(settings.ENVIRONMENT.PROFILES_STOP_SECONDS)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    log.info("worker.started", lanes=lanes, jobs=with_jobs)
    async with make_pusher() as pusher, asyncio.TaskGroup() as group:
        group.create_task(run_lane_workers(lambda: LaneWorker(pusher, slots=lanes), stopping))
        if with_jobs:
            group.create_task(keep_running_jobs(stopping))
    log.info("worker.stopped")


def _end_in(seconds: float) -> None:
    """End this process when it has not ended by then: no thread of a job may keep it from that."""

    def end() -> None:
        log.error("worker.stop_overdue", seconds=seconds)
        os._exit(1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


@contextlib.asynccontextmanager
async def make_pusher() -> AsyncIterator[Pusher]:
    """Open what a push needs, for as long as this process works."""
    env = settings.ENVIRONMENT
    limit = wiring.orcid_limit()
    # One worker may reserve the calls of a third of a second.
    pacing = Pacing(
        lambda: async_connections.connect("profiles pacing"),
        limit=limit,
        burst_share=max(1, int(limit.rate / 3)),
    )
    async with (
        contextlib.aclosing(pacing),
        wiring.http_client(in_flight=env.PROFILES_ORCID_IN_FLIGHT) as http,
    ):
        longest_call = timedelta(seconds=env.PROFILES_CALL_SECONDS)
        yield Pusher(
            Tools(
                works=wiring.orcid_works(http),
                vault=wiring.vault(),
                pacing=pacing,
                preconditions=PreconditionReader(pacing.database, longest_call=longest_call),
                longest_call=longest_call,
                own_clients=our_clients(),
            ),
            wiring.datacite(http),
            sandbox_ids="sandbox.orcid.org" in env.ORCID_URL,
        )
