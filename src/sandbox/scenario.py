"""``python -m sandbox.scenario FILE``: apply a scenario to running stand-ins.

A scenario is a JSON object: ``about`` describes its purpose, ``steps`` are requests, each with ``say`` (its
meaning), ``to`` (orcid, globus or datacite), ``method``, ``path`` and ``send``.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import click
import msgspec

from sandbox.serving import DEFAULT_PORTS

_LIMIT = 30


class Step(msgspec.Struct, forbid_unknown_fields=True):
    """One request to a stand-in."""

    say: str
    to: str
    path: str
    method: str = "POST"
    send: Any = None


class Scenario(msgspec.Struct, forbid_unknown_fields=True):
    """A purpose and the requests that set it up."""

    about: str
    steps: list[Step]


def read(path: Path) -> Scenario:
    """Read a scenario.

    Raises:
        msgspec.MsgspecError: the file is not a scenario; the text says why.
    """
    return msgspec.json.decode(path.read_bytes(), type=Scenario)


def play(scenario: Scenario, urls: dict[str, str]) -> Iterator[str]:
    """Send the requests in order, and yield the meaning of each.

    Raises:
        OSError: a stand-in does not answer, or refuses.
    """
    for step in scenario.steps:
        request = Request(  # noqa: S310 -- the addresses are those of our own stand-ins
            urls[step.to] + step.path,
            data=None if step.send is None else json.dumps(step.send).encode(),
            method=step.method,
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=_LIMIT):  # noqa: S310
            yield step.say


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--port-shift",
    envvar="PROFILES_PORT_SHIFT",
    default=0,
    show_default=True,
    help="added to each usual port, as the demo says where it had to move",
)
@click.option("--orcid-url", help="in place of the usual address; likewise the others")
@click.option("--globus-url")
@click.option("--datacite-url")
def main(
    *, file: Path, port_shift: int, orcid_url: str | None, globus_url: str | None, datacite_url: str | None
) -> None:
    """Apply the scenario of FILE to running stand-ins."""
    try:
        scenario = read(file)
        click.echo(scenario.about)
        given = {"orcid": orcid_url, "globus": globus_url, "datacite": datacite_url}
        urls = {
            name: url or f"http://127.0.0.1:{DEFAULT_PORTS[name] + port_shift}" for name, url in given.items()
        }
        for step in play(scenario, urls):
            click.echo(f"done: {step}")
    except (msgspec.MsgspecError, URLError) as error:
        click.echo(f"The scenario cannot be played: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
