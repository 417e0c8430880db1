"""The watch that long-lived processes keep, and when they read it again."""

import threading
import time
from typing import Final

from profiles.domain.matching.enrolled import Watch
from profiles.intake import selectors

_OLDEST: Final = 300.0


CALM: Final = 10.0
"""How often readers of files ask: with a million people the question costs as much as 10,000 records."""


class EnrolledIdsCache:
    """A watch that is read again when people came or left, or when it is five minutes old.

    ``rest`` is for how many seconds nobody asks whether people came or left.
    """

    def __init__(self, *, rest: float = 0.0) -> None:
        self._rest = rest
        self._asked_at = 0.0
        self._lock = threading.Lock()
        self._watch: Watch | None = None
        self._mark: object = None
        self._read_at = 0.0

    def get(self) -> Watch:
        """Return the watch; costs one query over the enrolled when nothing changed."""
        with self._lock:
            now = time.monotonic()
            if self._watch is not None and now - self._asked_at < self._rest:
                return self._watch
            self._asked_at = now
            mark = selectors.enrolment_mark()
            if self._watch is None or now - self._read_at > _OLDEST or mark != self._mark:
                self._watch, self._mark, self._read_at = selectors.load_watch(), mark, time.monotonic()
            return self._watch


enrolled_ids_cache: Final = EnrolledIdsCache()
"""This process's own."""
