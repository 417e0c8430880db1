"""Work through rows so that one that breaks stops only itself."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

log = structlog.get_logger(__name__)
T = TypeVar("T")


def for_each(rows: Iterable[T], do: Callable[[T], bool], *, job: str) -> int:
    """Do something for each row; return for how many it succeeded.

    What breaks is a bug of ours or a row that cannot be read: it is logged as an error, and the rows behind
    it have their turn. The row itself must be out of reach for a while before this is called.
    """
    succeeded = 0
    for row in rows:
        try:
            succeeded += bool(do(row))
        except Exception:
            log.exception("row.broke", job=job)
    return succeeded
