"""Lists of claims with their facets, in a fixed number of queries however many there are."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.db import connection

from profiles.api.errors import ApiError
from profiles.domain.ids import parse_doi, parse_orcid_id

MAX_SIZE: Final = 1000
MAX_DEPTH: Final = 10_000
DEFAULT_SIZE: Final = 25
COLUMNS: Final = (
    "id, uuid, orcid_id, doi, origin, state, action, problem, put_code, claimed_at, created_at, updated_at"
)
ORDERS: Final = {
    "relevance": "updated_at DESC, id DESC",
    "doi": "doi, id",
    "-doi": "doi DESC, id DESC",
    "orcid": "orcid_id, id",
    "-orcid": "orcid_id DESC, id DESC",
    "created": "created_at, id",
    "-created": "created_at DESC, id DESC",
    "updated": "updated_at, id",
    "-updated": "updated_at DESC, id DESC",
}
_FACETS: Final = """
SELECT grouping(year, origin, orcid_id, action, state) AS kind, year, origin, orcid_id, action, state,
    count(*)
FROM (
    SELECT extract(year FROM created_at)::int::text AS year, origin, orcid_id, action,
        CASE state WHEN 'working' THEN 'waiting' ELSE state END AS state
    FROM claims_claim WHERE {where}
) found
GROUP BY GROUPING SETS ((), (year), (origin), (orcid_id), (action), (state))
"""
_KINDS: Final = {
    0b01111: "created",
    0b10111: "sources",
    0b11011: "users",
    0b11101: "claimActions",
    0b11110: "states",
}
_ALL: Final = 0b11111
_MOST_USERS: Final = 15


@dataclass(slots=True)
class Query:
    """A condition in SQL with its values."""

    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """Narrow the list."""
        self.conditions.append(condition)
        self.values += values

    @property
    def where(self) -> str:
        """The whole condition."""
        return " AND ".join(self.conditions) or "true"


def query_of(parameters: Mapping[str, str]) -> Query:
    """Read the filters of the outer contract; unknown ones are left alone, as they always were."""
    query = Query()
    if "user-id" in parameters:
        query.add("orcid_id = %s", parse_orcid_id(parameters["user-id"]) or "")
    dois = [*_dois(parameters.get("dois", "")), *_dois(parameters.get("doi", ""))]
    if dois:
        query.add("doi = ANY(%s)", dois)
    if "ids" in parameters:
        query.add("uuid::text = ANY(%s)", _commas(parameters["ids"].lower()))
    if "source-id" in parameters:
        query.add("origin = ANY(%s)", _commas(parameters["source-id"]))
    if "claim-action" in parameters:
        query.add("action = ANY(%s)", _commas(parameters["claim-action"]))
    if "state" in parameters:
        states = _commas(parameters["state"])
        query.add("state = ANY(%s)", [*states, *(["working"] if "waiting" in states else [])])
    for name in ("created", "claimed"):
        if name in parameters:
            _years(query, f"{name}_at", parameters[name])
    if "query" in parameters:
        _text(query, parameters["query"])
    return query


def _commas(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _dois(text: str) -> list[str]:
    """Read a comma list of DOIs; a part that is none belongs to the one before, whose name holds a comma."""
    if not text:
        return []
    joined: list[str] = []
    for part in text.split(","):
        if parse_doi(part) or not joined:
            joined.append(part)
        else:
            joined[-1] += f",{part}"
    return [parse_doi(part) or part.strip().lower() for part in joined]


def _years(query: Query, column: str, text: str) -> None:
    years = sorted(int(part) for part in _commas(text) if part.isdigit() and len(part) == 4)  # noqa: PLR2004
    if not years:
        raise ApiError(400, f"{column.removesuffix('_at')} takes a year or two, such as 2025 or 2024,2025.")
    begin = "make_timestamptz(%s, 1, 1, 0, 0, 0, 'UTC')"
    query.add(f"{column} >= {begin} AND {column} < {begin}", years[0], years[-1] + 1)


def _text(query: Query, text: str) -> None:
    """Search: an iD or a DOI is looked up, anything else is searched within DOIs."""
    orcid_id, doi = parse_orcid_id(text), parse_doi(text)
    if orcid_id:
        query.add("orcid_id = %s", orcid_id)
    elif doi:
        query.add("doi = %s", doi)
    else:
        query.add("position(%s in doi) > 0", text.strip().lower())


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the list is asked for."""

    number: int
    size: int
    cursor: tuple[str, int] | None
    by_cursor: bool
    order: str


