"""A pasted text as entries: those of BibTeX or RIS, the rows of a table, or lines.

No library is used for this. Of eight entries with the usual mistakes, bibtexparser 2.1 gave up four together
with their DOIs, and rispy 0.10 every entry whose lines were a little off. Here only a few fields matter,
and a broken entry is still an entry.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was pasted: its label, and where its DOI may be, the likeliest place first.

    ``is_prose``: it may name several works; an entry of a bibliography is one work, whatever it cites.
    """

    label: str
    places: tuple[str, ...]
    is_prose: bool = False


_BIBTEX: Final = re.compile(r"(?:^|(?<=\}))[ \t]*@[ \t]*(?P<type>[A-Za-z]+)[ \t]*[{(]", re.MULTILINE)
_NO_WORK: Final = frozenset({"comment", "string", "preamble"})
_RIS_START: Final = re.compile(r"^[ \t]*TY[ \t]{0,3}-", re.MULTILINE)
_RIS_LINE: Final = re.compile(r"^[ \t]*(?P<tag>[A-Z][A-Z0-9])[ \t]{0,3}-[ \t]?(?P<value>.*)$", re.MULTILINE)
_RIS_DOIS: Final = ("DO", "DI", "UR", "L1", "L2", "L3", "LK", "M3", "N1", "ID", "AN")
_RIS_TITLES: Final = ("TI", "T1", "CT", "BT")
# "DOI", "DOI-Nummer", "doi_url", "DOI (link)"; not "related DOI", and no DOI itself.
_DOI_COLUMN: Final = re.compile(r"dois?(?![a-z])[^/:,;|\t\d]{0,30}|digital object identifier")
_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*(?:/|%2f)", re.IGNORECASE)
_SEPARATOR_LINE: Final = re.compile(r"\s*\"?sep=.\"?\s*\n", re.IGNORECASE)
"""Excel's way to say what parts the cells."""
_TITLE_COLUMNS: Final = frozenset({"title", "article title", "document title", "item title", "name"})
_DELIMITERS: Final = (",", ";", "\t", "|")


def entries_in(text: str) -> Iterator[Entry]:
    """Split a text into entries, by what it looks like."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if (line := _SEPARATOR_LINE.match(text)) is not None:
        text = text[line.end() :]
    if _BIBTEX.search(text):
        yield from _bibtex(text)
    elif _RIS_START.search(text):
        yield from _ris(text)
    else:
        table = _table(text)
        yield from table if table is not None else _lines(text)


def _bibtex(text: str) -> Iterator[Entry]:
    """Split at each line that begins an entry, whether the one before it was closed or not."""
    starts = list(_BIBTEX.finditer(text))
    yield from _lines(text[: starts[0].start()], only_with_dois=True)
    ends = [start.start() for start in starts[1:]] + [len(text)]
    for start, end in zip(starts, ends, strict=True):
        body = text[start.end() : end]
        if start["type"].lower() in _NO_WORK:
            continue
        key = re.match(r"[^,\s={}]*", body)
        title = _bibtex_field(body, "title")
        label = re.sub(r"[{}\s]+", " ", title).strip() or (key.group() if key else "") or start.group()
        fields = (_bibtex_field(body, name) for name in ("doi", "url", "eprint", "howpublished", "note"))
        yield Entry(label, (*(field for field in fields if field), body))


def _bibtex_field(body: str, name: str) -> str:
    """Return a field's value up to the end of its braces, quotes or word; empty when there is none."""
    found = re.search(rf"(?<![\w-]){name}\s*=\s*", body, re.IGNORECASE)
    if found is None:
        return ""
    rest = body[found.end() :]
    value = _braced(rest) if rest[:1] == "{" else re.match(r'"[^"]*"|[^,}\s]*', rest).group()  # type: ignore[union-attr]
    if name == "eprint" and value and not value.lower().startswith("{arxiv"):
        return f"arXiv:{value.strip('{} ')}" if re.search(r"arxiv", body, re.IGNORECASE) else ""
    return value.strip('" \n\t')[1:-1] if value[:1] == "{" and value[-1:] == "}" else value.strip('" \n\t')


def _braced(text: str) -> str:
    """Return the text in balanced braces, or the first line when they never close."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return text[: place + 1]
    return text.partition("\n")[0]


def _ris(text: str) -> Iterator[Entry]:
    starts = [found.start() for found in _RIS_START.finditer(text)]
    yield from _lines(text[: starts[0]], only_with_dois=True)
    for begin, end in zip(starts, [*starts[1:], len(text)], strict=True):
        fields: dict[str, list[str]] = {}
        for line in _RIS_LINE.finditer(text[begin:end]):
            fields.setdefault(line["tag"], []).append(line["value"].strip())
        titles = [value for tag in _RIS_TITLES for value in fields.get(tag, []) if value]
        places = [value for tag in _RIS_DOIS for value in fields.get(tag, []) if value]
        yield Entry(titles[0] if titles else text[begin:end].strip()[:60], tuple(places or [""]))


def _table(text: str) -> list[Entry] | None:
    """Read a table whose first row names a column of DOIs; None when it is none."""
    head = next((line for line in text.splitlines() if line.strip()), "")
    for delimiter in _DELIMITERS:
        names = [name.strip().strip('"').lower() for name in head.split(delimiter)]
        is_heading = (len(names) > 1 or len(head) < 30) and _DOI.search(head) is None  # noqa: PLR2004
        if is_heading and any(_DOI_COLUMN.fullmatch(name) for name in names):
            rows = text[text.index(head) :]
            # Under a heading alone there is a list; its commas part nothing.
            return list(_rows(rows, delimiter, names) if len(names) > 1 else _lines(rows[len(head) :]))
    return None


def _rows(text: str, delimiter: str, names: list[str]) -> Iterator[Entry]:
    dois = next(place for place, name in enumerate(names) if _DOI_COLUMN.fullmatch(name))
    titles = next((place for place, name in enumerate(names) if name in _TITLE_COLUMNS), dois)
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=delimiter))[1:]
    except csv.Error:
        rows = [line.split(delimiter) for line in text.splitlines()[1:]]
    for row in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        whole = " ".join(cell for cell in cells if cell)
        label = cells[titles] if titles < len(cells) and cells[titles] else whole
        cell = cells[dois] if dois < len(cells) else ""
        # A cell of DOIs may hold several works; whatever else a row names, it is one.
        yield Entry(label, (cell,), is_prose=True) if _DOI.search(cell) else Entry(label, (cell, whole))


def _lines(text: str, *, only_with_dois: bool = False) -> Iterator[Entry]:
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and (not only_with_dois or "10." in stripped):
            yield Entry(stripped, (stripped,), is_prose=True)
