"""The database of the previous service, written as a dump or as CSV."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from profiles.domain.moving_in.oddities import LEFT_OUT, Oddity
from tests.support.previous_service.oddities import CLAIM_ODDITIES, PERSON_ODDITIES, Way
from tests.support.previous_service.rows import COLUMNS, Row, claim_row, person_row

_WAYS = {"users": PERSON_ODDITIES, "claims": CLAIM_ODDITIES}
_READ_WHOLE = frozenset({Oddity.CLAIM_TWICE, Oddity.PERSON_TWICE})
"""Rows with these are read before it is known that they are left out; all about them is counted."""
_WRITTEN = str.maketrans(
    {"\x00": "\\0", "\n": "\\n", "\r": "\\r", "\\": "\\\\", "'": "\\'", '"': '\\"', "\x1a": "\\Z"}
)
_ROWS_OF_A_STATEMENT = 2_000


def literal(value: object) -> str:
    """Write a value as ``mysqldump`` does."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return f"'{_text(value).translate(_WRITTEN)}'"


def _text(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


@dataclass
class PreviousService:
    """So many people and claims; every ``odd_each``-th row is odd in one way, all ways in turn.

    ``expected`` counts what an import must find in a table; it is known once the table was written.
    """

    people: int
    claims: int
    odd_each: int = 50
    expected: dict[str, Counter[Oddity]] = field(default_factory=dict)

    def rows(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table, and count what is odd about them."""
        counted = self.expected[table] = Counter()
        usual = frozenset({Oddity.EARLIER_TOKEN} if table == "users" else ())
        ways = _WAYS[table]
        for number in range(1, self.size(table) + 1):
            row = self._usual(table, number)
            if number % self.odd_each:
                counted.update(usual)
            else:
                way = ways[number // self.odd_each % len(ways)]
                before = self._usual(table, number - 1)
                row |= way.changes(row, before) if callable(way.changes) else way.changes
                counted.update(_oddities(way, usual))
            yield row

    def size(self, table: str) -> int:
        """Return how many rows a table has."""
        return self.people if table == "users" else self.claims

    def kept(self, table: str) -> int:
        """Return how many rows of a table are imported."""
        return self.size(table) - sum(self.expected[table][oddity] for oddity in LEFT_OUT)

    def _usual(self, table: str, number: int) -> Row:
        return person_row(number) if table == "users" else claim_row(number, self.people)

    def write_dump(self, path: Path) -> Path:
        """Write a dump as ``mysqldump`` does, compressed where the name ends in ``.gz``."""
        with _opened(path) as file:
            file.write("-- MySQL dump 10.13  Distrib 8.0.36\n/*!50503 SET NAMES utf8mb4 */;\n")
            for table, columns in COLUMNS.items():
                body = ",\n".join(f"  `{column}` varchar(191) DEFAULT NULL" for column in columns)
                file.write(f"CREATE TABLE `{table}` (\n{body},\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n")
                file.write(f"LOCK TABLES `{table}` WRITE;\n")
                self._write_rows(file, table)
                file.write("UNLOCK TABLES;\n")
                file.write("INSERT INTO `members` VALUES (1,'INSERT INTO `claims` VALUES (1)\\n');\n")
            file.write("-- Dump completed on 2026-11-01 12:00:00\n")
        return path

    def _write_rows(self, file: IO[str], table: str) -> None:
        batch: list[str] = []
        for row in self.rows(table):
            batch.append(f"({','.join([literal(row[column]) for column in COLUMNS[table]])})")
            if len(batch) == _ROWS_OF_A_STATEMENT:
                file.write(f"INSERT INTO `{table}` VALUES {','.join(batch)};\n")
                batch = []
        if batch:
            file.write(f"INSERT INTO `{table}` VALUES {','.join(batch)};\n")

    def write_csv(self, folder: Path) -> Path:
        """Write one CSV file for each table."""
        for table, columns in COLUMNS.items():
            with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
                lines = csv.writer(file)
                lines.writerow(columns)
                for row in self.rows(table):
                    lines.writerow(["" if row[c] is None else _text(row[c]) for c in columns])
        return folder


def _oddities(way: Way, usual: frozenset[Oddity]) -> set[Oddity]:
    if way.oddity in LEFT_OUT - _READ_WHOLE:
        return {way.oddity}
    return (usual | {way.oddity, *way.also}) - set(way.without)


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    if path.suffix == ".gz":
        with gzip.open(path, "wt", 1, encoding="utf-8", newline="") as packed:
            yield packed
    else:
        with path.open("w", encoding="utf-8", newline="") as plain:
            yield plain
