"""The demo as a newcomer starts it: a process of its own, real ports, its own database."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from profiles.ops.demo.visitor import Visitor
from tests.support.authenticator_app import code_of
from tests.support.shared import ROOT
from tests.support.workers import still_running

pytestmark = pytest.mark.slow


def demo(var: Path, *options: str, command: str = "demo", **variables: str) -> subprocess.Popen:
    """Start the demo, or another command on its data, in an environment without the tests' own settings."""
    ours = {
        "DATABASE_URL",
        "XDG_RUNTIME_DIR",
        "JWT_PRIVATE_KEY",
        "JWT_PUBLIC_KEY",
        "SECRET_KEY_BASE",
        "API_URL",
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ours and not name.startswith(("PROFILES_", "ORCID_", "GLOBUS_"))
    }
    return subprocess.Popen(
        [sys.executable, "-m", "profiles", command, *options],
        env={
            **kept,
            "PYTHONPATH": str(ROOT / "src"),
            "PROFILES_VAR": str(var),
            "COLUMNS": "200",
            **variables,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until_it_stays_up(process: subprocess.Popen) -> str:
    """Read what the demo says until its story is told."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if "demo is running" in line:
            return said
    raise AssertionError(said)


def read_where_to_click(process: subprocess.Popen) -> str:
    """Read what the demo prints for people, after its story."""
    read_until_it_stays_up(process)
    printed = ""
    assert process.stdout is not None
    for line in process.stdout:
        printed += line
        if "Stop: Ctrl-C" in line:
            return printed
    raise AssertionError(printed)


def signed_in(profiles: str, name: str) -> Visitor:
    """Sign in with ORCID as one of the people on the stand-in's page."""
    visitor = Visitor()
    visitor.go(f"{profiles}/sign_in")
    visitor.press("Sign in with ORCID")
    visitor.press(name)
    if visitor.can_press("Authorize access"):
        visitor.press("Authorize access")
    visitor.go(f"{profiles}/settings/me")
    visitor.expect(name)
    return visitor


@pytest.fixture
def var(request):
    """A folder of its own, short enough for a socket."""
    folder = ROOT / "var" / f"t{os.getpid()}-{abs(hash(request.node.name)) % 1000}"
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=False)


def test_the_story_is_told_once_with_its_evidence_and_ends_well(var):
    # With the settings profile for suites, which a demo may have.
    process = demo(var, "--once", PROFILES_PORT_SHIFT="300", PROFILES_TEST_SUITE="1")

    said, _ = process.communicate(timeout=120)

    assert process.returncode == 0, said
    for evidence in (
        r"0009-0001-0000-0014 is linked",
        r"before: no works",
        r"registered 10\.5072/demo-\w+",
        r"work \d+ is on the record",
        r"work \d+ followed",
        r"signed her in through Profiles, and read her claims",
        r"was not sent",
    ):
        assert re.search(evidence, said), said


@pytest.mark.proof
def test_what_the_demo_prints_is_true_for_everyone_whom_it_names(var):
    process = demo(var, PROFILES_PORT_SHIFT="700")
    try:
        printed = read_where_to_click(process)
        profiles = re.search(r"Profiles +(http\S+)", printed).group(1)
        addresses = re.findall(r"^  \S.*?(http://\S+)", printed, re.MULTILINE)
        names = re.search(r"Sign in as (.*?):", printed).group(1).replace(" or ", ", ").split(", ")
        assert len(names) == 4
        assert len(addresses) == 9
        for address in addresses:
            Visitor().go(address)
        people = {name: signed_in(profiles, name) for name in names}
        staff_page = re.search(r"Dana is staff: (\S+)", printed).group(1)

        dana = people["Dana"]
        dana.go(staff_page)
        dana.expect("Staff must have a second step")
        dana.go(f"{profiles}/settings/second-step/app")
        secret = re.search(r"Key: ([A-Z2-7 ]+?) Code", dana.text).group(1)
        dana.press("Set up", code=code_of(secret))
        dana.go(staff_page)
        assert dana.address == staff_page
        assert dana.can_press("Show the whole story")
        for name in set(names) - {"Dana"}:
            people[name].go(staff_page)
            people[name].expect("This is not allowed")
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


@pytest.mark.proof
def test_a_port_in_use_is_named_and_walked_around_and_ctrl_c_leaves_nothing_behind(var):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # somebody else holds it: just as well
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        process = demo(var)
        said = read_until_it_stays_up(process)
        children = psutil.Process(process.pid).children(recursive=True)

        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)

    assert time.monotonic() - began < 5
    assert re.search(r"port 8000 \(web\) is in use", said), said
    assert len(children) >= 3
    assert still_running(children, seconds=1) == []
    assert not any(
        str(var) in " ".join(one.info["cmdline"] or []) for one in psutil.process_iter(["cmdline"])
    )


@pytest.mark.proof
def test_a_second_run_in_the_same_folder_is_told_of_the_first(var):
    first = demo(var, PROFILES_PORT_SHIFT="400")
    try:
        assert first.stdout is not None
        next(iter(first.stdout))
        second = demo(var, "--once", PROFILES_PORT_SHIFT="500")
        said, _ = second.communicate(timeout=30)
    finally:
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=60)

    assert second.returncode != 0
    assert "already runs" in said


@pytest.mark.proof
def test_a_run_that_was_killed_leaves_no_lock_and_no_process(var):
    first = demo(var, PROFILES_PORT_SHIFT="600")
    read_until_it_stays_up(first)
    children = psutil.Process(first.pid).children()
    first.kill()
    first.communicate(timeout=10)
    alive = still_running(children, seconds=8)

    second = demo(var, "--once", PROFILES_PORT_SHIFT="600")
    said, _ = second.communicate(timeout=120)

    assert alive == []
    assert second.returncode == 0, said


@pytest.mark.proof
def test_the_restore_drill_succeeds_on_the_data_of_the_demo(var):
    process = demo(var, command="drill", PROFILES_PORT_SHIFT="900")

    said, _ = process.communicate(timeout=300)

    assert process.returncode == 0, said
    for evidence in (
        r"backed up the database .*2 people, 2 permissions, \d claims",
        r"without its keys the restored database opens for no one",
        r"no worker starts before profiles after-restore",
        r"the permission opens, and one call was made",
        r"nothing was lost, sent twice or brought back",
    ):
        assert re.search(evidence, said), said
