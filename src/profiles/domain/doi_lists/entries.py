"""A pasted text as entries: those of a bibliography, the rows of a table, or lines.

No library is used for this. Of eight entries with the usual mistakes, bibtexparser 2.1 gave up four together
with their DOIs, and rispy 0.10 every entry whose lines were a little off. Here only a few fields matter,
and a broken entry is still an entry.
"""

import csv
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from profiles.domain.doi_lists.bibliographies import bibliography
from profiles.domain.doi_lists.lines import DOI, Entry, lines

# "DOI", "DOI-Nummer", "doi_url", "DOI (link)"; not "related DOI", and no DOI itself.
_DOI_COLUMN: Final = re.compile(r"dois?(?![a-z])[^/:,;|\t\d]{0,30}|digital object identifier")
_SEPARATOR_LINE: Final = re.compile(r"\s*\"?sep=.\"?\s*\n", re.IGNORECASE)
"""Excel's way to say what parts the cells."""
_TITLE_COLUMNS: Final = frozenset(
    {"title", "article title", "document title", "item title", "name", "titel", "titre"}
)
_DELIMITERS: Final = (",", ";", "\t", "|")
_HEADING_WITHIN: Final = 10
"""Some programs write a title, a date and a blank line above the headings."""
_MARKUP: Final = re.compile(r"\s*<[?!a-zA-Z]")
_CELLS: Final = re.compile(r"[,;|\t]")


def entries_in(text: str) -> Iterator[Entry]:
    """Split a text into entries, by what it looks like."""
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


# ---- tables ------------------------------------------------------------------------------------------------
def _table(text: str) -> Iterator[Entry] | None:
    """Read a table whose first row names a column of DOIs; None when it is none."""
    heads = [line for line in text[:20_000].splitlines() if line.strip()][:_HEADING_WITHIN]
    for head in heads:
        if DOI.search(head):
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
    yield Entry(label, (cell,), is_prose=True) if DOI.search(cell) else Entry(label, (cell, whole))


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
