"""Our service as it is deployed: processes of its own, a database of its own, real ports."""

import hashlib
import importlib.metadata
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.support.shared import ROOT

READY_SECONDS = 120


def free_port() -> int:
    """Find a port of this machine that nobody listens on, nor calls out from by chance a moment later."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass
class Served:
    """A running service."""

    url: str
    variables: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *words: str) -> str:
        """Run a command of ours beside it and return what it says."""
        command = [sys.executable, "-m", "profiles", *words]
        done = subprocess.run(
            command, env=self.variables, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start(self, *words: str) -> None:
        """Start one of our processes beside the others."""
        self.processes.append(start(self, *words))

    def do(self, function: str, *arguments: object) -> Any:
        """Call a function of ours, by its full name, in a process of its own on this service's database."""
        code = (
            "import json, sys; from profiles.ops.django_setup import start_django; start_django();"
            "from django.utils.module_loading import import_string as find;"
            "print(json.dumps(find(sys.argv[1])(*json.loads(sys.argv[2]))))"
        )
        command = [sys.executable, "-c", code, function, json.dumps(arguments)]
        variables = {**self.variables, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        done = subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)


@contextmanager
def database() -> Iterator[str]:
    """A new database beside the tests' own: a copy of one that is in shape, which is made once."""
    url, name = os.environ["DATABASE_URL"], f"served_{os.getpid()}_{free_port()}"
    with psycopg.connect(url, autocommit=True) as connection:
        model = f"served_{_shape()}"
        # One at a time: another process of the tests may be about to make the model too.
        connection.execute("SELECT pg_advisory_lock(hashtext('served'))")
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [model]).fetchone()
        if known is None:
            connection.execute(f"DROP DATABASE IF EXISTS {model}_making WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {model}_making")
            _migrate(_beside(connection, f"{model}_making"))
            connection.execute(f"ALTER DATABASE {model}_making RENAME TO {model}")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {model}")
        connection.execute("SELECT pg_advisory_unlock(hashtext('served'))")
        with psycopg.connect(_beside(connection, name)) as copy:
            # A copy is another database: without this it would count as restored from a backup.
            copy.execute("DELETE FROM infra_databaseidentity")
        try:
            yield _beside(connection, name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _shape() -> str:
    """Name the shape of the database: by what its migrations say."""
    digest = hashlib.sha256(importlib.metadata.version("procrastinate").encode())
    for file in sorted((ROOT / "src").glob("profiles/*/migrations/*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _beside(connection: psycopg.Connection, name: str) -> str:
    """Return the address of another database of the same server."""
    return os.environ["DATABASE_URL"].replace(f"/{connection.info.dbname}", f"/{name}", 1)


def _migrate(url: str) -> None:
    variables = {**os.environ, "DATABASE_URL": url, "PROFILES_TEST_SUITE": "0"}
    variables |= {"PROFILES_MODE": "demo", "PYTHONPATH": str(ROOT / "src")}
    subprocess.run([sys.executable, "-m", "profiles", "migrate"], env=variables, cwd=ROOT, check=True)


@contextmanager
def serving(*, workers: int = 1, jobs: bool = False, **settings: str) -> Iterator[Served]:
    """Run the web server with so many processes, and a worker where jobs are wanted."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as ends:
        variables = {
            **os.environ,
            "DATABASE_URL": ends.enter_context(database()),
            "PROFILES_URL": url,
            # Like the tests' mode, but connections are kept.
            "PROFILES_MODE": "demo",
            "PYTHONPATH": str(ROOT / "src"),
            **settings,
        }
        variables.pop("DJANGO_LIVE_TEST_SERVER_ADDRESS", None)
        served = Served(url, variables)
        served.run("migrate")
        ends.callback(stop, served.processes)
        served.processes.append(start(served, "serve", "--port", str(port), "--workers", str(workers)))
        if jobs:
            served.processes.append(start(served, "worker"))
        _wait(served)
        yield served


def start(served: Served, *words: str) -> subprocess.Popen[bytes]:
    """Start one of our processes; its log is in the tests' folder."""
    log = Path(os.environ["PROFILES_VAR"]) / f"served-{words[0]}-{os.getpid()}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "profiles", *words],
            env=served.variables,
            cwd=ROOT,
            stdout=output,
            stderr=output,
        )


def _wait(served: Served) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert served.processes[0].poll() is None, "the web server ended at its start"
        try:
            with urllib.request.urlopen(f"{served.url}/heartbeat", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the web server does not answer")


def stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Stop processes; kill those that do not end within ten seconds."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
