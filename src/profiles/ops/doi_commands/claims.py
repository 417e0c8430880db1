"""``profiles claims``: list and request claims through the API, with the Python client."""

import csv
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec

import click
import msgspec

from profiles_client import Batch, Claim, ClaimRequest, Profiles, ProfilesError, Result

SOURCES: Final = click.Choice(["orcid_search", "orcid_update"])
LAYOUT: Final = "orcid,doi[,source_id][,claim_action]"
_FAILED: Final = 1


@dataclass(frozen=True, slots=True)
class Connection:
    """The address of the service and the file of its token."""

    url: str
    token_file: Path | None


@click.group()
@click.option(
    "--url",
    envvar="PROFILES_URL",
    default="http://127.0.0.1:8000",
    show_default=True,
    help="the service; also PROFILES_URL",
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="a file that holds the token",
)
@click.pass_context
def claims(context: click.Context, url: str, token_file: Path | None) -> None:
    """List, request and show claims through the API of the service at --url.

    The token is your key (dcp_pat_…) or a service key (dcp_svc_…). It is read from --token-file, or from
    the environment: PROFILES_TOKEN, or the file that PROFILES_TOKEN_FILE names. It is never an argument,
    because other users of this machine could read it.
    """
    context.obj = Connection(url, token_file)


def _token(file: Path | None) -> str:
    path = file or os.environ.get("PROFILES_TOKEN_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise click.ClickException(f"The token's file cannot be read: {error.strerror}") from None
    token = os.environ.get("PROFILES_TOKEN", "").strip()
    if not token:
        raise click.ClickException("Name the token's file with --token-file, or set PROFILES_TOKEN.")
    return token


P = ParamSpec("P")


def _with_profiles(command: Callable[Concatenate[Profiles, P], None]) -> Callable[..., None]:
    """Pass the client to a command, and show the service's errors."""

    @click.pass_obj
    @wraps(command)
    def with_client(connection: Connection, /, *arguments: P.args, **options: P.kwargs) -> None:
        with Profiles(connection.url, token=_token(connection.token_file)) as profiles:
            try:
                command(profiles, *arguments, **options)
            except ProfilesError as error:
                raise click.ClickException(str(error)) from None

    return with_client


@claims.command(name="list")
@click.option("--orcid", default="", help="only this person's")
@click.option("--doi", "dois", multiple=True, help="only this work's; may be repeated")
@click.option("--state", "states", multiple=True, help="only these; may be repeated")
@click.option("--limit", default=25, show_default=True, help="stop after so many; 0: all")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
@_with_profiles
def list_claims(
    profiles: Profiles,
    orcid: str,
    dois: tuple[str, ...],
    states: tuple[str, ...],
    limit: int,
    *,
    as_json: bool,
) -> None:
    """List claims in the order of their creation."""
    listed = profiles.claims.list(orcid=orcid, dois=dois or "", states=states or "")
    for number, claim in enumerate(listed, 1):
        _print(claim, as_json=as_json)
        if number == limit:
            break


@claims.command()
@click.argument("orcid")
@click.argument("doi")
@click.option("--source", type=SOURCES, default="orcid_search", show_default=True)
@click.option("--remove", is_flag=True, help="request the removal of the work")
@click.option("--json", "as_json", is_flag=True)
@_with_profiles
def add(profiles: Profiles, orcid: str, doi: str, source: str, *, remove: bool, as_json: bool) -> None:
    """Request the work DOI on the record ORCID. Safe to repeat at any time."""
    action = "delete" if remove else "create"
    _print(profiles.claims.create(orcid=orcid, doi=doi, source=source, action=action), as_json=as_json)


@claims.command()
@click.argument("claim_id")
@click.option("--json", "as_json", is_flag=True)
@_with_profiles
def show(profiles: Profiles, claim_id: str, *, as_json: bool) -> None:
    """Show one claim."""
    _print(profiles.claims.get(claim_id), as_json=as_json)


@claims.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--key", default="", help="a name for this request; by default a digest of the claims")
@click.option("--source", type=SOURCES, default="orcid_search", show_default=True,
              help="for lines that name none")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="the results of all items, one JSON object a line")
