"""A process that is told to stop ends within its grace period, also while its parts are starting."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from profiles.ops import processes, serve_commands
from tests.support.database_proxy import database_proxy
from tests.support.served import free_port
from tests.support.shared import ROOT
from tests.support.workers import still_running, wait_until
from tests.support.workers import test_database_url as database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
START = 90
"""Seconds that a process may take to come to some point on a busy machine."""
SLACK = 10
"""Seconds more than the grace period, for a busy machine: what is measured is that it ends."""


@pytest.fixture
def start(tmp_path):
    """Start one of our commands; at the end nothing of it is left."""
    started = []

    def start(*words, **variables):
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "PYTHONPATH": str(ROOT / "src"),
            "PROFILES_VAR": str(tmp_path),
            **variables,
        }
        command = [sys.executable, "-m", "profiles", *words]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        started.append(process)
        return process

    yield start
    for process in started:
        for one in [*descendants(process), process]:
            one.kill()
        process.wait()


def descendants(process) -> list[psutil.Process]:
    try:
        return psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def runs(process, word: str) -> bool:
    """Tell whether a process that this one started runs the given command of ours."""
    for one in descendants(process):
        try:
            if word in one.cmdline():
                return True
        except psutil.Error:
            continue
    return False


def assert_ends(process, *, grace: float) -> int:
    """Wait for the end, which leaves no process behind, and return the exit code."""
    left = descendants(process)
    code = process.wait(grace + SLACK)
    assert still_running(left, seconds=SLACK) == []
    return code


@pytest.mark.parametrize(
    "metrics", ["without metrics", pytest.param("with metrics", marks=pytest.mark.proof)]
)
def test_the_web_server_ends_while_its_processes_start(start, metrics):
    # With metrics its processes are started in another way.
    port = "0" if metrics == "without metrics" else str(free_port())
    server = start("serve", "--port", str(free_port()), "--workers", "2", PROFILES_METRICS_PORT=port)
    wait_until(lambda: len(descendants(server)) >= 2, seconds=START, pause=0.005)

    server.terminate()

    assert assert_ends(server, grace=serve_commands.KILL_SECONDS) == 0


@pytest.mark.proof
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_what_starts_while_the_database_is_away_ends(start, command):
    with database_proxy() as proxy:
        proxy.refuse()
        port = ["--port", str(free_port())] if command == "serve" else []
        process = start(command, *port, DATABASE_URL=proxy.url)
        wait_until(lambda: psutil.Process(process.pid).num_threads() > 1, seconds=START)

        process.terminate()

        assert_ends(process, grace=serve_commands.KILL_SECONDS)


@pytest.mark.parametrize(
    "part", [*(pytest.param(part, marks=pytest.mark.proof) for part in ("migrate", "serve")), "worker"]
)
def test_up_ends_while_one_of_its_processes_starts(start, part):
    up = start("up", "--port", str(free_port()))
    wait_until(lambda: runs(up, part), seconds=START, pause=0.005)

    up.terminate()

    assert assert_ends(up, grace=processes.GRACE_SECONDS) == 0


@pytest.mark.proof
def test_a_second_signal_does_not_disturb_the_end_of_up(start):
    up = start("up", "--port", str(free_port()))
    wait_until(lambda: runs(up, "worker"), seconds=START, pause=0.005)

    left = descendants(up)
    ends = time.monotonic() + processes.GRACE_SECONDS + SLACK
    while up.poll() is None and time.monotonic() < ends:
        up.send_signal(signal.SIGTERM)
        time.sleep(0.01)

    assert up.returncode == 0
    # It waited for them.
    assert still_running(left, seconds=0.5) == []
