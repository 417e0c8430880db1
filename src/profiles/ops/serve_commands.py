"""The service's processes: web server and worker; and the database's shape."""

import multiprocessing
import os
import resource
from typing import Any, Final

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from profiles.config.env import environment
from profiles.infra.metrics import share_with_children
from profiles.ops.django_setup import start_django
from profiles.ops.doctor_command import refuse_fatal_settings

MAX_CONNECTIONS: Final = 4_000
"""So many connections each web process holds open at most; most of them are idle between two requests."""
IDLE_SECONDS: Final = 75
"""So long a connection may stay idle, or take to send its headers.

Load balancers keep connections for 60 seconds; one that we closed sooner would meet their next request.
"""
KILL_SECONDS: Final = 10
"""A process that was told to stop and has not ended by then is killed."""
FILES_BESIDE: Final = 500
"""Open files of a web process that are no connections: databases, outside services, the code."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, help="port to listen on")
@click.option("--workers", default=1, show_default=True, help="processes")
@click.option("--threads", default=8, show_default=True, help="threads in each process")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Answer browsers and services (Granian, RSGI)."""
    refuse_fatal_settings()
    metrics_port = environment().PROFILES_METRICS_PORT
    if metrics_port:
        # This process has a thread that answers, so its children are not forked from it.
        multiprocessing.set_start_method("spawn")
        share_with_children()
        start_django()
        from profiles.ops import watching

        watching.start(metrics_port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    os.environ["PROFILES_WEB_THREADS"] = str(threads)
    make_server("profiles.config.rsgi:application", host=host, port=port, workers=workers).serve()


def make_server(target: str, *, host: str, port: int, workers: int = 1, idle: int = IDLE_SECONDS) -> Any:
    """Make the web server for an RSGI application, with its limits."""
    return Granian(
        target,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        # Only connections of HTTP/1 have a time limit for their headers.
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
    """Raise the limit of open files as far as needed and possible; say how many connections that allows."""
    wanted = MAX_CONNECTIONS + FILES_BESIDE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return MAX_CONNECTIONS
    allowed = max(soft - FILES_BESIDE, FILES_BESIDE)
    click.echo(f"only {allowed} connections at once: raise the limit of open files (ulimit -n)", err=True)
    return allowed


@click.command()
@click.option("--lanes", default=128, show_default=True, help="ORCID records worked on at once")
@click.option("--jobs/--no-jobs", default=True, show_default=True, help="also run background jobs")
def worker(lanes: int, *, jobs: bool) -> None:
    """Push claims to ORCID, and run background jobs, until stopped."""
    refuse_fatal_settings()
    start_django()
    from profiles.jobs.worker import run
    from profiles.ops import watching

    watching.start(environment().PROFILES_WORKER_METRICS_PORT)
    run(lanes=lanes, with_jobs=jobs)


@click.command()
@click.option("--check", is_flag=True, help="only say whether something is to be done")
def migrate(*, check: bool) -> None:
    """Bring the database into shape; safe to run while the service runs, and twice."""
    start_django()
    from django.core.management import call_command

    call_command("migrate", check_unapplied=check, verbosity=0, interactive=False)
    click.echo(f"database is in shape for {environment().SITE_TITLE}")
