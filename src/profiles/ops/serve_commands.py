"""Commands that run the web server and the worker."""

import atexit
import multiprocessing
import os
import resource
import sys
from typing import Any, Final, NoReturn

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from profiles.config.env import environment
from profiles.infra.monitoring import telemetry
from profiles.infra.monitoring.metrics import share_with_children
from profiles.ops.django_setup import start_django
from profiles.ops.doctor_command import refuse_fatal_settings

MAX_CONNECTIONS: Final = 4_000
"""Open connections in each web process at most; most of them are idle between two requests."""
IDLE_SECONDS: Final = 75
"""Seconds that a connection may stay idle, or take to send its headers.

Load balancers keep connections for 60 seconds; if we closed one sooner, their next request could fail.
"""
KILL_SECONDS: Final = 10
"""Seconds after which a process that was asked to stop is killed."""
OTHER_FILES: Final = 500
"""Open files of a web process that are not connections of clients: databases, other services, code."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, help="port to listen on")
@click.option("--processes", "--workers", "processes", default=1, show_default=True, help="web processes")
@click.option("--threads", default=8, show_default=True, help="threads in each process")
def serve(host: str, port: int, processes: int, threads: int) -> None:
    """Answer browsers and services (Granian, RSGI)."""
    refuse_fatal_settings()
    # This process has checked the database and serves metrics from a thread, so its children are not forked.
    multiprocessing.set_start_method("spawn")
    metrics_port = environment().PROFILES_METRICS_PORT
    if metrics_port:
        share_with_children()
        start_django()
        from profiles.infra.postgres.silence import silence
        from profiles.ops import monitoring

        silence.limit = environment().PROFILES_DATABASE_SECONDS
        monitoring.start(metrics_port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    os.environ["PROFILES_WEB_THREADS"] = str(threads)
    make_server("profiles.config.rsgi:application", host=host, port=port, workers=processes).serve()


def make_server(target: str, *, host: str, port: int, workers: int = 1, idle: int = IDLE_SECONDS) -> Any:
    """Return the web server for an RSGI application, with its limits."""
    return Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        # Granian limits the time for headers only for HTTP/1.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=idle * 1000),
        websockets=False,
        workers=workers,
        backlog=MAX_CONNECTIONS,
        backpressure=connections_allowed(),
        workers_kill_timeout=KILL_SECONDS,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    )


def connections_allowed() -> int:
    """Raise the limit of open files as far as needed and possible; return how many connections it allows."""
    wanted = MAX_CONNECTIONS + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MAX_CONNECTIONS
    allowed = max(soft - OTHER_FILES, OTHER_FILES)
    click.echo(f"only {allowed} connections at once: raise the limit of open files (ulimit -n)", err=True)
    return allowed


@click.command()
@click.option("--lanes", default=128, show_default=True, help="ORCID records worked on at once")
@click.option("--jobs/--no-jobs", default=True, show_default=True, help="also run background jobs")
def worker(lanes: int, *, jobs: bool) -> None:
    """Push claims to ORCID, and run background jobs, until stopped."""
    refuse_fatal_settings()
    telemetry.start(role="worker")
    start_django()
    from profiles.jobs.worker import run
    from profiles.ops import monitoring
    from profiles.ops.restore.after_restore_command import refuse_restored_database

    refuse_restored_database()
    monitoring.start(environment().PROFILES_WORKER_METRICS_PORT)
    run(lanes=lanes, with_jobs=jobs)
    _end_process()


def _end_process() -> NoReturn:
    """End this process without Python's own clean-up, once nothing is under way.

    Threads for calls, metrics and error reports run until the end, and can block that clean-up for good. No
    thread runs any more then that could notice.
    """
    atexit._run_exitfuncs()  # noqa: SLF001  error reports and traces are sent by these
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)
