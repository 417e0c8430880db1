"""Describe the progress of works that were added together: sorted, counted, and as a sentence."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import ngettext

from profiles.web.paging import page_number, pages

PAGE: Final = 100
_LAST_PAGE: Final = 1_000
ENDS: Final = {"done": "done", "failed": "failed", "ignored": "failed", "deleted": "failed"}
"""How each final state counts here; every other state is in progress."""
_ORDER: Final = ("failed", "not", "moving", "done")
"""Items that need attention come first."""


def progress_of(items: Sequence[dict[str, Any]], *, page: str, here: str) -> dict[str, Any]:
    """Return the context of ``find_added_list.html`` for items with an ``end``; ``here`` ends in ? or &."""
    number = page_number(page, _LAST_PAGE)
    counted = {name: sum(item["end"] == name for item in items) for name in _ORDER}
    ordered = sorted(items, key=lambda item: _ORDER.index(item["end"]))
    return {
        "items": ordered[(number - 1) * PAGE : number * PAGE],
        "total": len(items) - counted["not"],
        "ended": counted["done"] + counted["failed"],
        "counted": counted,
        "sentence": _sentence(counted),
        "here": here,
        "this_page": f"{here}page={number}",
        **pages(number, PAGE, len(items)),
    }


def _sentence(counted: dict[str, int]) -> str:
    done, moving, failed = counted["done"], counted["moving"], counted["failed"]
    parts = [
        ngettext("%(n)d work is on your ORCID record", "%(n)d works are on your ORCID record", done)
        % {"n": done}
    ]
    if moving:
        parts.append(ngettext("%(n)d is on its way", "%(n)d are on their way", moving) % {"n": moving})
    if failed:
        parts.append(ngettext("%(n)d was not added", "%(n)d were not added", failed) % {"n": failed})
    if counted["not"]:
        n = counted["not"]
        parts.append(ngettext("%(n)d cannot be added", "%(n)d cannot be added", n) % {"n": n})
    return ", ".join(parts) + "."
