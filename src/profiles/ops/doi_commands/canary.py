"""``profiles canary``: add, change and remove one work on a record of ORCID's sandbox, by our workers."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import click

from profiles.config.env import Environment, environment
from profiles.ops.django_setup import start_django

SANDBOX_HOST = "api.sandbox.orcid.org"


def is_sandbox(env: Environment) -> bool:
    """Tell whether works go to ORCID's sandbox, or to a stand-in on this machine."""
    host = urlsplit(env.ORCID_API_URL).hostname
    return host == SANDBOX_HOST or (env.is_local and host in {"127.0.0.1", "localhost", "::1"})


@click.command()
@click.argument("orcid")
@click.argument("doi")
@click.option("--seconds", default=120.0, show_default=True, help="how long each step may take")
def canary(orcid: str, doi: str, seconds: float) -> None:
    """Add the work DOI to the record ORCID, send it again, remove it, and say how long each step took.

    For ORCID's sandbox only. The record's owner must have given the permission for Search & Link here, and a
    worker must run. Ends with exit code 1 if a step fails.
    """
    env = environment()
    if not is_sandbox(env):
        raise click.ClickException(
            f"The canary writes to a record, and {env.ORCID_API_URL} is not ORCID's sandbox. "
            "In production the quiet-time probe is enough: PROFILES_PROBE_ORCID."
        )
    start_django()
    from profiles.claims import services
    from profiles.claims.campaigns import send_again
    from profiles.claims.selectors import claim_of
    from profiles.claims.services import ClaimRequest
    from profiles.domain.claim import ClaimAction, Origin
    from profiles.domain.ids import parse_doi, parse_orcid_id

    orcid_id, name = parse_orcid_id(orcid), parse_doi(doi)
    if orcid_id is None or name is None:
        raise click.ClickException("Name an ORCID iD and a DOI.")

    def request(action: ClaimAction) -> None:
        services.request_claim(
            ClaimRequest(
                orcid_id, name, Origin.SEARCH_AND_LINK, action, urgent=True, by_owner=True, actor="canary"
            )
        )

    def again() -> None:
        send_again(orcid_id=orcid_id, doi=name, actor="canary", note="canary")

    steps: list[tuple[str, Callable[[], Any], str]] = [
        ("add", lambda: request(ClaimAction.CREATE), "done"),
        ("update", again, "done"),
        ("remove", lambda: request(ClaimAction.DELETE), "deleted"),
    ]
    for step, start, wanted in steps:
        began = time.monotonic()
        start()
        claim = claim_of(orcid_id, name)
        while claim and claim.state in {"waiting", "working"} and time.monotonic() - began < seconds:
            time.sleep(0.2)
            claim = claim_of(orcid_id, name)
        if claim is None or claim.state != wanted:
            raise click.ClickException(f"{step}: {claim.state} {claim.problem}" if claim else f"{step}: none")
        click.echo(f"{step}: {time.monotonic() - began:.1f} s")
