"""``python -m sandbox``: run all stand-ins in one process until it is stopped."""

import asyncio
import signal
import sys
from pathlib import Path

import click
from aiohttp import web

from sandbox.people import read_people
from sandbox.serving import DEFAULT_PORTS, DOIS_FILE, PEOPLE_FILE, Plan, start, stop

_SERVICE_NAMES = {
    "orcid": "ORCID",
    "globus": "Globus Auth",
    "datacite": "DataCite REST API",
    "commons": "DataCite Commons",
    "fabrica": "DataCite Fabrica",
    "mail": "a mailbox",
}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--bind", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--orcid-port", default=DEFAULT_PORTS["orcid"], show_default=True)
@click.option("--globus-port", default=DEFAULT_PORTS["globus"], show_default=True)
@click.option("--datacite-port", default=DEFAULT_PORTS["datacite"], show_default=True)
@click.option("--commons-port", default=DEFAULT_PORTS["commons"], show_default=True)
@click.option("--fabrica-port", default=DEFAULT_PORTS["fabrica"], show_default=True)
@click.option("--mail-port", default=DEFAULT_PORTS["mail"], show_default=True)
@click.option(
    "--mails",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of mails (.eml) that the mailbox shows.",
)
@click.option(
    "--dois",
    multiple=True,
    type=_FILE,
    help="DOI records, one JSON object per line; repeatable.  [default: dev/dois.jsonl]",
)
@click.option("--people", "people_file", type=_FILE, help="Invented people.  [default: dev/people.json]")
def main(
    *,
    bind: str,
    orcid_port: int,
    globus_port: int,
    datacite_port: int,
    commons_port: int,
    fabrica_port: int,
    mail_port: int,
    mails: Path | None,
    dois: tuple[Path, ...],
    people_file: Path | None,
) -> None:
    """Run stand-ins for ORCID, Globus Auth and DataCite (REST API, Commons, Fabrica), to try things out."""
    people = people_file or (PEOPLE_FILE if PEOPLE_FILE.is_file() else None)
    plan = Plan(
        ports={
            "orcid": orcid_port,
            "globus": globus_port,
            "datacite": datacite_port,
            "commons": commons_port,
            "fabrica": fabrica_port,
            "mail": mail_port,
        },
        bind=bind,
        people=read_people(people) if people else [],
        dois=list(dois) or [file for file in (DOIS_FILE,) if file.is_file()],
        mails=mails,
    )
    try:
        asyncio.run(_serve(plan))
    except (OSError, ValueError) as error:
        click.echo(f"The stand-ins can not start: {error}", err=True)
        sys.exit(1)


async def _serve(plan: Plan) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stopped.set)
    runners: list[web.AppRunner] = []
    try:
        await start(plan, runners)
        for name, url in plan.urls.items():
            click.echo(f"ready: stand-in for {_SERVICE_NAMES[name]} at {url}")
        sys.stdout.flush()
        await stopped.wait()
    finally:
        await stop(runners)


if __name__ == "__main__":
    main()
