"""Cache the watch for enrolled people in long-lived processes, and reload it in time."""

import threading
import time
from typing import Final

from profiles.domain.matching.enrolled import Watch
from profiles.intake.watch import enrolment_mark, load_watch

_MAX_AGE: Final = 300.0
FILE_CHECK_INTERVAL: Final = 10.0
"""How often readers of files check: with a million people one check costs as much as 10,000 records."""


class EnrolledIdsCache:
    """A watch that is loaded again when people enrolled or left, or when it is five minutes old.

    For ``check_interval`` seconds after a check, it is not checked again whether people enrolled or left.
    """

    def __init__(self, *, check_interval: float = 0.0) -> None:
        self._check_interval = check_interval
        self._checked_at = 0.0
        self._lock = threading.Lock()
        self._watch: Watch | None = None
        self._mark: object = None
        self._read_at = 0.0

    def get(self) -> Watch:
        """Return the watch; without changes this costs one query over the enrolled people."""
        with self._lock:
            now = time.monotonic()
            if self._watch is not None and now - self._checked_at < self._check_interval:
                return self._watch
            self._checked_at = now
            mark = enrolment_mark()
            if self._watch is None or now - self._read_at > _MAX_AGE or mark != self._mark:
                self._watch, self._mark, self._read_at = load_watch(), mark, time.monotonic()
            return self._watch


enrolled_ids_cache: Final = EnrolledIdsCache()
"""The cache of this process."""
