r"""Read a table from a CSV file with a line of column names.

NULL is an empty field, ``\N`` or, except in names, ``NULL``: a person may be called that.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import IO, Final

from profiles.infra.table_dumps.mysql import DumpError

_MAX_FIELD: Final = 16 << 20
_NULLS: Final = frozenset({"", "\\N"})


def read_csv(file: IO[bytes], columns: Sequence[str], size: int) -> Iterator[list[dict[str, str | None]]]:
    """Yield the rows of a file in batches; a column that the file lacks is left out of its rows.

    Raises:
        DumpError: a line has another number of fields than the first one.
    """
    csv.field_size_limit(_MAX_FIELD)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    lines = csv.reader(text)
    names = next(lines, [])
    places = [(name, names.index(name), "name" not in name) for name in columns if name in names]
    batch: list[dict[str, str | None]] = []
    try:
        for fields in lines:
            if len(fields) != len(names):
                raise DumpError(f"line {lines.line_num} has {len(fields)} fields, not {len(names)}")
            batch.append({name: _value(fields[place], bare=bare) for name, place, bare in places})
            if len(batch) == size:
                yield batch
                batch = []
    except csv.Error as error:
        raise DumpError(f"line {lines.line_num}: {error}") from error
    finally:
        text.detach()
    if batch:
        yield batch


def _value(field: str, *, bare: bool) -> str | None:
    return None if field in _NULLS or (bare and field == "NULL") else field
