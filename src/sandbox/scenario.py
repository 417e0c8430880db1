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
@click.option("--orcid-url", default=f"http://127.0.0.1:{DEFAULT_PORTS['orcid']}", show_default=True)
@click.option("--globus-url", default=f"http://127.0.0.1:{DEFAULT_PORTS['globus']}", show_default=True)
@click.option("--datacite-url", default=f"http://127.0.0.1:{DEFAULT_PORTS['datacite']}", show_default=True)
def main(*, file: Path, orcid_url: str, globus_url: str, datacite_url: str) -> None:
    """Apply the scenario of FILE to running stand-ins."""
    try:
        scenario = read(file)
        click.echo(scenario.about)
        urls = {"orcid": orcid_url, "globus": globus_url, "datacite": datacite_url}
        for step in play(scenario, urls):
            click.echo(f"done: {step}")
    except (msgspec.MsgspecError, URLError) as error:
        click.echo(f"The scenario cannot be played: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
