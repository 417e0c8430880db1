"""Rows of different tables as events of one timeline, so that one statement reads and orders them all."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import DateTimeField, F, Model, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

_COLUMNS: Final = ("event_at", "event_kind", "event_code", "event_ref", "event_note")
_NEWEST_FIRST: Final = ("-event_at", "event_kind", "-event_ref")


class EventRow(NamedTuple):
    """One event; what ``code``, ``ref`` and ``note`` hold depends on its kind."""

    at: datetime
    kind: str
    code: str
    ref: str
    note: str


def as_events(
    rows: QuerySet[Any],
    kind: str,
    *,
    at: str,
    code: str | Combinable = "",
    ref: str | Combinable = "pk",
    note: str | Combinable = "",
) -> QuerySet[Any, Any]:
    """Return rows as events of one kind; texts name columns, and an empty one is an empty text.

    Rows whose moment is NULL are no events.
    """
    columns: dict[str, Any] = {"event_code": code, "event_ref": ref, "event_note": note}
    events: QuerySet[Any, Any] = (
        rows.filter(**{f"{at}__isnull": False})
        .annotate(
            event_at=Cast(F(at), DateTimeField()),
            event_kind=Value(kind, TextField()),
            **{name: _text(value) for name, value in columns.items()},
        )
        .order_by(f"-{at}", "-pk")
        .values_list(*_COLUMNS)
    )
    return events


def _text(value: str | Combinable) -> Any:
    if value == "":
        return Value("", TextField())
    return Cast(F(value) if isinstance(value, str) else value, TextField())


def latest(
    sources: Iterable[QuerySet[Model, Any]], *, until: datetime | None, limit: int, offset: int = 0
) -> list[EventRow]:
    """Return the latest events of all sources before ``until``, in one statement.

    Of each source only the rows that can be on the page are read, by its own index.
    """
    chosen = [_before(source, until)[: offset + limit] for source in sources]
    if not chosen:
        return []
    first, *others = chosen
    together = first.union(*others, all=True) if others else first
    if others:
        together = together.order_by(*_NEWEST_FIRST)
    return [EventRow(*row) for row in together[offset : offset + limit]]


def _before(source: QuerySet[Any, Any], until: datetime | None) -> QuerySet[Any, Any]:
    return source if until is None else source.filter(event_at__lt=until)
