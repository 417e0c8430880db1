"""Compare works as ORCID does to detect an unchanged PUT, including its blind spots.

Only the first fifty contributors are looked at. Taking away the citation, the translated title or the whole
publication date, and adding a month or a day that was not there, go unseen when nothing else changed.
"""

from typing import Any, Final

from sandbox.orcid.records.grammar import Document

_LOOKED_AT_CONTRIBUTORS: Final = 50
_PLAIN: Final = ("journal-title", "short-description", "type", "url", "language-code", "country")


def is_unchanged(old: Document, new: Document) -> bool:
    """Tell whether ORCID sees no difference between the stored work and the sent one."""
    return (
        _same_titles(old["title"], new["title"])
        and all(_said(old.get(name)) == _said(new.get(name)) for name in _PLAIN)
        and _unseen_removal(old.get("citation"), new.get("citation"))
        and _same_date(old.get("publication-date"), new.get("publication-date"))
        and old["external-ids"] == new["external-ids"]
        and _contributors(old) == _contributors(new)
    )


def _same_titles(old: Document, new: Document) -> bool:
    return (
        old["title"] == new["title"]
        and _said(old.get("subtitle")) == _said(new.get("subtitle"))
        and _unseen_removal(old.get("translated-title"), new.get("translated-title"))
    )


def _same_date(old: Document | None, new: Document | None) -> bool:
    if new is None:
        return True
    if old is None:
        return False
    return old["year"] == new["year"] and all(
        old[name] == new.get(name) for name in ("month", "day") if name in old
    )


def _unseen_removal(old: Document | None, new: Document | None) -> bool:
    return new is None or old == new


def _said(value: Any) -> Any:
    """Return a text, or None for an empty text."""
    if isinstance(value, dict):
        value = value.get("value")
    return value or None


def _contributors(work: Document) -> list[Document]:
    everyone: list[Document] = work.get("contributors", {}).get("contributor", [])
    return everyone[:_LOOKED_AT_CONTRIBUTORS]
