"""Open a dump, wherever its tables are, and identify it."""

import gzip
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from profiles.infra.table_dumps.csv_table import read_csv
from profiles.infra.table_dumps.mysql import DumpError, MysqlDump

try:
    from isal import igzip

    _gunzip: Any = igzip.IGzipFile
except ImportError:  # pragma: no cover  platforms without isal
    _gunzip = gzip.GzipFile

Rows = list[dict[str, str | None]]
_GZIP: Final = b"\x1f\x8b"
_CSV_ENDINGS: Final = (".csv", ".csv.gz")


@dataclass(frozen=True, slots=True)
class Part:
    """One file, and the tables that are wanted from it: in a dump all, in a CSV file one."""

    path: Path
    tables: tuple[str, ...]
    is_csv: bool

    @property
    def identity(self) -> str:
        """A digest of the file's beginning, with its size: the same content is recognised under any name."""
        with self.path.open("rb") as file:
            beginning = hashlib.sha256(file.read(1 << 20)).hexdigest()[:16]
        return f"{beginning}-{self.path.stat().st_size}"


def parts_of(path: Path, tables: Sequence[str]) -> list[Part]:
    """Return the files to read: a dump itself, or the CSV files of a folder, named after their tables.

    Raises:
        DumpError: the folder holds none of the tables.
    """
    if not path.is_dir():
        name = path.name.lower()
        if name.endswith(_CSV_ENDINGS):
            return [Part(path, (name.split(".")[0],), is_csv=True)]
        return [Part(path, tuple(tables), is_csv=False)]
    found = [
        Part(file, (table,), is_csv=True)
        for table in tables
        for ending in _CSV_ENDINGS
        if (file := path / f"{table}{ending}").is_file()
    ]
    if not found:
        raise DumpError(f"{path} holds none of {', '.join(f'{table}.csv' for table in tables)}")
    return found


class TableReader:
    """Reads the rows of the wanted tables of one file; afterwards it knows what else was there."""

    def __init__(self, part: Part, columns: Mapping[str, Sequence[str]]) -> None:
        self._part = part
        self._columns = columns
        self.other_tables: list[str] = []
        self.is_complete = True

    def batches(self, size: int) -> Iterator[tuple[str, Rows]]:
        """Yield the rows in batches, each with the name of its table.

        Raises:
            DumpError: the file cannot be read further; the batches before were sound.
        """
        wanted = {table: self._columns[table] for table in self._part.tables}
        with self._part.path.open("rb") as raw:
            is_compressed = raw.read(2) == _GZIP
            raw.seek(0)
            file: IO[bytes] = _gunzip(fileobj=raw) if is_compressed else raw
            try:
                if self._part.is_csv:
                    table = self._part.tables[0]
                    yield from ((table, rows) for rows in read_csv(file, wanted[table], size))
                    return
                dump = MysqlDump(file, wanted)
                yield from dump.batches(size)
                self.other_tables, self.is_complete = dump.other_tables, dump.is_complete
            except (EOFError, OSError) as error:
                raise DumpError(f"{self._part.path.name}: {error}") from error
