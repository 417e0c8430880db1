"""The watch that long-lived processes keep, and when they read it again."""

import threading
import time
from typing import Final

from profiles.domain.matching_watch import Watch
from profiles.intake import selectors

_OLDEST: Final = 300.0


class KeptWatch:
    """A watch that is read again when people came or left, or when it is five minutes old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watch: Watch | None = None
        self._mark: object = None
        self._read_at = 0.0

    def get(self) -> Watch:
        """Return the watch; costs one small query when nothing changed."""
        with self._lock:
            mark = selectors.enrolment_mark()
            old = time.monotonic() - self._read_at > _OLDEST
            if self._watch is None or old or mark != self._mark:
                self._watch, self._mark, self._read_at = selectors.load_watch(), mark, time.monotonic()
            return self._watch


kept_watch: Final = KeptWatch()
"""This process's own."""
