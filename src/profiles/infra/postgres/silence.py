"""Whether the database is silent: it answers nothing, but nothing is closed either (a frozen host or disk).

``statement_timeout`` is kept by the server, so it does not help then. Web processes set ``limit``: a
statement without an answer fails after so many seconds, and while the database is known to be silent only one
attempt at a time waits for it. Workers set none: they wait, and continue.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

PROBE_SECONDS: Final = 2.0


class Silence:
    """What this process knows of the database's silence."""

    def __init__(self) -> None:
        self.limit: float | None = None
        self._lock = threading.Lock()
        self._is_known = False
        self._is_probing = False
        self._probe_at = 0.0

    @property
    def is_known(self) -> bool:
        """Whether the last attempt found the database silent."""
        return self._is_known

    def record(self) -> None:
        """Record that a statement got no answer in time."""
        with self._lock:
            self._is_known, self._probe_at = True, time.monotonic() + PROBE_SECONDS

    @contextmanager
    def connecting(self) -> Iterator[None]:
        """Let a connection be opened; while the database is silent, one at a time.

        Raises:
            psycopg.OperationalError: the database was silent a moment ago.
        """
        if self.limit is None:
            yield
            return
        is_probe = self._enter()
        try:
            yield
        except psycopg.errors.ConnectionTimeout:
            self.record()
            raise
        else:
            self._is_known = False
        finally:
            if is_probe:
                self._is_probing = False

    def _enter(self) -> bool:
        with self._lock:
            if not self._is_known:
                return False
            if self._is_probing or time.monotonic() < self._probe_at:
                raise psycopg.OperationalError("the database did not answer a moment ago")
            self._is_probing = True
            return True


silence = Silence()
"""The one of this process."""
