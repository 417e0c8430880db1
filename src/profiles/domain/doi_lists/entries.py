"""A pasted text as entries: those of a bibliography, the rows of a table, or lines.

No library is used for this. Of eight entries with the usual mistakes, bibtexparser 2.1 gave up four together
with their DOIs, and rispy 0.10 every entry whose lines were a little off. Here only a few fields matter,
and a broken entry is still an entry.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from profiles.domain.dois.endings import BREAK


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was pasted: its label, and where its DOI may be, the likeliest place first.

    ``is_prose``: it may name several works; an entry of a bibliography is one work, whatever it cites.
    """

    label: str
    places: tuple[str, ...]
    is_prose: bool = False


# "DOI", "DOI-Nummer", "doi_url", "DOI (link)"; not "related DOI", and no DOI itself.
_DOI_COLUMN: Final = re.compile(r"dois?(?![a-z])[^/:,;|\t\d]{0,30}|digital object identifier")
_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d{1,9}){0,4}(?:/|%2f)", re.IGNORECASE)
_SEPARATOR_LINE: Final = re.compile(r"\s*\"?sep=.\"?\s*\n", re.IGNORECASE)
"""Excel's way to say what parts the cells."""
_TITLE_COLUMNS: Final = frozenset(
    {"title", "article title", "document title", "item title", "name", "titel", "titre"}
)
_DELIMITERS: Final = (",", ";", "\t", "|")
_HEADING_WITHIN: Final = 10
"""Some programs write a title, a date and a blank line above the headings."""
_MARKUP: Final = re.compile(r"\s*<[?!a-zA-Z]")
_TAG: Final = re.compile(r"<[^<>]{1,2000}>")
_CELLS: Final = re.compile(r"[,;|\t]")


def entries_in(text: str) -> Iterator[Entry]:
    """Split a text into entries, by what it looks like."""
    # Imported here: these formats are built on entries and lines.
    from profiles.domain.doi_lists.bibliographies import bibliography

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (line := _SEPARATOR_LINE.match(text)) is not None:
        text = text[line.end() :]
    entries = bibliography(text)
    if entries is None and text.lstrip()[:1] in {"[", "{"}:
        entries = _json(text)
    if entries is None and _MARKUP.match(text) and "\n" in text:
        entries = lines(text, only_with_dois=True)
    if entries is None:
        entries = _table(text)
    yield from lines(text) if entries is None else entries


# ---- lines -------------------------------------------------------------------------------------------------
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
    if word is None or _DOI.search(word.group()) or "://" in word.group():
        return False
    if end[-1] in "-‐" or _OWN_THING.search(word.group()):
        return end[-1] in "-‐"
    if _DOI.fullmatch(end[-40:].rsplit(maxsplit=1)[-1].rpartition(":")[2]) or end[-1] in "_=/":
        return True
    # Otherwise only a line of its own without blanks may go on, and only if it looks like a number or code.
    return word.end() == len(start.rstrip()) and any(map(str.isdigit, word.group()))


# ---- tables ------------------------------------------------------------------------------------------------
def _table(text: str) -> Iterator[Entry] | None:
    """Read a table whose first row names a column of DOIs; None when it is none."""
    heads = [line for line in text[:20_000].splitlines() if line.strip()][:_HEADING_WITHIN]
    for head in heads:
        if _DOI.search(head):
            return None
        for delimiter in _DELIMITERS:
            names = [name.strip().strip('"').lower() for name in head.split(delimiter)]
            is_heading = len(names) > 1 or (len(head) < 30 and head == heads[0])  # noqa: PLR2004
            if is_heading and any(_DOI_COLUMN.fullmatch(name) for name in names):
                rows = text[text.index(head) :]
                # Under a heading alone there is a list; its commas part nothing.
                return _rows(rows, delimiter, names) if len(names) > 1 else lines(rows[len(head) :])
    return None


def _rows(text: str, delimiter: str, names: list[str]) -> Iterator[Entry]:
    dois = next(place for place, name in enumerate(names) if _DOI_COLUMN.fullmatch(name))
    titles = next((place for place, name in enumerate(names) if name in _TITLE_COLUMNS), dois)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))[1:]
    except csv.Error:
        rows = [line.split(delimiter) for line in text.splitlines()[1:]]
    for row in rows:
        yield from entry_of_row(row, dois, titles)


def entry_of_row(row: list[str], dois: int, titles: int) -> Iterator[Entry]:
    """Read a row of a table by its columns of DOIs and titles."""
    cells = [cell.strip() for cell in row]
    if not any(cells):
        return
    whole = " ".join(cell for cell in cells if cell)
    label = cells[titles] if titles < len(cells) and cells[titles] else whole
    cell = cells[dois] if dois < len(cells) else ""
    # A cell of DOIs may hold several works; whatever else a row names, it is one.
    yield Entry(label, (cell,), is_prose=True) if _DOI.search(cell) else Entry(label, (cell, whole))


# ---- JSON --------------------------------------------------------------------------------------------------
def _json(text: str) -> Iterator[Entry] | None:
    """Read CSL-JSON and other lists of objects; None when it is no JSON."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _objects(document)


def _objects(document: Any) -> Iterator[Entry]:
    """Read each object that has a DOI of its own as one work, and loose texts as prose."""
    waiting = [document]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, list):
            waiting.extend(reversed(thing))
        elif isinstance(thing, str):
            if "10" in thing or "/" in thing:
                yield Entry(thing, (thing,), is_prose=True)
        elif isinstance(thing, dict):
            own = [
                str(value)
                for name, value in thing.items()
                if name.lower() == "doi" and isinstance(value, str)
            ]
            title = thing.get("title")
            label = (
                title
                if isinstance(title, str)
                else " ".join(map(str, title))
                if isinstance(title, list)
                else ""
            )
            if own or ("type" in thing and label):
                texts = [value for value in thing.values() if isinstance(value, str)]
                yield Entry(label or own[0], (*own, *texts))
            else:
                waiting.extend(reversed(list(thing.values())))
