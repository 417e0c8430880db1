"""The web server in a process of its own, on the tests' own database: both see each other's rows."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.db import connection

from tests.support.served import free_port
from tests.support.shared import ROOT

PATIENCE = 90
"""Seconds: on a busy machine of two cores the start alone took twenty."""


@contextmanager
def serving(*, threads: int = 8, **environment: str) -> Iterator[tuple[str, int]]:
    """Serve the tests' database over HTTP; gives host and port."""
    process, port = start_serving(threads=threads, **environment)
    try:
        yield "127.0.0.1", port
    finally:
        process.terminate()
        process.wait(20)


def start_serving(*, threads: int = 8, **environment: str) -> tuple[subprocess.Popen[bytes], int]:
    """Start the service, in a process group of its own; returns once it answers, with its port."""
    port = free_port()
    words = {**os.environ, "DATABASE_URL": _database(), "PYTHONPATH": str(ROOT / "src"), **environment}
    command = [sys.executable, "-m", "profiles", "serve", "--port", str(port), "--threads", str(threads)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=words, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait(port, process)
    except RuntimeError:
        process.terminate()
        process.wait(20)
        raise
    return process, port


def _database() -> str:
    known = connection.settings_dict
    user, password = quote(known["USER"]), quote(known["PASSWORD"])
    port = f"&port={known['PORT']}" if known["PORT"] else ""
    return f"postgresql://{user}:{password}@/{known['NAME']}?host={quote(known['HOST'])}{port}"


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the service ended before it answered")
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as probe:
                probe.sendall(b"GET /heartbeat HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                if b" 200 " in probe.recv(100):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the service does not answer")
