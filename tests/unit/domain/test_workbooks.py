"""Workbooks: what is read, and what is refused before it costs much."""

import io
import zipfile

import pytest

from profiles.domain.doi_lists import workbook as reader
from profiles.domain.doi_lists.files import NOT_TEXT, UnreadableFileError, read_file
from profiles.domain.doi_lists.reading import read_pasted
from profiles.domain.doi_lists.workbook import BrokenWorkbookError, WorkbookTooLargeError, rows_of_workbook
from tests.support.workbooks import workbook

ROWS = [["Title", "DOI"], ["Sea & ice", "10.5072/sea"], ["Snow", "https://doi.org/10.5072/snow"]]


@pytest.mark.parametrize("inline", [False, True], ids=["shared strings", "inline strings"])
def test_the_cells_of_a_workbook_are_read(inline):
    content = workbook(ROWS, inline=inline)

    assert rows_of_workbook(content) == ROWS
    assert [mention.doi for mention in read_pasted(read_file(content)).mentions] == [
        "10.5072/sea",
        "10.5072/snow",
    ]


def test_of_a_link_made_by_a_formula_the_address_is_read():
    sheet = b'<worksheet><row><c r="C1"><f>HYPERLINK("https://doi.org/10.5072/ice","Ice")</f><v>Ice</v></c></row></worksheet>'

    assert rows_of_workbook(workbook([], sheet=sheet)) == [["", "", "https://doi.org/10.5072/ice Ice"]]


def test_a_workbook_that_defines_entities_is_refused():
    sheet = b'<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><row><c><v>&e;</v></c></row></worksheet>'

    with pytest.raises(BrokenWorkbookError):
        rows_of_workbook(workbook([], sheet=sheet))


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(reader, "MAX_UNPACKED", 100_000)

    with pytest.raises(WorkbookTooLargeError):
        rows_of_workbook(workbook([], sheet=b"<worksheet>" + b" " * 200_000 + b"</worksheet>"))


def test_a_workbook_with_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(reader, "MAX_ROWS", 2)

    with pytest.raises(WorkbookTooLargeError):
        rows_of_workbook(workbook(ROWS))


@pytest.mark.parametrize("part", [b"<worksheet>", b"\xff\xfe\x00", b"<a></b>"])
def test_a_broken_workbook_is_said_to_be_broken(part):
    with pytest.raises(BrokenWorkbookError):
        rows_of_workbook(workbook(ROWS, sheet=part))
    with pytest.raises(UnreadableFileError):
        read_file(workbook(ROWS, sheet=part))


def test_another_archive_is_no_workbook():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")

    with pytest.raises(UnreadableFileError, match=NOT_TEXT[:40]):
        read_file(content.getvalue())
