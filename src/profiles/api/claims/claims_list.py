"""Lists of claims with their facets, as the outer contract asks for them and answers them."""

import uuid as uuids
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from profiles.api.http import request_parsing
from profiles.api.http.errors import ApiError
from profiles.api.http.paging import MAX_DEPTH, Page, counted
from profiles.api.http.rendering import moment
from profiles.claims import list_selectors
from profiles.claims.list_selectors import Facet, Query, Row
from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.ids import parse_orcid_id

MAX_NAMES: Final = 1000
"""As many DOIs or ids as one question may name."""
_KINDS: Final = {
    list_selectors.BY_YEAR: "created",
    list_selectors.BY_ORIGIN: "sources",
    list_selectors.BY_PERSON: "users",
    list_selectors.BY_ACTION: "claimActions",
    list_selectors.BY_STATE: "states",
}


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
        if request_parsing.doi_of(part) or not joined:
            joined.append([part])
        else:
            joined[-1].append(part)
    return [request_parsing.doi_of(",".join(parts)) or ",".join(parts).strip().lower() for parts in joined]


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
    orcid_id, doi = parse_orcid_id(text), request_parsing.doi_of(text)
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
    rows, facets = list_selectors.read_page(
        query,
        sort=page.sort,
        size=page.size,
        offset=page.offset,
        after=page.after if page.by_cursor else None,
        counted=MAX_DEPTH + 1,
    )
    meta, total = _counted(query, page, facets)
    return rows, meta, total


def row_of(claim: Any) -> Row:
    """Return the row of a claim that was read as a whole."""
    values = {name: getattr(claim, name) for name in Row.__struct_fields__}
    return Row(
        **values | {"uuid": str(claim.uuid)} | {name: moment(values[name]) for name in list_selectors.TIMES}
    )


def _counted(query: Query, page: Page, facets: list[Facet]) -> tuple[dict[str, Any], int]:
    """Arrange the counts; an empty list has no facets."""
    counts: dict[int, list[tuple[str, int]]] = {}
    for kind, value, count in facets:
        counts.setdefault(kind, []).append((value or "", count))
    total = counts[list_selectors.ALL][0][1]
    result = counted(total, page)
    if not total:
        return result, total
    if query.person is not None:
        counts[list_selectors.BY_PERSON] = [(query.person, total)]
    for kind, name in _KINDS.items():
        by_year = name == "created"
        found = sorted(counts[kind], key=lambda one: (0 if by_year else -one[1], one[0]))
        result[name] = [_facet(name, value, count) for value, count in found]
    return result, total


def _facet(name: str, value: str, count: int) -> dict[str, Any]:
    title = value if name in {"created", "users"} else value.replace("_", " ").title()
    return {"id": value, "title": title, "count": count}
