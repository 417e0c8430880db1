"""Paging: by page number up to a depth, by cursor without a limit, with links to the next page.

A cursor names the last row of a page. So each page costs the same, and rows that are added or removed
meanwhile neither hide others nor show them twice.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

from profiles.api.http.errors import ApiError

MAX_SIZE: Final = 1000
MAX_DEPTH: Final = 10_000
"""Rows that page numbers reach, and that are counted."""
DEFAULT_SIZE: Final = 25
CURSOR: Final = "^(1|r[0-9]{1,18})$"
"""``1`` is the first page; the letter keeps it apart from the row with number 1."""
_CURSOR: Final = re.compile(r"r(\d{1,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A requested page; ``after`` is the number of the last row of the page before."""

    number: int
    size: int
    sort: str
    by_cursor: bool
    after: int

    @property
    def offset(self) -> int:
        """Rows before this page, when it is requested by number."""
        return (self.number - 1) * self.size


def page_of(params: Mapping[str, str], *, sorts: Collection[str], default_sort: str) -> Page:
    """Read ``page[...]`` and ``sort``.

    Raises:
        ApiError: a value is not valid; the message says what is accepted.
    """
    size = _number(params.get("page[size]", str(DEFAULT_SIZE)), "page[size]", 0, MAX_SIZE)
    number = _number(params.get("page[number]", "1"), "page[number]", 1, MAX_DEPTH)
    sort = params.get("sort", default_sort)
    if sort not in sorts:
        raise ApiError(400, f"sort takes one of {', '.join(sorts)}.")
    if size and number * size > MAX_DEPTH:
        number = max(1, MAX_DEPTH // size)
    cursor = params.get("page[cursor]", "")
    return Page(number, size, sort, bool(cursor), _read_cursor(cursor))


def _number(text: str, name: str, least: int, most: int) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 9:  # noqa: PLR2004  longer than any page
        raise ApiError(400, f"{name} takes a whole number from {least} to {most}.")
    return min(max(int(text), least), most)


def _read_cursor(text: str) -> int:
    if text in {"", "1"}:
        return 0
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise ApiError(400, "page[cursor] takes 1, or the cursor of a page's next link.")
    return int(found[1])


def _write_cursor(after: int) -> str:
    return f"r{after}"


def counted(total: int, page: Page) -> dict[str, Any]:
    """Return the counts of a list; ``capped`` when it was not counted to its end."""
    shown = min(total, MAX_DEPTH)
    meta: dict[str, Any] = {
        "total": shown,
        "totalPages": -(-shown // page.size) if page.size else 0,
        "page": page.number,
    }
    if total > MAX_DEPTH:
        meta["capped"] = True
    return meta


def links(request: HttpRequest, page: Page, *, last: int | None, found: int, total: int) -> dict[str, str]:
    """Return ``self`` and, when there is more, ``next``; both keep every filter."""
    params = request.GET.dict()
    url = f"{settings.ENVIRONMENT.PROFILES_URL}{request.path}"
    result = {"self": f"{url}?{urlencode(params)}" if params else url}
    if page.by_cursor:
        if page.size and found == page.size and last is not None:
            result["next"] = f"{url}?{urlencode({**params, 'page[cursor]': _write_cursor(last)})}"
    elif page.size and page.number * page.size < min(total, MAX_DEPTH):
        further = {**params, "page[number]": page.number + 1, "page[size]": page.size}
        result["next"] = f"{url}?{urlencode(further)}"
    return result
