"""Delete many rows without one long transaction."""

from typing import Any, Final

from django.db.models import QuerySet

BATCH: Final = 5000


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """Delete these rows and what hangs on them, in batches; return the number of all deleted rows."""
    total = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        total += rows.model._default_manager.filter(pk__in=keys).delete()[0]  # noqa: SLF001  Django's name
    return total
