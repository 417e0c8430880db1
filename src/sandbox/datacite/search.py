"""Lists of DOIs: filters, order and pages, with the quirks of the real API."""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from sandbox.datacite import matching, moments
from sandbox.datacite.query import BadQueryError, Every, Node, Range, Some, Term, parse
from sandbox.datacite.records import Mark, Record, Records

DEFAULT_SIZE: Final = 25
MAX_SIZE: Final = 1000
WINDOW: Final = 10_000
_KEPT_BY_NEXT: Final = (
    *("query", "provider-id", "client-id", "resource-type-id", "prefix", "published", "created"),
    *("registered", "disable-facets", "detail", "affiliation"),
)
"""Parameters that ``links.next`` keeps; it drops all others (user-id, sort, state, publisher, ...)."""
_FILTERS: Final = {
    "client-id": "client_id",
    "provider-id": "provider_id",
    "prefix": "prefix",
    "state": "state",
    "resource-type-id": "types.resourceTypeGeneral",
}
_YEARS: Final = ("created", "registered", "published")


class CursorError(ValueError):
    """Raised when the cursor is not one of ours."""


@dataclass(frozen=True, slots=True)
class Page:
    """The requested page of a list."""

    size: int
    number: int
    cursor: str | None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of records with its metadata."""

    records: list[Record]
    meta: dict[str, Any]
    next: str | None


def page_from(params: Mapping[str, str]) -> Page:
    """Parse the parameters of a page; silently limit values that are out of bounds."""
    size = min(_whole(params.get("page[size]", ""), DEFAULT_SIZE), MAX_SIZE)
    last = max(WINDOW // size, 1) if size else 1
    asked = max(_whole(params.get("page[number]", ""), 1), 1)
    return Page(size, min(asked, last), params.get("page[cursor]"))


def _whole(text: str, default: int) -> int:
    return int(text[:9]) if text.isascii() and text.isdecimal() else default


def find(
    records: Records,
    params: Mapping[str, str],
    *,
    sees_all: bool,
    has_facets: bool = True,
    clients: Mapping[str, Mapping[str, Any]] | None = None,
) -> ResultPage:
    """Search; a deployment may have its facets switched off. ``clients`` give repositories their names.

    Raises:
        BadQueryError: the query can not be read.
        CursorError: the cursor can not be read.
    """
    params = {name.replace("_", "-"): value for name, value in params.items()}
    page = page_from(params)
    fitting = list(_fitting(records, params, sees_all=sees_all))
    total = len(fitting)
    reachable = total if page.cursor is not None else min(total, WINDOW)
    pages = -(-reachable // page.size) if page.size else 0
    if page.cursor is not None:
        listed_records = _after(sorted(fitting, key=lambda record: record.created), page.cursor)[: page.size]
    else:
        start = (page.number - 1) * page.size
        listed_records = _ordered(fitting, params.get("sort", ""))[start : start + page.size]
    meta: dict[str, Any] = {"total": total, "totalPages": pages}
    if page.cursor is None:
        meta["page"] = page.number
    if total and has_facets and params.get("disable-facets") != "true":
        meta |= _facets(fitting, clients or {})
    is_last = (
        len(listed_records) < page.size or not page.size or (page.cursor is None and page.number == pages)
    )
    return ResultPage(
        listed_records, meta, None if is_last else _next(params, page, listed_records[-1].created)
    )


def _fitting(records: Records, params: Mapping[str, str], *, sees_all: bool) -> Iterable[Record]:
    if params.get("ids"):
        named = (records.get(doi.strip()) for doi in params["ids"].split(","))
        # ``ids`` finds only DataCite's own, even with include-other-registration-agencies.
        return [
            record
            for record in named
            if record and (sees_all or record.is_findable) and record.agency == "datacite"
        ]
    node = _node(params)
    with_others = params.get("include-other-registration-agencies") == "true"
    chosen = matching.candidates(node, records)
    pool: Iterable[Record] = records
    if chosen is not None:
        pool = [record for doi in chosen if (record := records.get(doi))]
    return [
        record
        for record in pool
        if (sees_all or record.is_findable) and (with_others or record.agency == "datacite")
        if matching.fits(node, record)
    ]


def _node(params: Mapping[str, str]) -> Node:
    parts: list[Node] = []
    query = params.get("query", "").strip()
    if query and query != "*":
        parts.append(parse(query))
    user = params.get("user-id", "")
    if user:
        parts.append(Term("creators.nameIdentifiers.nameIdentifier", _as_uri(user), is_phrase=True))
    for name, field in _FILTERS.items():
        text = params.get(name, "")
        if text:
            parts.append(_one_of(field, text))
    for name in _YEARS:
        if params.get(name):
            years = params[name].split(",")
            parts.append(Range(name, min(years), max(years), with_low=True, with_high=True))
    node: Node = Every(tuple(parts))
    try:
        matching.check(node)
    except ValueError as error:
        raise BadQueryError(str(error)) from error
    return node


def _one_of(field: str, text: str) -> Node:
    return Some(tuple(Term(field, _spelled(field, each), is_phrase=True) for each in text.split(",")))


def _spelled(field: str, text: str) -> str:
    """Return a value of a filter as the records spell it: ``journal-article`` is ``JournalArticle`` there."""
    if field != "types.resourceTypeGeneral":
        return text.strip().lower()
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_ ]", text.strip()))


def _as_uri(user: str) -> str:
    return user if user.startswith("http") else f"https://orcid.org/{user.rpartition('/')[2]}"


def _ordered(fitting: list[Record], sort: str) -> list[Record]:
    name, backwards = sort.removeprefix("-"), sort.startswith("-")
    keys: dict[str, Callable[[Record], Any]] = {
        "name": lambda record: record.doi,
        "created": lambda record: record.created,
        "updated": lambda record: record.updated,
        "published": lambda record: str(record.attributes.get("published") or ""),
        "title": _title,
        "view-count": lambda record: record.attributes.get("viewCount") or 0,
        "download-count": lambda record: record.attributes.get("downloadCount") or 0,
        "citation-count": lambda record: record.attributes.get("citationCount") or 0,
    }
    if name == "relevance":
        return fitting
    if name not in keys:
        name, backwards = "updated", True
    return sorted(fitting, key=keys[name], reverse=backwards)


def _title(record: Record) -> str:
    titles = record.attributes.get("titles") or [{}]
    return str(titles[0].get("title") or "")


def _after(listed_records: list[Record], cursor: str) -> list[Record]:
    if cursor == "1":
        return listed_records
    mark = _mark(cursor)
    return [record for record in listed_records if record.created > mark]


def _mark(cursor: str) -> Mark:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        moment, _, doi = text.partition(",")
        return int(moment), doi
    except (binascii.Error, ValueError) as error:
        raise CursorError("Invalid base64 used for cursor") from error


def _next(params: Mapping[str, str], page: Page, mark: Mark) -> str:
    kept = {name: params[name] for name in _KEPT_BY_NEXT if params.get(name)}
    if page.cursor is not None:
        text = f"{mark[0]},{mark[1]}".encode()
        kept["page[cursor]"] = base64.urlsafe_b64encode(text).rstrip(b"=").decode()
    else:
        kept["page[number]"] = str(page.number + 1)
    return urlencode({**kept, "page[size]": page.size})


def _facets(fitting: list[Record], clients: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    kinds = _counted((record.attributes.get("types") or {}).get("resourceTypeGeneral") for record in fitting)
    years = _counted(str(record.attributes.get("publicationYear") or "") for record in fitting)
    repositories = _counted(record.client for record in fitting)
    return {
        "states": _counted(record.attributes.get("state") for record in fitting),
        # Filters and metadata spell types differently: journal-article, JournalArticle.
        "resourceTypes": [{**kind, "id": _dashed(kind["title"])} for kind in kinds],
        "created": _counted(moments.year(record.created[0]) for record in fitting),
        "published": sorted(years, key=lambda year: str(year["id"]), reverse=True),
        "clients": [
            {**one, "title": clients.get(one["id"], {}).get("name", one["id"])} for one in repositories
        ],
        "prefixes": _counted(record.doi.partition("/")[0] for record in fitting),
    }


def _dashed(kind: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind).lower()


def _counted(values: Iterable[str | None]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for value in values:
        if value:
            counts[value] = counts.get(value, 0) + 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"id": value, "title": value, "count": count} for value, count in ranked[:10]]
