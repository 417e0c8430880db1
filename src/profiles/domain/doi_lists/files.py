"""The text in a file that a person chose."""

from typing import Final

from profiles.domain.doi_lists.workbook import BrokenWorkbookError, WorkbookTooLargeError, rows_of_workbook

TOO_LARGE: Final = "This is more than 5 MB. Split it, or paste the DOIs only."
NOT_TEXT: Final = (
    "This file is a document, a PDF or an old spreadsheet, not plain text. Save it as .xlsx, CSV or"
    " plain text first, or copy the DOIs out of it."
)
BROKEN_WORKBOOK: Final = "This workbook cannot be opened. Save it as CSV first, or copy the DOIs out of it."
WORKBOOK_TOO_LARGE: Final = (
    "This workbook holds more than 30,000 rows or 50 MB. Split it, or paste the column of DOIs."
)
# What documents (old and new), archives and PDF files begin with.
_NO_TEXT: Final = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")
_ZIP: Final = b"PK\x03\x04"


class UnreadableFileError(Exception):
    """A file cannot be read; the text says why, and what the person can do."""


def read_file(content: bytes) -> str:
    """Read a file as text: a workbook as a table, others in the encodings that reference managers write.

    Raises:
        UnreadableFileError: it holds no text, or is a workbook that is broken or too large.
    """
    if content.startswith(_NO_TEXT):
        raise UnreadableFileError(NOT_TEXT)
    if content.startswith(_ZIP):
        return _workbook(content)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _workbook(content: bytes) -> str:
    try:
        rows = rows_of_workbook(content)
    except WorkbookTooLargeError as error:
        raise UnreadableFileError(WORKBOOK_TOO_LARGE) from error
    except BrokenWorkbookError as error:
        raise UnreadableFileError(BROKEN_WORKBOOK) from error
    if rows is None:
        raise UnreadableFileError(NOT_TEXT)
    return "\n".join("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
