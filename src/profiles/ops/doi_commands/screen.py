"""What the intake commands show while they work."""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

errors = Console(stderr=True)


def only_warnings() -> None:
    """Keep the log to what went wrong, on standard error: standard output is the command's answer."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@contextmanager
def until_interrupted() -> Iterator[Callable[[], bool]]:
    """Give a question that becomes true at Ctrl-C or SIGTERM; what is under way is finished first."""
    asked = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda *_: asked.set())
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def bar() -> Progress:
    """A line that shows what has come so far; it goes to standard error."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
    )
