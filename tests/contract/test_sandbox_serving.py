"""All stand-ins together: in the background of a test, and as a process."""

import asyncio
import json
import signal
import socket
import sys
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest

from sandbox.control import ControlError
from sandbox.people import read_people
from sandbox.serving import PEOPLE_FILE, started
from tests.support.shared import ROOT


def test_the_stand_ins_run_on_free_ports_and_stop_without_a_trace():
    before = set(threading.enumerate())

    with started() as stands:
        names = [
            json.load(urlopen(f"{stand.url}/__sandbox__/log"))["stand_in"]
            for stand in (stands.orcid, stands.globus, stands.datacite)
        ]

    assert names == ["orcid", "globus", "datacite"]
    assert set(threading.enumerate()) <= before
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(stands.orcid_url.rsplit(":", 1)[1])), timeout=1)


def test_a_port_in_use_is_reported_by_its_number():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(OSError, match=str(port)), started(globus_port=port):
            pass


def test_the_people_of_the_demo_are_known_to_orcid():
    with started() as stands:
        known = {person["orcid"] for person in stands.orcid.state()["people"]}

    assert known == {person["orcid"] for person in read_people(PEOPLE_FILE) if person["orcid"]}


def test_faults_and_log_are_a_word_away():
    with started() as stands:
        stands.orcid.fail_next(path="/oauth/token", status=503)
        stands.orcid.heal()
        with urlopen(f"{stands.orcid_url}/.well-known/openid-configuration") as answer:
            issuer = json.load(answer)["issuer"]
        log = stands.orcid.log(path="openid-configuration")
        with pytest.raises(ControlError, match="400"):
            stands.orcid.order("faults", {"nonsense": 1})

    assert issuer == stands.orcid_url
    assert [entry["status"] for entry in log] == [200]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["terminate", "interrupt"])
async def test_as_a_process_it_says_when_it_is_ready_and_stops_when_told(sign):
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox"),
        *("--orcid-port", "0", "--globus-port", "0", "--datacite-port", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT / "src",
    )
    lines = [(await asyncio.wait_for(process.stdout.readline(), 30)).decode() for _ in range(3)]

    process.send_signal(sign)
    _out, err = await asyncio.wait_for(process.communicate(), 10)

    assert [line.split(" at http://127.0.0.1:")[0] for line in lines] == [
        "ready: stand-in for ORCID",
        "ready: stand-in for Globus Auth",
        "ready: stand-in for DataCite REST API",
    ]
    assert (process.returncode, err.decode()) == (0, "")


def test_every_id_in_the_people_file_has_its_check_digit():
    people = json.loads(Path(PEOPLE_FILE).read_text(encoding="utf-8"))["people"]

    for orcid_id in filter(None, (person["orcid"] for person in people)):
        digits = orcid_id.replace("-", "")
        total = 0
        for digit in digits[:-1]:
            total = (total + int(digit)) * 2
        assert "0123456789X"[(12 - total % 11) % 11] == digits[-1], orcid_id