@_with_profiles
def bulk(profiles: Profiles, file: Path, key: str, source: str, *, as_json: bool) -> None:
    """Request all works of FILE, a thousand in one request; - is standard input.

    FILE is CSV whose first line names its columns (orcid,doi[,source_id][,claim_action]), or JSON lines with
    the same names. Within thirty days the same file only shows the state of its claims; with another --key
    it requests them again. Exits with 1 if an item was refused.
    """
    claim_requests = list(_read_requests(_text(file), source))
    if not claim_requests:
        raise click.ClickException("The file holds no claims.")
    name = key or hashlib.sha256(msgspec.json.encode(claim_requests)).hexdigest()[:32]
    refused = before = 0
    for batch in profiles.batches.create_all(claim_requests, key=name):
        for result in batch.results:
            if as_json:
                click.echo(msgspec.json.encode(result).decode())
            elif result.is_refused:
                click.echo(_refusal(result, before), err=True)
        if not as_json:
            _summary(batch)
        refused += batch.refused
        before += batch.total
    if refused:
        raise click.exceptions.Exit(_FAILED)


@claims.command()
@click.argument("batch_id")
@click.option("--state", "states", multiple=True, help="list only these, refused too; may be repeated")
@click.option("--json", "as_json", is_flag=True, help="the results, one JSON object a line")
@_with_profiles
def batch(profiles: Profiles, batch_id: str, states: tuple[str, ...], *, as_json: bool) -> None:
    """Show the progress of a batch; with --state or --json, the results of its items."""
    if not as_json:
        _summary(profiles.batches.get(batch_id))
    if as_json or states:
        for result in profiles.batches.results(batch_id, states=states):
            if as_json:
                click.echo(msgspec.json.encode(result).decode())
            else:
                click.echo(_refusal(result, 0) if result.is_refused else _line(result, result.claim_id or ""))


def _text(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException("The file is not text in UTF-8.") from None


def _read_requests(text: str, source: str) -> Iterator[ClaimRequest]:
    """Read CSV or JSON lines; the service checks the items."""
    lines = [line for line in text.splitlines() if line.strip()]
    rows: Iterator[dict[str, Any]]
    try:
        is_json = bool(lines) and lines[0].lstrip().startswith("{")
        rows = map(json.loads, lines) if is_json else csv.DictReader(lines)
        for row in rows:
            yield ClaimRequest(
                orcid=str(row.get("orcid") or "").strip(),
                doi=str(row.get("doi") or "").strip(),
                source=str(row.get("source_id") or source).strip(),
                action=str(row.get("claim_action") or "create").strip(),
            )
    except (ValueError, AttributeError, csv.Error) as error:
        raise click.ClickException(f"The file is neither CSV ({LAYOUT}) nor JSON lines: {error}") from None


def _print(claim: Claim, *, as_json: bool) -> None:
    click.echo(msgspec.json.encode(claim).decode() if as_json else _line(claim, claim.id))


def _line(claim: Claim | Result, claim_id: str) -> str:
    problem = claim.problems[0] if claim.problems else None
    words = [claim_id, claim.orcid or "", claim.doi or "", claim.action or "", claim.state or "not shown"]
    return "\t".join([*words, f"{problem.title} [{problem.code}]"] if problem else words)


def _refusal(result: Result, before: int) -> str:
    error = result.refusals[0]
    field = f"{error.source}: " if error.source else ""
    return f"item {before + result.number}: {field}{error.title} [{error.code}] {error.detail}"


def _summary(batch: Batch) -> None:
    states = ", ".join(f"{count} {state}" for state, count in batch.states.items() if count)
    words = f"Batch {batch.id}: {batch.accepted} accepted, {batch.refused} refused"
    click.echo(f"{words}; {states}" if states else words)
