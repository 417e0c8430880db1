"""Lists of claims with their facets, in one query however many there are.

The database writes the page and its counts as JSON, times and ids as the text in which they are answered:
taking apart every value of every row took half of a list's time.
"""

import uuid as uuids
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec
from django.db import connection

from profiles.api.http.errors import ApiError
from profiles.api.http.paging import MAX_DEPTH, Page, counted
from profiles.api.http.rendering import moment
from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.ids import parse_doi, parse_orcid_id
from profiles.infra import clock


class Row(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A claim as it is answered; times are already formatted."""

    id: int
    uuid: str
    orcid_id: str
    doi: str
    origin: str
    shown_state: str
    action: str
    problem: str
    put_code: int | None
    claimed_at: str | None
    created_at: str
    updated_at: str


_TIMES: Final = ("claimed_at", "created_at", "updated_at")
_MOMENT: Final = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
_COLUMNS: Final = ", ".join(_MOMENT.format(n) if n in _TIMES else n for n in Row.__struct_fields__)
ORDERS: Final = {
    "relevance": "updated_at DESC, id DESC",
    # By bytes, as in the index; a language's sort order has no meaning for DOIs.
    "doi": "doi USING ~<~, id",
    "-doi": "doi USING ~>~, id DESC",
    "orcid": "orcid_id, doi",
    "-orcid": "orcid_id DESC, doi DESC",
    "created": "created_at, id",
    "-created": "created_at DESC, id DESC",
    "updated": "updated_at, id",
    "-updated": "updated_at DESC, id DESC",
}
DEFAULT_SORT: Final = "-updated"
_NEWEST_FIRST: Final = frozenset(ORDERS[one] for one in ("relevance", "-updated", "-created"))
MAX_NAMES: Final = 1000
"""As many DOIs or ids as one question may name."""
# The newest are counted, and no further than pages go: counting a million takes a second.
_LIST: Final = f"""
WITH found AS MATERIALIZED (
    SELECT extract(year FROM created_at AT TIME ZONE 'UTC')::int::text AS year, origin, orcid_id, action,
        shown_state AS state
    FROM {{rows}} ORDER BY updated_at DESC, id DESC LIMIT {MAX_DEPTH + 1}
), facets (kind, value, count) AS (
    SELECT grouping(year, origin, action, state), coalesce(year, origin, action, state), count(*)
    FROM found GROUP BY GROUPING SETS ((), (year), (origin), (action), (state)) {{users}}
), page (row) AS (
    SELECT json_build_array({_COLUMNS}) FROM {{page}}
)
SELECT (SELECT json_agg(row) FROM page)::text,
    (SELECT json_agg(json_build_array(kind, value, count)) FROM facets)::text
"""  # noqa: S608  nothing of a caller's
_MAX_USERS: Final = 15
_USERS: Final = f"""UNION ALL
    (SELECT -1, orcid_id, count(*) FROM found
    GROUP BY orcid_id ORDER BY count(*) DESC, orcid_id LIMIT {_MAX_USERS})"""  # noqa: S608
_KINDS: Final = {0b0111: "created", 0b1011: "sources", -1: "users", 0b1101: "claimActions", 0b1110: "states"}
_ALL: Final = 0b1111
_rows: Final = msgspec.json.Decoder(list[Row] | None)
_facets: Final = msgspec.json.Decoder(list[tuple[int, str | None, int]])


@dataclass(slots=True)
class Query:
    """A condition in SQL with its values."""

    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    person: str | None = None
    """The one person whose claims they are, where it is known."""
    last_year: int | None = None
    """The last year that is asked for, where years are."""

    def add(self, condition: str, *values: Any) -> None:
        """Narrow the list."""
        self.conditions.append(condition)
        self.values += values

    def only_of(self, orcid_id: str) -> None:
        """Narrow the list to one person's."""
        self.add("orcid_id = %s", orcid_id)
        self.person = orcid_id

    def only_words(self, column: str, words: list[str]) -> None:
        """Narrow the list to these words; without any, nothing needs to be read to find nothing."""
        if not words:
            self.add("false")
        elif len(words) == 1:
            self.add(f"{column} = %s", words[0])
        else:
            self.add(f"{column} = ANY(%s)", words)
            if column == "shown_state" and ClaimState.DONE not in words:
                # It follows, and it leads the database to the index that holds no others.
                self.add("shown_state <> 'done'")

    def only_of_shown_people(self) -> None:
        """Leave out what is about people who hide their record."""
        self.add("orcid_id NOT IN (SELECT orcid_id FROM accounts_account WHERE NOT is_public)")

    def rows(self, order: str) -> str:
        """Return where to read, for this order.

        PostgreSQL assumes that the claims of a year are spread evenly over every order. They are not: few of
        the claims that changed last are old, and it would read nearly all rows to find them. The subquery
        makes it read that year first. Recent years are found quickly in the default order.
        """
        where = " AND ".join(self.conditions) or "true"
        if self.last_year is None or (order in _NEWEST_FIRST and self.last_year >= clock.now().year):
            return f"claims_claim WHERE {where}"
        return f"(SELECT * FROM claims_claim WHERE {where} OFFSET 0) of_years"  # noqa: S608


def query_of(parameters: Mapping[str, str]) -> Query:
    """Read the filters of the outer contract; unknown ones are left alone, as they always were."""
    query = Query()
    if "user-id" in parameters:
        query.only_of(parse_orcid_id(parameters["user-id"]) or "")
    dois = [*_dois(parameters.get("dois", "")), *_dois(parameters.get("doi", ""))]
    if dois:
        query.add("doi = ANY(%s)", _no_more_than(dois))
    if "ids" in parameters:
        query.add("uuid = ANY(%s::uuid[])", _uuids(_no_more_than(_commas(parameters["ids"]))))
    for name, (column, known) in _WORDS.items():
        if name in parameters:
            query.only_words(column, [word for word in _commas(parameters[name]) if word in known])
    for name in ("created", "claimed"):
        if name in parameters:
            _years(query, f"{name}_at", parameters[name])
    if "query" in parameters:
        _text(query, parameters["query"])
    return query


def _commas(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


_WORDS: Final = {
    "source-id": ("origin", frozenset(Origin)),
    "claim-action": ("action", frozenset(ClaimAction)),
    "state": ("shown_state", frozenset(ClaimState)),
}


def _uuids(texts: list[str]) -> list[str]:
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(str(uuids.UUID(text)))
    return found


def _no_more_than(names: list[str]) -> list[str]:
    if len(names) > MAX_NAMES:
        raise ApiError(400, f"One question may name up to {MAX_NAMES}.")
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
    query.last_year = max(years[-1], query.last_year or 0)
    query.add(f"{column} >= {begin} AND {column} < {begin}", years[0], years[-1] + 1)


def _text(query: Query, text: str) -> None:
    """Search: an iD or a DOI is looked up; anything else is where a DOI begins.

    Within one person's list it may be anywhere in the DOI; over all claims that would read every row.
    """
    orcid_id, doi = parse_orcid_id(text), parse_doi(text)
    wanted = text.strip().lower()
    if orcid_id:
        query.only_of(orcid_id)
    elif doi:
        query.add("doi = %s", doi)
    elif query.person is not None:
        query.add("position(%s in doi) > 0", wanted)
    else:
        query.add("starts_with(doi, %s)", wanted)


def read(query: Query, page: Page) -> tuple[list[Row], dict[str, Any], int]:
    """Read one page, its facets, and how many there are in all."""
    order, offset, after = ORDERS[page.sort], page.offset, query
    if page.by_cursor:
        after = replace(query, conditions=[*query.conditions, "id > %s"], values=[*query.values, page.after])
        order, offset = "id", 0
    sql = _LIST.format(
        rows=query.rows(ORDERS[DEFAULT_SORT]),
        users=_USERS if query.person is None else "",
        page=f"{after.rows(order)} ORDER BY {order} LIMIT {page.size} OFFSET {offset}",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*query.values, *after.values])
        rows, facets = cursor.fetchone() or ("null", "[]")
    meta, total = _counted(query, page, _facets.decode(facets))
    return _rows.decode(rows or "null") or [], meta, total


def row_of(claim: Any) -> Row:
    """Return the row of a claim that was read as a whole."""
    values = {name: getattr(claim, name) for name in Row.__struct_fields__}
    return Row(**values | {"uuid": str(claim.uuid)} | {name: moment(values[name]) for name in _TIMES})


def _counted(
    query: Query, page: Page, facets: list[tuple[int, str | None, int]]
) -> tuple[dict[str, Any], int]:
    """Arrange the counts; an empty list has no facets."""
    counts: dict[int, list[tuple[str, int]]] = {}
    for kind, value, count in facets:
        counts.setdefault(kind, []).append((value or "", count))
    total = counts[_ALL][0][1]
    result = counted(total, page)
    if not total:
        return result, total
    if query.person is not None:
        counts[-1] = [(query.person, total)]
    for kind, name in _KINDS.items():
        by_year = name == "created"
        found = sorted(counts[kind], key=lambda one: (0 if by_year else -one[1], one[0]))
        result[name] = [_facet(name, value, count) for value, count in found]
    return result, total


def _facet(name: str, value: str, count: int) -> dict[str, Any]:
    title = value if name in {"created", "users"} else value.replace("_", " ").title()
    return {"id": value, "title": title, "count": count}
