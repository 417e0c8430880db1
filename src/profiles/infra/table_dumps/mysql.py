r"""Read rows from a dump as ``mysqldump`` writes it.

It knows extended and single INSERT statements, with or without column names; strings with ``\'``, ``''`` and
the other escapes, with a character set before them; numbers, hexadecimal values and NULL. Column names come
from CREATE TABLE where the INSERT has none. Outside of wanted rows it goes by lines, because ``mysqldump``
never leaves a line break within a value.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Final

Row = dict[str, str | None]
_CHUNK: Final = 1 << 20
MAX_ROW: Final = 64 << 20
_STRING: Final = rb"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'"
_VALUE: Final = (
    rb"((?:_\w+ ?)?" + _STRING + rb"|(?:_\w+ )?0x[0-9A-Fa-f]*|[xXbB]'[0-9A-Fa-f]*'|NULL|true|false"
    rb"|-?[0-9.]+(?:[eE][+-]?[0-9]+)?)"
)
_INSERT: Final = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+(?:`[^`]+`\.)?`?([^`\s(]+)`?\s*(\([^)]*\))?\s*VALUES\s*",
    re.IGNORECASE,
)
_INSERT_BEGINS: Final = re.compile(rb"(?:INSERT|REPLACE)\s", re.IGNORECASE)
_CREATE: Final = re.compile(rb"CREATE TABLE (?:IF NOT EXISTS )?`?([^`\s(]+)`?", re.IGNORECASE)
_COLUMN: Final = re.compile(rb"\s+`([^`]+)`\s")
_CHARACTER_SET: Final = re.compile(rb"(?:/\*!\d+ )?SET NAMES '?(\w+)'?", re.IGNORECASE)
_CODECS: Final = {
    **dict.fromkeys(("utf8mb4", "utf8mb3", "utf8", "binary"), "utf-8"),
    "latin1": "cp1252",
}
_ESCAPE: Final = re.compile(rb"\\(.)|''", re.DOTALL)
_ESCAPED: Final = {
    b"0": b"\x00",
    b"b": b"\b",
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"Z": b"\x1a",
    b"%": b"\\%",
    b"_": b"\\_",
}
_END: Final = b"-- Dump completed"


class DumpError(Exception):
    """A dump cannot be read, or not further. The message says where, without values of rows."""


class MysqlDump:
    """One dump, read once from beginning to end."""

    def __init__(self, file: IO[bytes], wanted: Mapping[str, Sequence[str]]) -> None:
        """Take the wanted columns by table; a column that the table lacks is left out of its rows."""
        self._file = file
        self._wanted = wanted
        self._columns: dict[str, list[str]] = {}
        self._buffer, self._at, self._offset = b"", 0, 0
        self._codec = "utf-8"
        self.other_tables: list[str] = []
        self.is_complete = False

    def batches(self, size: int) -> Iterator[tuple[str, list[Row]]]:
        """Yield rows in batches, each with the name of its table.

        Raises:
            DumpError: a row cannot be read, or the dump ends within one.
        """
        table = ""
        batch: list[Row] = []
        try:
            for name, row in self._rows():
                if batch and (name != table or len(batch) == size):
                    yield table, batch
                    batch = []
                table = name
                batch.append(row)
        except DumpError:
            if batch:
                yield table, batch
            raise
        if batch:
            yield table, batch

    def _rows(self) -> Iterator[tuple[str, Row]]:
        in_create = ""
        while (line := self._line()) is not None:
            if in_create:
                if column := _COLUMN.match(line):
                    self._columns[in_create].append(column[1].decode())
                elif line.startswith(b")"):
                    in_create = ""
            elif _INSERT_BEGINS.match(line):
                yield from self._statement()
            elif create := _CREATE.match(line):
                in_create = create[1].decode()
                self._columns[in_create] = []
            elif names := _CHARACTER_SET.match(line):
                self._set_codec(names[1].decode())
            elif line.startswith(_END):
                self.is_complete = True

    def _set_codec(self, name: str) -> None:
        if name.lower() not in _CODECS:
            raise DumpError(f"the dump is in the character set {name}; write it with utf8mb4")
        self._codec = _CODECS[name.lower()]

    # --- lines -----------------------------------------------------------------------------------------
    def _line(self) -> bytes | None:
        """Return the next line; None at the end. The line of an INSERT is not used up: it is read by rows."""
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            if self._is_long_insert() or not self._more():
                end = len(self._buffer)
                break
        line = self._buffer[self._at : end]
        if not _INSERT_BEGINS.match(line):
            is_over = end == len(self._buffer) and not line
            self._at = min(end + 1, len(self._buffer))
            return None if is_over else line
        return line

    def _is_long_insert(self) -> bool:
        size = len(self._buffer) - self._at
        return size >= _CHUNK and _INSERT_BEGINS.match(self._buffer, self._at) is not None

    def _skip_line(self) -> None:
        while (end := self._buffer.find(b"\n", self._at)) < 0:
            self._at = len(self._buffer)
            if not self._more():
                return
        self._at = end + 1

    def _more(self) -> bool:
        """Read on; drop what was read before."""
        chunk = self._file.read(_CHUNK)
        self._offset += self._at
        self._buffer, self._at = self._buffer[self._at :] + chunk, 0
        if len(self._buffer) > MAX_ROW:
            raise DumpError(f"a row or line of more than {MAX_ROW >> 20} MB at byte {self._offset}")
        return bool(chunk)

    # --- rows of one INSERT ----------------------------------------------------------------------------
    def _statement(self) -> Iterator[tuple[str, Row]]:
        header = _INSERT.match(self._buffer, self._at)
        table = header[1].decode() if header else ""
        if header is None or table not in self._wanted:
            if table not in {"", *self.other_tables}:
                self.other_tables.append(table)
            self._skip_line()
            return
        listed = (header[2] or b"").decode().strip("()").split(",")
        columns = [name.strip(" `") for name in listed if name.strip()] or self._columns.get(table, [])
        if not columns:
            raise DumpError(f"the dump does not name the columns of {table}")
        self._at = header.end()
        values = rb"\s*,\s*".join([_VALUE] * len(columns))
        pattern = re.compile(rb"\s*\(\s*" + values + rb"\s*\)\s*([,;])", re.DOTALL)
        places = [(name, columns.index(name) + 1) for name in self._wanted[table] if name in columns]
        for row in self._values(table, pattern, places, separator=len(columns) + 1):
            yield table, row

    def _values(
        self, table: str, pattern: re.Pattern[bytes], places: list[tuple[str, int]], *, separator: int
    ) -> Iterator[Row]:
        names = [name for name, _place in places]
        groups = [*(place for _name, place in places), separator]
        while True:
            found = pattern.match(self._buffer, self._at)
            if found is None:
                if self._more():
                    continue
                raise DumpError(f"a row of {table} cannot be read, at byte {self._offset}")
            self._at = found.end()
            *values, ends = found.group(*groups)
            yield dict(zip(names, map(self._text, values), strict=True))
            if ends == b";":
                return

    def _text(self, value: bytes) -> str | None:
        """Return a value as text. What is not in the character set stays recognisable, as surrogates."""
        if value == b"NULL":
            return None
        quote = value.find(b"'", 0, 20)
        if quote < 0:
            prefix, found, digits = value.partition(b"0x")
            text = bytes.fromhex(digits.decode()) if found else prefix
            return text.decode(self._codec, "surrogateescape")
        text = value[quote + 1 : -1]
        if quote == 1 and value[:1] in b"xX":
            text = bytes.fromhex(text.decode())
        elif b"\\" in text or b"''" in text:
            text = _ESCAPE.sub(_unescape, text)
        return text.decode(self._codec, "surrogateescape")


def _unescape(found: re.Match[bytes]) -> bytes:
    character = found[1]
    return b"'" if character is None else _ESCAPED.get(character, character)
