"""Everything that is sealed, by table, so that one command can reseal it when keys change.

A package that seals something registers it once, when the process starts (``register`` in its
``AppConfig.ready``). Rows are resealed in small batches, each under its own lock. A row that is being changed
is skipped and resealed in the next round, so the service keeps running.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import models, transaction
from django.db.models.functions import Substr
from django.db.models.lookups import Exact

from profiles.infra.vault import Vault, VaultError

BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class SealedColumns:
    """Columns of one table that hold sealed text, and what each row's text is sealed for."""

    name: str
    model: type[models.Model]
    columns: tuple[str, ...]
    purpose: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class SealedElsewhere:
    """Sealed text that is not a column of its own: its package counts and reseals it."""

    name: str
    count_stale: Callable[[Vault], int]
    reseal: Callable[[Vault], "Tally"]


Sealed = SealedColumns | SealedElsewhere


@dataclass(slots=True)
class Tally:
    """The result of a round: rows resealed, and rows that no key of the ring opens."""

    changed: int = 0
    closed: int = 0


_registered: dict[str, Sealed] = {}


def register(columns: Sealed) -> None:
    """Name a table's sealed columns; naming them twice changes nothing."""
    _registered[columns.name] = columns


def everything() -> list[Sealed]:
    """List what is sealed."""
    return list(_registered.values())


def count_stale(columns: Sealed, vault: Vault) -> int:
    """Count the rows that an older key sealed."""
    if isinstance(columns, SealedElsewhere):
        return columns.count_stale(vault)
    return _stale(columns, vault).count()


def reseal(columns: Sealed, vault: Vault) -> Tally:
    """Reseal a table's stale rows, batch by batch, once through the table."""
    if isinstance(columns, SealedElsewhere):
        return columns.reseal(vault)
    tally, after = Tally(), 0
    while batch := _reseal_batch(columns, vault, after, tally):
        after = batch
    return tally


def sample(columns: SealedColumns, vault: Vault, *, rows: int) -> Tally:
    """Open some of a table's newest rows; ``changed`` counts those that open, ``closed`` the others."""
    tally = Tally()
    for row in columns.model._default_manager.order_by("-pk")[:rows]:  # noqa: SLF001  Django's own name
        try:
            tally.changed += bool(list(_opened(row, columns, vault)))
        except VaultError:
            tally.closed += 1
    return tally


@transaction.atomic
def _reseal_batch(columns: SealedColumns, vault: Vault, after: int, tally: Tally) -> int:
    """Reseal one batch; return the last row's number, or 0 at the end."""
    stale = _stale(columns, vault).filter(pk__gt=after)
    rows = list(stale.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
    for row in rows:
        try:
            for name, text in _opened(row, columns, vault):
                setattr(row, name, vault.seal(text, purpose=columns.purpose(row)))
        except VaultError:
            tally.closed += 1
            continue
        row.save(update_fields=list(columns.columns))
        tally.changed += 1
    return int(rows[-1].pk) if rows else 0


def _opened(row: models.Model, columns: SealedColumns, vault: Vault) -> Iterator[tuple[str, str]]:
    for name in columns.columns:
        sealed = getattr(row, name)
        if sealed is not None:
            yield name, vault.unseal(bytes(sealed), purpose=columns.purpose(row))


def _stale(columns: SealedColumns, vault: Vault) -> models.QuerySet[Any]:
    """Select the rows where any column was sealed with another key than the newest."""
    other = models.Q()
    for name in columns.columns:
        begins = Substr(name, 1, len(vault.mark), output_field=models.BinaryField())
        other |= models.Q(**{f"{name}__isnull": False}) & ~models.Q(Exact(begins, vault.mark))
    return columns.model._default_manager.filter(other)  # noqa: SLF001  Django's own name for it
