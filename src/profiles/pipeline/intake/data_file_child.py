"""The process that reads parts of data files for the jobs of a worker, whose lanes go on meanwhile.

    python -m profiles.pipeline.intake.data_file_child DATABASE-NAME

It gets the id of a part on each line of its input, and answers each with a line when it is done. It stops
between two batches when its parent closes its input or is gone, and on SIGTERM; without work it ends after a
minute. Imported without Django, which is set up in the process.
"""

import os
import queue
import signal
import sys
import threading
from typing import Final

DONE: Final = b"done\n"
STOPPED: Final = b"stopped\n"
NO_FILE: Final = b"no file\n"
_IDLE_SECONDS: Final = 60.0
_NICENESS: Final = 5
"""Pages and calls to ORCID go before files."""


def main(database: str) -> None:
    """Take in files until there are none."""
    os.nice(_NICENESS)
    halt, parts = threading.Event(), queue.Queue[int | None]()
    signal.signal(signal.SIGTERM, lambda *_: halt.set())
    # Ctrl-C is for the parent, which closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_receive, args=[parts, halt], daemon=True).start()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    import django

    django.setup()
    from django.db import connections

    from profiles.infra import gc_tuning
    from profiles.infra.monitoring import logs
    from profiles.pipeline.intake.data_files import FileReader

    # One line for each decision would be millions; to standard error, which is the parent's.
    logs.configure("WARNING")
    connections["default"].settings_dict["NAME"] = database
    gc_tuning.freeze_and_relax()
    reader = FileReader(halt.is_set)
    while not halt.is_set() and (part := _next(parts)) is not None:
        try:
            answer = DONE if reader.take_in(part) else STOPPED
        except FileNotFoundError:
            answer = NO_FILE
        os.write(sys.stdout.fileno(), answer)


def _next(parts: "queue.Queue[int | None]") -> int | None:
    try:
        return parts.get(timeout=_IDLE_SECONDS)
    except queue.Empty:
        return None


def _receive(parts: "queue.Queue[int | None]", halt: threading.Event) -> None:
    """Pass on what is asked for; an input without a lock, so that nothing waits for it at the end."""
    rest = b""
    while received := os.read(sys.stdin.fileno(), 1024):
        *lines, rest = (rest + received).split(b"\n")
        for line in lines:
            parts.put(int(line))
    halt.set()
    parts.put(None)


if __name__ == "__main__":
    main(sys.argv[1])
