"""Real worker processes on the test database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.db import connection

from tests.support.shared import ROOT


def start_worker(*words: str, jobs: bool = False, **variables: str) -> subprocess.Popen:
    """Start `profiles worker` on the test database: its lanes, and its jobs where they are wanted."""
    environment = {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "PYTHONPATH": str(ROOT / "src"),
        **variables,
    }
    command = [sys.executable, "-m", "profiles", "worker", *([] if jobs else ["--no-jobs"]), *words]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def _database_url() -> str:
    given = connection.get_connection_params()
    query = {name: given[name] for name in ("host", "port", "password") if given.get(name)}
    return f"postgresql://{given['user']}@/{given['dbname']}?{urlencode(query)}"


def wait_until(true: Callable[[], object], *, seconds: float, pause: float = 0.05) -> None:
    """Wait until something is true; fail when it does not become so in time."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen in time"
        time.sleep(pause)
