"""The wheel runs alone: installed into an empty environment, in a folder that is no checkout."""

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.served import READY_SECONDS, free_port
from tests.support.shared import ROOT

pytestmark = pytest.mark.proof


@pytest.fixture
def folder():
    """A folder that PostgreSQL may enter, whose server runs as another user when root starts it."""
    folder = ROOT / "var" / f"wheel{os.getpid()}"
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def installed(folder):
    """An environment with nothing but the wheel and its dependencies."""
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT], check=True)
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder / "venv"], check=True)
    (wheel,) = folder.glob("*.whl")
    install = [uv, "pip", "install", "--quiet", "--python", folder / "venv" / "bin" / "python", wheel]
    subprocess.run(install, check=True)
    return folder / "venv"


def page_of(url: str) -> str:
    """Wait until there is an answer."""
    ends = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends:
        with suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            return answer.read().decode()
        time.sleep(0.5)
    raise AssertionError(f"no answer of {url}")


def test_it_serves_with_a_database_of_its_own_and_keeps_its_data_in_the_working_folder(installed, folder):
    port = free_port()
    variables = {**os.environ, "PROFILES_URL": f"http://127.0.0.1:{port}", "PYTHONPATH": ""}
    for name in ("PROFILES_VAR", "DATABASE_URL"):
        variables.pop(name)
    before = set(installed.rglob("*"))

    command = [installed / "bin" / "profiles", "up", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, env=variables) as server:
        page = page_of(f"http://127.0.0.1:{port}/sign_in")
        server.terminate()
        server.wait(60)

    assert "Sign in" in page
    assert (folder / "var").is_dir()
    made = {path for path in set(installed.rglob("*")) - before if "__pycache__" not in path.parts}
    assert made == set()
