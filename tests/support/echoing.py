"""Our web front with an application of a few lines behind it, in a process of its own.

``/hold`` keeps its thread until the file of ``HELD_UNTIL`` is there; ``/big`` answers with three megabytes;
every other address says what it was asked.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from profiles.infra.web import http_front
from tests.support.served import free_port
from tests.support.shared import ROOT

BODY_SECONDS = 10
IDLE_SECONDS = 3
THREADS = 2
MAX_REQUESTS = 6
BIG = 3_000_000
_requests = 0


def application(asked: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Say what was asked."""
    global _requests  # noqa: PLW0603  one for the process
    _requests += 1
    body = asked["wsgi.input"].read()
    if asked["PATH_INFO"] == "/hold":
        held_until = Path(os.environ["HELD_UNTIL"])
        while not held_until.exists():
            time.sleep(0.01)
    told = {name: value for name, value in asked.items() if isinstance(value, str)}
    content = json.dumps({**told, "body": len(body), "requests": _requests}).encode()
    if asked["PATH_INFO"] == "/big":
        content = b"x" * BIG
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]


def make() -> http_front.Front:
    """Make the front, with limits that a test can wait for."""
    http_front.MAX_REQUESTS = MAX_REQUESTS
    return http_front.Front(application, threads=THREADS, body_seconds=BODY_SECONDS)


front = make()


@contextlib.contextmanager
def serving(held_until: Path) -> Iterator[tuple[subprocess.Popen[bytes], tuple[str, int]]]:
    """Run it; gives the process, and host and port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.support.echoing", str(port)]
    variables = {**os.environ, "HELD_UNTIL": str(held_until), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    process = subprocess.Popen(command, cwd=ROOT, env=variables)
    try:
        until = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)
        yield process, ("127.0.0.1", port)
    finally:
        held_until.touch()
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    from profiles.ops.serve_commands import make_server

    make_server(
        "tests.support.echoing:front", host="127.0.0.1", port=int(sys.argv[1]), idle=IDLE_SECONDS
    ).serve()
