"""Split lists into numbered pages."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

_DIGITS: Final = 6


def page_number(text: str, last: int) -> int:
    """Parse a page number, limited to the pages of the list; 1 for anything else."""
    number = int(text) if text.isdecimal() and len(text) <= _DIGITS else 1
    return max(1, min(number, last))


def pages(
    number: int, size: int, total: int, *, address: Callable[[int], str] = "?page={}".format
) -> dict[str, Any]:
    """Return the context of a pager: this page, the last, the neighbours, and the numbers to choose from."""
    last = max(1, -(-total // size))
    beside = {
        "previous": number - 1 if number > 1 else None,
        "following": number + 1 if number < last else None,
    }
    return {
        "page": number,
        "last_page": last,
        **beside,
        **{f"{name}_address": address(page) for name, page in beside.items() if page},
        "page_numbers": [
            {
                "number": page,
                "address": address(page) if page else "",
                "is_near": page not in {0, 1, number, last},
            }
            for page in numbers_to_choose(number, last)
        ],
    }


def numbers_to_choose(number: int, last: int) -> list[int]:
    """Return the first page, the last, and those around this one; 0 where some are left out."""
    shown = sorted({1, last, *range(max(1, number - 1), min(last, number + 1) + 1)})
    chosen = shown[:1]
    for before, after in pairwise(shown):
        # A gap of one page is shown as that page.
        between = [] if after == before + 1 else [before + 1] if after == before + 2 else [0]
        chosen += [*between, after]
    return chosen
