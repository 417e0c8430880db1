"""Real worker processes on the test database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import psutil
from django.db import connection, connections

from tests.support.shared import ROOT


def start_worker(*words: str, jobs: bool = True, **variables: str) -> subprocess.Popen:
    """Start `profiles worker`, lanes and jobs, on the test database."""
    environment = {
        **os.environ,
        "DATABASE_URL": test_database_url(),
        "PYTHONPATH": str(ROOT / "src"),
        **variables,
    }
    command = [sys.executable, "-m", "profiles", "worker", *([] if jobs else ["--no-jobs"]), *words]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


@contextmanager
def a_worker(*words: str, **variables: str) -> Iterator[subprocess.Popen]:
    """Run a worker for as long as the test needs it."""
    worker = start_worker(*words, **variables)
    try:
        yield worker
    finally:
        stop(worker)
        connections.close_all()


def stop(worker: subprocess.Popen) -> None:
    """Tell a worker to stop, and kill it when it does not."""
    worker.terminate()
    try:
        worker.wait(30)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def test_database_url() -> str:
    """Return the address of the database of this test run."""
    given = connection.get_connection_params()
    query = {name: given[name] for name in ("host", "port", "password") if given.get(name)}
    return f"postgresql://{given['user']}@/{given['dbname']}?{urlencode(query)}"


def wait_until(true: Callable[[], object], *, seconds: float, pause: float = 0.05) -> None:
    """Wait until something is true; fail when it does not become so in time."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(pause)


def still_running(children, *, seconds):
    """Wait, and return those that run. One that has ended and waits for init to reap it does not run."""
    _, alive = psutil.wait_procs(children, timeout=seconds)
    return [one for one in alive if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
