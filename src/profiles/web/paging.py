"""Lists in numbered pages."""

from typing import Any, Final

_DIGITS: Final = 6


def page_number(text: str, last: int) -> int:
    """Read the number of a page; what is none, or lies beyond the list, is brought within."""
    number = int(text) if text.isdecimal() and len(text) <= _DIGITS else 1
    return max(1, min(number, last))


def pages(number: int, size: int, total: int) -> dict[str, Any]:
    """Say which page this is, and which stand before and behind it."""
    last = max(1, -(-total // size))
    return {
        "page": number,
        "last_page": last,
        "previous": number - 1 if number > 1 else None,
        "following": number + 1 if number < last else None,
    }
