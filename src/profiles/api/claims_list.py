"""Lists of claims with their facets, in two queries however many there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection

from profiles.api.errors import ApiError
from profiles.api.paging import MAX_DEPTH, Page, counted
from profiles.domain.ids import parse_doi, parse_orcid_id

COLUMNS: Final = (
    "id, uuid, orcid_id, doi, origin, state, action, problem, put_code, claimed_at, created_at, updated_at"
)
ORDERS: Final = {
    "relevance": "updated_at DESC, id DESC",
    "doi": "doi, id",
    "-doi": "doi DESC, id DESC",
    "orcid": "orcid_id, doi",
    "-orcid": "orcid_id DESC, doi DESC",
    "created": "created_at, id",
    "-created": "created_at DESC, id DESC",
    "updated": "updated_at, id",
    "-updated": "updated_at DESC, id DESC",
}
USUAL: Final = "-updated"
MOST_NAMES: Final = 1000
"""As many DOIs or ids as one question may name."""
# The newest are counted, and no further than pages go: counting a million takes a second.
_FACETS: Final = f"""
SELECT grouping(year, origin, orcid_id, action, state) AS kind, year, origin, orcid_id, action, state,
    count(*)
FROM (
    SELECT extract(year FROM created_at AT TIME ZONE 'UTC')::int::text AS year, origin, orcid_id, action,
        CASE state WHEN 'working' THEN 'waiting' ELSE state END AS state
    FROM claims_claim WHERE {{where}} ORDER BY updated_at DESC, id DESC LIMIT {MAX_DEPTH + 1}
) found
GROUP BY GROUPING SETS ((), (year), (origin), (orcid_id), (action), (state))
"""  # noqa: S608  nothing of a caller's
_KINDS: Final = {
    0b01111: ("created", "year"),
    0b10111: ("sources", "origin"),
    0b11011: ("users", "orcid_id"),
    0b11101: ("claimActions", "action"),
    0b11110: ("states", "state"),
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

    def only_of(self, orcid_id: str) -> None:
        """Narrow the list to one person's."""
        self.add("orcid_id = %s", orcid_id)

    def only_of_shown_people(self) -> None:
        """Leave out what is about people who hide their record."""
        self.add("orcid_id NOT IN (SELECT orcid_id FROM accounts_account WHERE NOT is_public)")

    @property
    def where(self) -> str:
        """The whole condition."""
        return " AND ".join(self.conditions) or "true"


def query_of(parameters: Mapping[str, str]) -> Query:
    """Read the filters of the outer contract; unknown ones are left alone, as they always were."""
    query = Query()
    if "user-id" in parameters:
        query.only_of(parse_orcid_id(parameters["user-id"]) or "")
    dois = [*_dois(parameters.get("dois", "")), *_dois(parameters.get("doi", ""))]
    if dois:
        query.add("doi = ANY(%s)", _no_more_than(dois))
    if "ids" in parameters:
        query.add("uuid::text = ANY(%s)", _no_more_than(_commas(parameters["ids"].lower())))
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


def _no_more_than(names: list[str]) -> list[str]:
    if len(names) > MOST_NAMES:
        raise ApiError(400, f"One question may name up to {MOST_NAMES}.")
    return names


def _dois(text: str) -> list[str]:
    """Read a comma list of DOIs; a part that is none belongs to the one before, whose name holds a comma.

    One consumer does not encode what it asks for, so a plus sign arrives as a blank, which no DOI holds.
    """
    if not text:
        return []
    joined: list[list[str]] = []
    for part in (one.strip().replace(" ", "+") for one in text.split(",")):
        if parse_doi(part) or not joined:
            joined.append([part])
        else:
            joined[-1].append(part)
    return [parse_doi(",".join(parts)) or ",".join(parts).strip().lower() for parts in joined]


def _years(query: Query, column: str, text: str) -> None:
    name = column.removesuffix("_at")
    parts = _commas(text)
    years = sorted(int(part) for part in parts if part.isascii() and part.isdigit() and len(part) == 4)  # noqa: PLR2004
    if len(years) != len(parts) or not years or years[0] < 1:
        raise ApiError(400, f"{name} takes a year or two, such as 2025 or 2024,2025.")
    begin = "make_timestamptz(%s, 1, 1, 0, 0, 0, 'UTC')"
    query.add(f"{column} >= {begin} AND {column} < {begin}", years[0], years[-1] + 1)


def _text(query: Query, text: str) -> None:
    """Search: an iD or a DOI is looked up; anything else is where a DOI begins.

    Within one person's list it may stand anywhere in the DOI; over everybody's that would read all rows.
    """
    orcid_id, doi = parse_orcid_id(text), parse_doi(text)
    wanted = text.strip().lower()
    if orcid_id:
        query.only_of(orcid_id)
    elif doi:
        query.add("doi = %s", doi)
    elif "orcid_id = %s" in query.conditions:
        query.add("position(%s in doi) > 0", wanted)
    else:
        query.add("starts_with(doi, %s)", wanted)


def fetch(query: Query, page: Page) -> list[dict[str, Any]]:
    """Read one page of rows."""
    values, where = list(query.values), query.where
    if page.by_cursor:
        where += " AND id > %s"
        values.append(page.after)
        order, offset = "id", 0
    else:
        order, offset = ORDERS[page.sort], page.offset
    sql = (
        f"SELECT {COLUMNS} FROM claims_claim WHERE {where} ORDER BY {order}"  # noqa: S608
        f" LIMIT {page.size} OFFSET {offset}"
    )
    return rows(sql, values)


def rows(sql: str, values: Iterable[Any]) -> list[dict[str, Any]]:
    """Run a query of ours and name the columns."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def meta(query: Query, page: Page) -> tuple[dict[str, Any], int]:
    """Count the list and its facets, in one query; an empty list has no facets."""
    counts: dict[int, list[dict[str, Any]]] = {}
    for row in rows(_FACETS.format(where=query.where), query.values):
        counts.setdefault(row["kind"], []).append(row)
    total = counts[_ALL][0]["count"] if _ALL in counts else 0
    result = counted(total, page)
    if not total:
        return result, total
    for kind, (name, column) in _KINDS.items():
        found = [_facet(row, name, row[column]) for row in counts.get(kind, [])]
        found.sort(key=lambda one: (-one["count"], one["id"]) if name != "created" else (0, one["id"]))
        result[name] = found[:_MOST_USERS] if name == "users" else found
    return result, total


def _facet(row: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    title = value if name in {"created", "users"} else value.replace("_", " ").title()
    return {"id": value, "title": title, "count": row["count"]}
