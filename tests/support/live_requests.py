"""Requests that a live server still answers when a test has ended.

A browser that is closed does not end the request that it made: the server's thread goes on, and would commit
rows after the tables were emptied, into the database of the next test.
"""

import threading
import time
from typing import Any, Final

from django.core.signals import request_finished, request_started

LONGEST: Final = 10.0
"""Seconds that a request may take to end. A client that read no answer may keep one open for good."""

_running: set[int] = set()


def watch() -> None:
    """Note from now on which threads of a live server answer a request."""
    request_started.connect(_begin)
    request_finished.connect(_end)


def wait_for_end() -> None:
    """Wait until no thread of a live server answers a request."""
    until = time.monotonic() + LONGEST
    while _alive() and time.monotonic() < until:
        time.sleep(0.01)
    _running.clear()


def _alive() -> bool:
    return bool(_running & {thread.ident for thread in threading.enumerate()})


def _begin(**_: Any) -> None:
    if threading.current_thread() is not threading.main_thread():
        _running.add(threading.get_ident())


def _end(**_: Any) -> None:
    _running.discard(threading.get_ident())
