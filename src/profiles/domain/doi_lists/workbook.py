"""Workbooks (.xlsx): the cells of all sheets, as rows of text.

No library is used: a workbook is a zip of XML files of which two kinds matter, and what it may cost has to
be limited while it is unpacked. Definitions of entities are refused, so that none is ever expanded
or fetched.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any, Final
from xml.etree import ElementTree as ET
from zlib import error as broken_zip

MAX_ROWS: Final = 30_000
MAX_UNPACKED: Final = 50_000_000
_MAX_SHEETS: Final = 20
_MAX_COLUMNS: Final = 100
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
_STRINGS: Final = "xl/sharedStrings.xml"
_COLUMN: Final = re.compile(r"[A-Z]{1,3}")


class WorkbookTooLargeError(Exception):
    """A workbook has too many rows, or is too large when it is unpacked."""


class BrokenWorkbookError(Exception):
    """A workbook cannot be read."""


def rows_of_workbook(content: bytes) -> list[list[str]] | None:
    """Return the rows of all sheets, with the addresses of links; None when the archive is no workbook.

    Raises:
        WorkbookTooLargeError: it has more than 30,000 rows, or more than 50 MB unpacked.
        BrokenWorkbookError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            sheets = sorted(name for name in names if _SHEET.fullmatch(name))[:_MAX_SHEETS]
            if not sheets:
                return None
            budget = _Budget()
            strings = _strings(archive, budget) if _STRINGS in names else []
            return [row for sheet in sheets for row in _rows(archive, sheet, strings, budget)]
    except (
        zipfile.BadZipFile,
        ET.ParseError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise BrokenWorkbookError(str(error)) from error
    except (broken_zip, EOFError, KeyError) as error:
        raise BrokenWorkbookError(str(error)) from error


class _Budget:
    """What one workbook may still cost."""

    def __init__(self) -> None:
        self.bytes, self.rows = MAX_UNPACKED, MAX_ROWS

    def spend(self, *, size: int = 0, rows: int = 0) -> None:
        self.bytes -= size
        self.rows -= rows
        if self.bytes < 0 or self.rows < 0:
            raise WorkbookTooLargeError


def _elements(archive: zipfile.ZipFile, name: str, wanted: str, budget: _Budget) -> Iterator[ET.Element]:
    """Read the elements of one kind, and forget each after it was used."""
    parser: Any = ET.XMLPullParser(("end",))
    with archive.open(name) as file:
        for chunk in _chunks(file, budget):
            parser.feed(chunk)
            for _event, element in parser.read_events():
                if _local(element.tag) == wanted:
                    yield element
                    element.clear()
    parser.close()


def _chunks(file: IO[bytes], budget: _Budget) -> Iterator[bytes]:
    before = b""
    while chunk := file.read(65_536):
        budget.spend(size=len(chunk))
        if b"<!DOCTYPE" in before + chunk or b"<!ENTITY" in before + chunk:
            raise BrokenWorkbookError("a workbook defines no entities")
        before = chunk[-10:]
        yield chunk


def _strings(archive: zipfile.ZipFile, budget: _Budget) -> list[str]:
    return [_text(element) for element in _elements(archive, _STRINGS, "si", budget)]


def _rows(archive: zipfile.ZipFile, sheet: str, strings: list[str], budget: _Budget) -> Iterator[list[str]]:
    for row in _elements(archive, sheet, "row", budget):
        budget.spend(rows=1)
        cells: list[str] = []
        for cell in row:
            place = _place(cell.get("r") or "", len(cells))
            if place >= _MAX_COLUMNS:
                break
            cells += [""] * (place - len(cells))
            cells.append(_value(cell, strings))
        if any(cells):
            yield cells


def _value(cell: ET.Element, strings: list[str]) -> str:
    """Return a cell's text; of a formula that makes a link, the address too."""
    if cell.get("t") == "inlineStr":
        return _text(cell)
    parts = {_local(part.tag): part.text or "" for part in cell}
    value = parts.get("v", "")
    if cell.get("t") == "s":
        number = int(value) if value.isascii() and value.isdigit() else -1
        return strings[number] if 0 <= number < len(strings) else ""
    link = re.search(r"HYPERLINK\(\s*\"([^\"]{1,2000})\"", parts.get("f", ""), re.IGNORECASE)
    return f"{link.group(1)} {value}" if link and link.group(1) not in value else value


def _text(element: ET.Element) -> str:
    return "".join(part.text or "" for part in element.iter() if _local(part.tag) == "t")


def _place(reference: str, following: int) -> int:
    """Return the column of a cell such as "AB12", from nought; the next one when it does not say."""
    found = _COLUMN.match(reference)
    if found is None:
        return following
    place = 0
    for letter in found.group():
        place = place * 26 + ord(letter) - ord("A") + 1
    return max(place - 1, following)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
