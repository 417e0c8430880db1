"""Workbooks (.xlsx) for tests, as office programs write them."""

import io
import zipfile
from xml.sax.saxutils import escape

SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: list[list[str]], *, inline: bool = False, **files: bytes) -> bytes:
    """Return a workbook; ``files`` replace the parts of these names (``sheet``, ``strings``)."""
    texts = list(dict.fromkeys(cell for row in rows for cell in row))
    strings = f"<sst>{''.join(f'<si><t>{escape(text)}</t></si>' for text in texts)}</sst>"
    lines = []
    for number, row in enumerate(rows, 1):
        cells = ""
        for place, cell in enumerate(row):
            where = f'r="{chr(65 + place)}{number}"'
            text = f"<is><t>{escape(cell)}</t></is>" if inline else f"<v>{texts.index(cell)}</v>"
            cells += f'<c {where} t="{"inlineStr" if inline else "s"}">{text}</c>'
        lines.append(f'<row r="{number}">{cells}</row>')
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/sharedStrings.xml", files.get("strings", strings.encode()))
        archive.writestr(SHEET, files.get("sheet", sheet.encode()))
    return content.getvalue()
