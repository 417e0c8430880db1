"""A pasted text as lines, after lines that broke within a DOI are joined."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from profiles.domain.dois.endings import BREAK


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was pasted: its label, and where its DOI may be, the likeliest place first.

    ``is_prose``: it may name several works; an entry of a bibliography is one work, whatever it cites.
    """

    label: str
    places: tuple[str, ...]
    is_prose: bool = False


DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d{1,9}){0,4}(?:/|%2f)", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]{1,2000}>")
_OPEN_END: Final = re.compile(r"(?:10\.\d{4,9}(?:\.\d{1,9}){0,4}(?:/|%2f)[^\s\"<>]{0,300})$", re.IGNORECASE)
_CUT_BEFORE: Final = re.compile(
    r"(?:(?:https?:/*)?(?:dx\.)?doi\.|(?<![\d.])10\.(?:\d{1,9})?|https?:/{0,2})$", re.IGNORECASE
)
_CUT_AFTER: Final = re.compile(r"(?:org/|\d{1,9}/|/\S|/*(?:dx\.)?doi\.org)", re.IGNORECASE)
_CONTINUES: Final = re.compile(r"[^\s\"<>,|]{1,100}")
_OWN_THING: Final = re.compile(
    r"10[./,]|://|www\.|^\d{4}\.\d{4,5}|^\(?\d{4}\)?[.,;)]*$|^\[?\(?\d{1,3}[.)\]]|[a-z]{2,}\.[a-z]{2,}/",
    re.IGNORECASE,
)


def lines(text: str, *, only_with_dois: bool = False) -> Iterator[Entry]:
    """Read each line as an entry, after lines that broke within a DOI are joined."""
    for line in _joined(text.splitlines()):
        stripped = line.strip()
        if stripped and (not only_with_dois or "10." in stripped):
            label = _TAG.sub(" ", stripped).strip() or stripped if only_with_dois else stripped
            yield Entry(label.replace(BREAK, ""), (stripped,), is_prose=True)


def _joined(parts: Iterable[str]) -> Iterator[str]:
    before: str | None = None
    for part in parts:
        line = part.replace(BREAK, "")
        if before is None:
            before = line
        elif (glue := _glue(before, line)) is None:
            yield before
            before = line
        else:
            before = before.rstrip() + glue + line.lstrip(" \t>")
    if before is not None:
        yield before


def _glue(before: str, line: str) -> str | None:
    """Return what joins two lines when a DOI may go over their end; None when they are two."""
    end, start = before.rstrip()[-400:], line.lstrip(" \t>")
    if not start or not end or not (end[-1] in "./:" or "10." in end):
        return None
    if _CUT_BEFORE.search(end) and _CUT_AFTER.match(start):
        return ""
    is_open = _OPEN_END.search(end) is not None and BREAK not in end
    return BREAK if is_open and _goes_on(end, start) else None


def _goes_on(end: str, start: str) -> bool:
    """Tell whether a line that ends in a DOI may go on in the next one."""
    word = _CONTINUES.match(start)
    if word is None or DOI.search(word.group()) or "://" in word.group():
        return False
    if end[-1] in "-‐" or _OWN_THING.search(word.group()):
        return end[-1] in "-‐"
    if DOI.fullmatch(end[-40:].rsplit(maxsplit=1)[-1].rpartition(":")[2]) or end[-1] in "_=/":
        return True
    # Otherwise only a line of its own without blanks may go on, and only if it looks like a number or code.
    return word.end() == len(start.rstrip()) and any(map(str.isdigit, word.group()))
