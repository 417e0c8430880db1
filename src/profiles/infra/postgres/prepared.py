"""Statements that PostgreSQL keeps prepared, with models as rows: for the few paths that all go through.

Django builds a query again in Python at each use, and PostgreSQL plans it again; both cost several
times what finding the row does. These run in Django's connection, inside the transaction that is open there.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Self

import psycopg
from django.db import connection, models

Values = Mapping[str, Any]


class _Cursor(psycopg.Cursor[Any]):
    """Binds and prepares at the server, which Django's own cursors do not."""

    def execute(self, query: Any, params: Any = None, **_usual: Any) -> Self:
        return super().execute(query, params, prepare=True)


def run(statement: str, values: Values) -> Any:
    """Run a statement and return its cursor; it is counted and logged as all of Django's are.

    Raises:
        django.db.Error: as with any other statement.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = connection._prepare_cursor(_Cursor(connection.connection))  # type: ignore[attr-defined]  # noqa: SLF001
    cursor.execute(statement, values)
    return cursor


class Rows:
    """A read of one or more tables side by side; each line becomes an instance of each model.

    ``tables`` names the models by the letters that ``rest`` uses for them; an outer join that found nothing
    gives None. ``but`` names columns that are too large to be read along: they are fetched when looked at.
    ``more`` is a further expression, which comes last as it is.
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
        """Return the instances of the first line, or None where there is no line."""
        line = run(self._statement, values).fetchone()
        if line is None:
            return None
        found, start = [], 0
        for part in self._parts:
            end = start + len(part.columns)
            found.append(part.made_of(line[start:end]))
            start = end
        return (*found, *line[start:])


class _Part:
    """The columns of one model within a line."""

    def __init__(self, letter: str, model: type[models.Model], but: frozenset[str]) -> None:
        fields = [one for one in model._meta.concrete_fields if one.column not in but]  # noqa: SLF001
        self.model = model
        self.columns = [f"{letter}.{one.column}" for one in fields]
        self.names = [one.attname for one in fields]
        self.key = next(place for place, one in enumerate(fields) if one.primary_key)
        self.readers = [
            (place, one.from_db_value) for place, one in enumerate(fields) if hasattr(one, "from_db_value")
        ]

    def made_of(self, values: tuple[Any, ...]) -> models.Model | None:
        if values[self.key] is None:
            return None
        if self.readers:
            read = list(values)
            for place, reader in self.readers:
                read[place] = reader(read[place], None, connection)
            return self.model.from_db(connection.alias, self.names, read)
        return self.model.from_db(connection.alias, self.names, values)


def insert(*rows: models.Model, taking: str = "", then: str = "", values: Values | None = None) -> bool:
    """Insert rows of whatever models in one statement, and say whether that was done.

    ``taking``, where it is given, changes one row at most and returns something of it; where it finds none,
    nothing is inserted. So "take it if it is still free, and write down what follows" has one winner and
    needs no transaction. ``then`` changes more with it, and finds what was returned as ``taken``. Values of
    rows go as they are: no model with a JSON column.
    """
    kinds = tuple((type(row), row.pk is None) for row in rows)
    given = dict(values or {})
    for number, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        given |= {f"{number}.{one.attname}": getattr(row, one.attname) for one in _written(*kind)}
    return run(_insertion(kinds, taking, then), given).fetchone() is not None


_Kind = tuple[type[models.Model], bool]
"""A model, and whether the database gives the row its key."""


@lru_cache(maxsize=64)
def _written(model: type[models.Model], is_numbered: bool) -> list[Any]:  # noqa: FBT001  half of a kind
    return [one for one in model._meta.concrete_fields if not (is_numbered and one.primary_key)]  # noqa: SLF001


@lru_cache(maxsize=64)
def _insertion(kinds: tuple[_Kind, ...], taking: str, then: str) -> str:
    parts = [f"taken AS ({taking or 'SELECT 1'})", *([f"changed AS ({then})"] if then else [])]
    for number, kind in enumerate(kinds):
        fields = _written(*kind)
        columns = ", ".join(one.column for one in fields)
        values = ", ".join(f"%({number}.{one.attname})s" for one in fields)
        table = kind[0]._meta.db_table  # noqa: SLF001
        parts.append(f"row_{number} AS (INSERT INTO {table} ({columns}) SELECT {values} FROM taken)")  # noqa: S608
    return f"WITH {', '.join(parts)} SELECT 1 FROM taken"  # noqa: S608
