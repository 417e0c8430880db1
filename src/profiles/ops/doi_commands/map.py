"""``profiles map``: show the ORCID work of a DOI, and which metadata are not sent."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from profiles.domain.ids import parse_doi, parse_orcid_id
from profiles.domain.mapping.report import as_json, as_text, report

Fetch = Callable[[str], bytes]
"""Fetch the record of a DOI from DataCite, unchanged."""


def fetch_from_datacite(doi: str) -> bytes:
    """Fetch a record from the DataCite REST API of the environment."""
    from profiles.ops.django_setup import start_django

    start_django()
    from profiles.clients.blocking import call
    from profiles.clients.errors import ServiceError
    from profiles.pipeline.sync_clients import datacite

    try:
        return call(datacite().doi(doi))
    except ServiceError as error:
        raise click.ClickException(f"{doi}: {error.entry.title}") from error


def map_command(fetch: Fetch) -> click.Command:
    """Return the command; it calls ``fetch`` for DOIs, and reads files without it."""

    @click.command("map")
    @click.argument("sources", metavar="DOI|FILE...", nargs=-1, required=True)
    @click.option("--json", "as_lines", is_flag=True, help="one line of JSON for each record")
    @click.option("--owner", metavar="ORCID", help="map for the record of this iD")
    def show(sources: tuple[str, ...], *, as_lines: bool, owner: str | None) -> None:
        """Show the ORCID work of each record, and what was left out and why.

        FILE holds records of DataCite's REST API: one on each line, a single one, or a page of them;
        "-" reads from standard input.
        """
        orcid_id = parse_orcid_id(owner) if owner else None
        if owner and orcid_id is None:
            raise click.ClickException(f"{owner} is not an ORCID iD")
        for raw in records(sources, fetch):
            mapped = report(raw, orcid_id)
            if as_lines:
                click.echo(as_json(mapped))
            else:
                click.echo(as_text(mapped) + "\n")

    return show


def records(sources: tuple[str, ...], fetch: Fetch) -> Iterator[bytes]:
    """Return the records of all sources, one after the other."""
    for source in sources:
        if source == "-":
            yield from in_file(sys.stdin.buffer)
        elif Path(source).is_file():
            with Path(source).open("rb") as file:
                yield from in_file(file)
        elif doi := parse_doi(source):
            yield fetch(doi)
        else:
            raise click.ClickException(f"{source} is neither a file nor a DOI")


def in_file(file: BinaryIO) -> Iterator[bytes]:
    """Yield the records of a file line by line; only a document over many lines is read as a whole."""
    first = next((line for line in file if line.strip()), b"").removeprefix(b"\xef\xbb\xbf")
    if not first:
        return
    document = _whole(first)
    if document is None and _begins_a_document(first):
        yield from _of_document(first + file.read())
        return
    yield from _of_document(first)
    for line in file:
        if line.strip():
            yield from _of_document(line)


def _begins_a_document(line: bytes) -> bool:
    """Tell whether a line is the first of a document that is written over many lines."""
    return line.strip() in {b"{", b"["} or line.rstrip().endswith((b"{", b"[", b","))


def _whole(text: bytes) -> msgspec.Raw | None:
    try:
        return msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Page(msgspec.Struct):
    """An answer of the API with many records."""

    data: list[msgspec.Raw]


def _of_document(text: bytes) -> list[bytes]:
    """Return the records of a page or a list; a single record, or unreadable input, unchanged."""
    try:
        if text.lstrip().startswith(b"["):
            return [bytes(record) for record in msgspec.json.decode(text, type=list[msgspec.Raw])]
        if b'"data"' in text:
            return [bytes(record) for record in msgspec.json.decode(text, type=_Page).data]
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    return [text]


command = map_command(fetch_from_datacite)
