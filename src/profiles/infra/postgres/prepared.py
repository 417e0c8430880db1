"""Run prepared statements that read and write models, for the few hot paths.

Django builds a query again in Python at each use, and PostgreSQL plans it again; both cost several times as
much as finding the row. These run in Django's connection, inside its open transaction.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Self

import psycopg
from django.db import connection, models

Values = Mapping[str, Any]


class _Cursor(psycopg.Cursor[Any]):
    """A cursor that binds and prepares at the server, unlike Django's own."""

    def execute(self, query: Any, params: Any = None, **_usual: Any) -> Self:
        # Nothing is prepared without a threshold. With one, psycopg also keeps the texts of Django's last
        # hundred statements, values included: in an import, hundreds of megabytes.
        self.connection.prepare_threshold = 0
        try:
            return super().execute(query, params, prepare=True)
        finally:
            self.connection.prepare_threshold = None


def run(statement: str, values: Values) -> Any:
    """Run a statement and return its cursor; it is counted and logged like Django's own.

    Raises:
        django.db.Error: as with any other statement.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = connection._prepare_cursor(_Cursor(connection.connection))  # type: ignore[attr-defined]  # noqa: SLF001
    cursor.execute(statement, values)
    return cursor


class Rows:
    """A query over one or more tables; each row becomes an instance of each model.

    ``tables`` names the models by their aliases in ``rest``; an outer join without a match gives None.
    ``but`` names large columns to defer: Django fetches them at first use. ``more`` is a further expression,
    whose value comes last.
    """

    def __init__(
        self, rest: str, *, but: Iterable[str] = (), more: str = "", **tables: type[models.Model]
    ) -> None:
        self._rest, self._but, self._more, self._tables = rest, frozenset(but), more, tables

    @cached_property
    def _parts(self) -> list["_Part"]:
        return [_Part(letter, model, self._but) for letter, model in self._tables.items()]

    @cached_property
    def _statement(self) -> str:
        columns = [column for part in self._parts for column in part.columns]
        return f"SELECT {', '.join([*columns, *([self._more] if self._more else [])])} {self._rest}"

    def first(self, values: Values) -> tuple[Any, ...] | None:
        """Return the instances of the first row, or None without a row."""
        line = run(self._statement, values).fetchone()
        if line is None:
            return None
        instances, start = [], 0
        for part in self._parts:
            end = start + len(part.columns)
            instances.append(part.from_values(line[start:end]))
            start = end
        return (*instances, *line[start:])


class _Part:
    """The columns of one model within a row."""

    def __init__(self, letter: str, model: type[models.Model], but: frozenset[str]) -> None:
        fields = [field for field in model._meta.concrete_fields if field.column not in but]  # noqa: SLF001
        self.model = model
        self.columns = [f"{letter}.{field.column}" for field in fields]
        self.names = [field.attname for field in fields]
        self.key = next(place for place, field in enumerate(fields) if field.primary_key)
        self.readers = [
            (place, field.from_db_value)
            for place, field in enumerate(fields)
            if hasattr(field, "from_db_value")
        ]

    def from_values(self, values: tuple[Any, ...]) -> models.Model | None:
        if values[self.key] is None:
            return None
        if self.readers:
            read = list(values)
            for place, reader in self.readers:
                read[place] = reader(read[place], None, connection)
            return self.model.from_db(connection.alias, self.names, read)
        return self.model.from_db(connection.alias, self.names, values)


def insert(*rows: models.Model, taking: str = "", then: str = "", values: Values | None = None) -> bool:
    """Insert rows of any models in one statement; return whether they were inserted.

    ``taking`` is an optional statement that changes at most one row and returns something of it; if it finds
    none, nothing is inserted. So "take it if it is still free, and record what follows" has one winner and
    needs no transaction. ``then`` changes more rows, and can read the result as ``taken``. Values are passed
    unchanged, so models with a JSON column do not work.
    """
    kinds = tuple((type(row), row.pk is None) for row in rows)
    params = dict(values or {})
    for number, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        params |= {f"{number}.{field.attname}": getattr(row, field.attname) for field in _written(*kind)}
    return run(_insertion(kinds, taking, then), params).fetchone() is not None


_Kind = tuple[type[models.Model], bool]
"""A model, and whether the database gives the row its key."""


@lru_cache(maxsize=64)
def _written(model: type[models.Model], is_numbered: bool) -> list[Any]:  # noqa: FBT001  half of a kind
    return [field for field in model._meta.concrete_fields if not (is_numbered and field.primary_key)]  # noqa: SLF001


@lru_cache(maxsize=64)
def _insertion(kinds: tuple[_Kind, ...], taking: str, then: str) -> str:
    parts = [f"taken AS ({taking or 'SELECT 1'})", *([f"changed AS ({then})"] if then else [])]
    for number, kind in enumerate(kinds):
        fields = _written(*kind)
        columns = ", ".join(field.column for field in fields)
        values = ", ".join(f"%({number}.{field.attname})s" for field in fields)
        table = kind[0]._meta.db_table  # noqa: SLF001
        parts.append(f"row_{number} AS (INSERT INTO {table} ({columns}) SELECT {values} FROM taken)")  # noqa: S608
    return f"WITH {', '.join(parts)} SELECT 1 FROM taken"  # noqa: S608
