"""The service's processes: web server and worker; and the database's shape."""

import os

import click

from profiles.config.env import environment
from profiles.ops.django_setup import start_django


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", default=8000, show_default=True, help="port to listen on")
@click.option("--workers", default=1, show_default=True, help="processes")
@click.option("--threads", default=4, show_default=True, help="threads in each process")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Answer browsers and services (Granian, WSGI)."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    Granian(
        "profiles.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backpressure=256,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()


@click.command()
@click.option("--lanes", default=128, show_default=True, help="ORCID records worked on at once")
@click.option("--jobs/--no-jobs", default=True, show_default=True, help="also run background jobs")
def worker(lanes: int, *, jobs: bool) -> None:
    """Push claims to ORCID, and run background jobs, until stopped."""
    start_django()
    from profiles.jobs.worker import run

    run(lanes=lanes, with_jobs=jobs)


@click.command()
@click.option("--check", is_flag=True, help="only say whether something is to be done")
def migrate(*, check: bool) -> None:
    """Bring the database into shape; safe to run while the service runs, and twice."""
    start_django()
    from django.core.management import call_command

    call_command("migrate", check_unapplied=check, verbosity=0, interactive=False)
    click.echo(f"database is in shape for {environment().SITE_TITLE}")
