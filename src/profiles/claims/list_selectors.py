"""Lists of claims with their facets, in one query however many there are.

The database writes the page and its counts as JSON, times and ids as the text in which they are answered:
taking apart every value of every row took half of a list's time.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec
from django.db import connection

from profiles.accounts.selectors import HIDDEN_ORCID_IDS
from profiles.domain.claim import ClaimState
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


Facet = tuple[int, str | None, int]
"""What is counted (``BY_…`` or ``ALL``), the value, and the number of claims that have it."""
BY_YEAR: Final = 0b0111
BY_ORIGIN: Final = 0b1011
BY_ACTION: Final = 0b1101
BY_STATE: Final = 0b1110
BY_PERSON: Final = -1
ALL: Final = 0b1111
"""The number of all claims that were counted; it has no value."""

TIMES: Final = ("claimed_at", "created_at", "updated_at")
_MOMENT: Final = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
_COLUMNS: Final = ", ".join(_MOMENT.format(n) if n in TIMES else n for n in Row.__struct_fields__)
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
_NEWEST_FIRST: Final = frozenset(ORDERS[sort] for sort in ("relevance", "-updated", "-created"))
# The newest are counted, and no further than pages go: counting a million takes a second.
_LIST: Final = f"""
WITH found AS MATERIALIZED (
    SELECT extract(year FROM created_at AT TIME ZONE 'UTC')::int::text AS year, origin, orcid_id, action,
        shown_state AS state
    FROM {{rows}} ORDER BY updated_at DESC, id DESC LIMIT {{counted}}
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
    (SELECT {BY_PERSON}, orcid_id, count(*) FROM found
    GROUP BY orcid_id ORDER BY count(*) DESC, orcid_id LIMIT {_MAX_USERS})"""  # noqa: S608
_rows: Final = msgspec.json.Decoder(list[Row] | None)
_facets: Final = msgspec.json.Decoder(list[Facet])


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
        self.add(f"orcid_id NOT IN ({HIDDEN_ORCID_IDS})")

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


def read_page(
    query: Query, *, sort: str, size: int, offset: int, after: int | None, counted: int
) -> tuple[list[Row], list[Facet]]:
    """Read one page and its facets; of the newest claims no more than ``counted`` are counted.

    ``after``, where it is given, is the id of the last row of the page before; rows are then in the order of
    their ids, whatever ``sort`` and ``offset`` say.
    """
    order, rest = ORDERS[sort], query
    if after is not None:
        rest = replace(query, conditions=[*query.conditions, "id > %s"], values=[*query.values, after])
        order, offset = "id", 0
    sql = _LIST.format(
        rows=query.rows(ORDERS[DEFAULT_SORT]),
        counted=counted,
        users=_USERS if query.person is None else "",
        page=f"{rest.rows(order)} ORDER BY {order} LIMIT {size} OFFSET {offset}",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*query.values, *rest.values])
        rows, facets = cursor.fetchone() or ("null", "[]")
    return _rows.decode(rows or "null") or [], _facets.decode(facets)
