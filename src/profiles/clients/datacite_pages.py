"""Reading a page of DOIs: one damaged record must not keep a thousand others, or all later pages, away.

A half of a character or a control character in one record makes the whole page invalid JSON. So what cannot
be read strictly is read leniently, and what cannot be read at all is cut into its records: each goes on by
itself, and the caller sets the damaged one aside.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import structlog

from profiles.domain.records.loose_json import DECODE_ERRORS, NotJsonError, read_json

log = structlog.get_logger("profiles.http")


class Page(msgspec.Struct):
    """The records as they came, and what the page says of itself."""

    records: list[bytes]
    links: dict[str, Any]
    meta: dict[str, Any]


class _Strict(msgspec.Struct):
    data: list[msgspec.Raw]
    links: dict[str, Any] = {}
    meta: dict[str, Any] = {}


_strict: Final = msgspec.json.Decoder(_Strict)
_encode: Final = msgspec.json.Encoder().encode
_lenient: Final = json.JSONDecoder(strict=False)

_BEGIN: Final = re.compile(r'"data"\s*:\s*\[')
_RECORD: Final = re.compile(r'\{\s*"id"\s*:\s*"10\.[^"]*"\s*,\s*"type"\s*:\s*"dois"\s*,\s*"attributes"\s*:')
"""How a record begins. Records name others by id and type, but without attributes."""
_END: Final = re.compile(r'\]\s*,\s*(?="(?:meta|links)"\s*:\s*\{)')


def read_page(body: bytes) -> Page | None:
    """Read a page; None when it is not valid JSON or was cut off."""
    try:
        page = _strict.decode(body)
    except DECODE_ERRORS:
        return _salvaged(body)
    return Page([bytes(record) for record in page.data], page.links, page.meta)


class _Single(msgspec.Struct):
    data: msgspec.Raw


_single: Final = msgspec.json.Decoder(_Single)


def read_single(body: bytes) -> bytes | None:
    """Read the answer about one DOI, forgiving what can be forgiven; None when it is none."""
    try:
        return bytes(_single.decode(body).data)
    except DECODE_ERRORS:
        pass
    try:
        found = read_json(body)
    except NotJsonError:
        return None
    record = found.get("data") if isinstance(found, dict) else None
    return _encode(record) if isinstance(record, dict) else None


def _salvaged(body: bytes) -> Page | None:
    page = _loosely(body) or _in_pieces(body.decode(errors="replace"))
    if page is not None:
        log.warning("datacite.page_damaged", records=len(page.records))
    return page


def _loosely(body: bytes) -> Page | None:
    """Read the page as a whole, forgiving what can be forgiven."""
    try:
        found = read_json(body)
    except NotJsonError:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("data"), list):
        return None
    return Page([_encode(record) for record in found["data"]], _dict(found, "links"), _dict(found, "meta"))


def _in_pieces(text: str) -> Page | None:
    """Cut the page into its records; the end, which says where the next page begins, must be whole."""
    begin = _BEGIN.search(text)
    ends = list(_END.finditer(text))
    if begin is None or not ends:
        return None
    end = ends[-1]
    try:
        said = json.loads("{" + text[end.end() :])
    except ValueError:
        return None
    pieces = _pieces(text[begin.end() : end.start()])
    return Page(
        [piece.encode(errors="replace") for piece in pieces], _dict(said, "links"), _dict(said, "meta")
    )


def _pieces(text: str) -> Iterator[str]:
    """Go through the records of a list; one that cannot be read reaches to where the next one begins."""
    place = 0
    while place < len(text):
        if text[place] in ", \t\r\n":
            place += 1
            continue
        try:
            _record, stop = _lenient.raw_decode(text, place)
        except (ValueError, RecursionError):
            following = _RECORD.search(text, place + 1)
            stop = following.start() if following else len(text)
        yield text[place:stop]
        place = stop


def _dict(found: dict[str, Any], key: str) -> dict[str, Any]:
    value = found.get(key)
    return value if isinstance(value, dict) else {}
