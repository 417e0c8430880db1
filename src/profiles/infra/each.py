"""Process rows so that an error in one does not stop the others."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

log = structlog.get_logger(__name__)
T = TypeVar("T")


def for_each(rows: Iterable[T], do: Callable[[T], bool], *, job: str) -> int:
    """Call ``do`` for each row; return the number of successes.

    An exception means a bug or an unreadable row: it is logged as an error, and the next row follows.
    Callers must first make sure that the row is not picked up again at once.
    """
    succeeded = 0
    for row in rows:
        try:
            succeeded += bool(do(row))
        except Exception:
            log.exception("row.broke", job=job)
    return succeeded
