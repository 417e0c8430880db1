"""What the intake commands show while they work."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

errors = Console(stderr=True)


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