def page_of(parameters: Mapping[str, str]) -> Page:
    """Read ``page[...]`` and ``sort``.

    Raises:
        ApiError: a value has no meaning; the message says what is accepted.
    """
    size = _number(parameters.get("page[size]", str(DEFAULT_SIZE)), "page[size]", 0, MAX_SIZE)
    number = _number(parameters.get("page[number]", "1"), "page[number]", 1, MAX_DEPTH)
    sort = parameters.get("sort", "-updated")
    if sort not in ORDERS:
        raise ApiError(400, f"sort takes one of {', '.join(ORDERS)}.")
    if size and number * size > MAX_DEPTH:
        number = max(1, MAX_DEPTH // size)
    text = parameters.get("page[cursor]", "")
    return Page(number, size, _read_cursor(text), bool(text), ORDERS[sort])


def _number(text: str, name: str, least: int, most: int) -> int:
    if not text.isdigit() or len(text) > 9:  # noqa: PLR2004  longer than any page
        raise ApiError(400, f"{name} takes a whole number from {least} to {most}.")
    return min(max(int(text), least), most)


def _read_cursor(text: str) -> tuple[str, int] | None:
    if text in {"", "1"}:
        return None
    try:
        moment, _, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(",")
        return moment, int(number)
    except (ValueError, binascii.Error, UnicodeDecodeError):
        raise ApiError(400, "page[cursor] takes 1, or the cursor of a page's next link.") from None


def _write_cursor(row: Mapping[str, Any]) -> str:
    return (
        base64.urlsafe_b64encode(f"{row['created_at'].isoformat()},{row['id']}".encode()).decode().rstrip("=")
    )


def fetch(query: Query, page: Page) -> list[dict[str, Any]]:
    """Read one page of rows."""
    values = list(query.values)
    where, order, offset = query.where, page.order, ""
    if page.by_cursor:
        order = "created_at, id"
        if page.cursor:
            where += " AND (created_at, id) > (%s::timestamptz, %s)"
            values += page.cursor
    else:
        offset = f" OFFSET {(page.number - 1) * page.size}"
    sql = f"SELECT {COLUMNS} FROM claims_claim WHERE {where} ORDER BY {order} LIMIT {page.size}{offset}"  # noqa: S608
    return rows(sql, values)


def rows(sql: str, values: Iterable[Any]) -> list[dict[str, Any]]:
    """Run a query of ours and name the columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def meta(query: Query, page: Page) -> dict[str, Any]:
    """Count the whole list and its facets, in one query; an empty list has no facets."""
    counted = rows(_FACETS.format(where=query.where), query.values)
    total = next((row["count"] for row in counted if row["kind"] == _ALL), 0)
    result: dict[str, Any] = {
        "total": total,
        "totalPages": -(-total // page.size) if page.size else 0,
        "page": page.number,
    }
    if not total:
        return result
    for kind, name in _KINDS.items():
        found = [_facet(row, name) for row in counted if row["kind"] == kind]
        found.sort(key=lambda one: (-one["count"], one["id"]) if name != "created" else (0, one["id"]))
        result[name] = found[:_MOST_USERS] if name == "users" else found
    return result


def _facet(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    column = {
        "created": "year",
        "sources": "origin",
        "users": "orcid_id",
        "claimActions": "action",
        "states": "state",
    }
    value = row[column[name]]
    title = value if name in {"created", "users"} else value.replace("_", " ").title()
    return {"id": value, "title": title, "count": row["count"]}


def links(
    url: str, given: Mapping[str, str], page: Page, found: list[dict[str, Any]], total: int
) -> dict[str, str]:
    """Return ``self`` and, where there is more, ``next``; both keep every filter."""
    result = {"self": f"{url}?{urlencode(given)}" if given else url}
    if page.by_cursor:
        if page.size and len(found) == page.size:
            result["next"] = f"{url}?{urlencode({**given, 'page[cursor]': _write_cursor(found[-1])})}"
    elif page.size and page.number * page.size < min(total, MAX_DEPTH):
        result["next"] = (
            f"{url}?{urlencode({**given, 'page[number]': page.number + 1, 'page[size]': page.size})}"
        )
    return result
