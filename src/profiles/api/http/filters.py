"""Query parameters of lists, described for OpenAPI."""

from collections.abc import Iterable
from typing import Any, Final

from profiles.api.http.paging import CURSOR, DEFAULT_SIZE, MAX_DEPTH, MAX_SIZE
from profiles.domain.claim import ClaimAction, Origin

Parameter = dict[str, Any]
_NO_NUL: Final = r"^[^\u0000]*$"
_YEARS: Final = {"type": "string", "pattern": "^[12][0-9]{3}(,[12][0-9]{3})?$"}
_STATES: Final = "waiting, failed, done, ignored, deleted, notified"


def parameter(
    name: str, about: str, *, kind: dict[str, Any] | None = None, required: bool = False
) -> Parameter:
    """Describe one parameter."""
    schema = kind or {"type": "string", "pattern": _NO_NUL}
    return {"name": name, "in": "query", "required": required, "description": about, "schema": schema}


def pages(sorts: Iterable[str], default: str) -> list[Parameter]:
    """Describe paging and sorting."""
    return [
        parameter(
            "page[number]",
            f"the page; pages by number go as far as {MAX_DEPTH:,} rows",
            kind={"type": "integer", "minimum": 1, "maximum": MAX_DEPTH, "default": 1},
        ),
        parameter(
            "page[size]",
            "rows on a page; 0 for the counts alone",
            kind={"type": "integer", "minimum": 0, "maximum": MAX_SIZE, "default": DEFAULT_SIZE},
        ),
        parameter(
            "page[cursor]",
            "1 for the first page, then what the next link holds: goes to the end of any list, oldest first",
            kind={"type": "string", "pattern": CURSOR},
        ),
        parameter("sort", "the order", kind={"type": "string", "enum": list(sorts), "default": default}),
    ]


def of_claims(sorts: Iterable[str], default: str) -> list[Parameter]:
    """Describe the filters of lists of claims."""
    return [
        parameter("user-id", "only this person's: an ORCID iD, bare or as an address"),
        parameter("dois", "only these DOIs, with commas between; a comma within a DOI is understood"),
        parameter("ids", "only these claims, with commas between"),
        parameter("state", f"only these states, with commas between: {_STATES}"),
        parameter("source-id", f"only these origins: {', '.join(Origin)}"),
        parameter("claim-action", f"only these: {', '.join(ClaimAction)}"),
        parameter(
            "created", "only those opened in this year, or from one year to another: 2024,2026", kind=_YEARS
        ),
        parameter(
            "claimed",
            "only those that came onto the record in this year, or from one to another",
            kind=_YEARS,
        ),
        parameter(
            "query", "an ORCID iD, a DOI, or how a DOI begins (within one person's list: any part of it)"
        ),
        parameter("include", "user: also give the people that the claims are about"),
        parameter("fields[claims]", "only these attributes, with commas between"),
        *pages(sorts, default),
    ]


def of_people(sorts: Iterable[str], default: str) -> list[Parameter]:
    """Describe the filters of lists of people."""
    return [
        parameter("query", "an ORCID iD, or how words of the name begin"),
        parameter("fields[users]", "only these attributes, with commas between"),
        *pages(sorts, default),
    ]
