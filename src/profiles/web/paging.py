"""Split lists into numbered pages."""

from typing import Any, Final

_DIGITS: Final = 6


def page_number(text: str, last: int) -> int:
    """Parse a page number, limited to the pages of the list; 1 for anything else."""
    number = int(text) if text.isdecimal() and len(text) <= _DIGITS else 1
    return max(1, min(number, last))


def pages(number: int, size: int, total: int) -> dict[str, Any]:
    """Return the context of a pager: this page, the last, and the neighbours."""
    last = max(1, -(-total // size))
    return {
        "page": number,
        "last_page": last,
        "previous": number - 1 if number > 1 else None,
        "following": number + 1 if number < last else None,
    }
