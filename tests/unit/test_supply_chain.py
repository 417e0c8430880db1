"""What we install has hashes, allowed licences and a bill; its known vulnerabilities are looked up."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from dev import supply_chain

from tests.support.shared import ROOT


def test_every_package_that_is_installed_is_pinned_by_hashes():
    listed = supply_chain.packages()

    assert len(listed) > 150
    assert [package.name for package in listed if not package.hashes] == []


def test_every_package_that_is_installed_has_a_licence_of_the_list():
    assert supply_chain.refused_licences() == {}


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [("MIT", True), ("MIT OR GPL-3.0-only", True), ("Apache-2.0 AND MIT", True), ("AGPL-3.0-only", False),
     ("MIT AND GPL-3.0-only", False), ("unknown", False), ("", False)],
)  # fmt: skip
def test_of_licences_to_choose_from_one_must_be_allowed_and_of_those_together_all(licence, allowed):
    assert supply_chain.is_allowed(licence) is allowed


def test_the_bill_names_each_package_with_version_hashes_and_licence_and_is_the_same_each_time():
    bill = supply_chain.bill_of_materials()

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert "pkg:pypi/django@" in json.dumps(bill)
    for component in bill["components"]:
        assert component["version"]
        assert component["hashes"]
        assert component["licenses"][0]["license"]["name"]
    assert bill == supply_chain.bill_of_materials()


@contextmanager
def database_of_vulnerabilities(monkeypatch, ids_of):
    """A stand-in that knows these vulnerabilities, in the form of the open database."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            names = [query["package"]["purl"].partition("/")[2].partition("@")[0] for query in asked]
            results = [{"vulns": [{"id": each} for each in ids_of.get(name, ())]} for name in names]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"results": results}).encode())

        def log_message(self, *_words):
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OSV_URL", f"http://127.0.0.1:{server.server_port}")
        yield
        server.shutdown()


def test_a_known_vulnerability_is_named_with_its_package(monkeypatch, capsys):
    with database_of_vulnerabilities(monkeypatch, {"django": ["CVE-1", "CVE-2"]}):
        status = supply_chain.main("audit")

    assert status == 1
    assert capsys.readouterr().out == "django: CVE-1, CVE-2\n"


def test_without_a_known_vulnerability_it_says_so(monkeypatch, capsys):
    with database_of_vulnerabilities(monkeypatch, {}):
        status = supply_chain.main("audit")

    assert status == 0
    assert "nothing found" in capsys.readouterr().out


def test_when_the_database_cannot_be_reached_nothing_is_called_safe(monkeypatch, capsys):
    monkeypatch.setenv("OSV_URL", "http://127.0.0.1:9/")

    status = supply_chain.main("audit")

    assert status == 1
    assert capsys.readouterr().out.startswith("NOT CHECKED for known vulnerabilities")


@pytest.fixture
def say(capsys):
    def say(line):
        with capsys.disabled():
            sys.stdout.write(f"\nsupply-chain: {line}\n")

    return say


@pytest.mark.proof
def test_the_wheel_is_the_same_bytes_when_it_is_built_again_elsewhere_and_later(tmp_path, say):
    digests = []
    for name, umask in (("one", 0o022), ("another/folder", 0o077)):
        source = tmp_path / name / "source"
        source.mkdir(parents=True)
        files = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        )
        for file in filter(None, files.stdout.split("\0")):
            (source / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / file, source / file)
        out = tmp_path / name / "out"
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
        variables = {**os.environ, "SOURCE_DATE_EPOCH": "1767225600"}
        subprocess.run(command, cwd=source, check=True, capture_output=True, env=variables, umask=umask)
        (wheel,) = out.glob("*.whl")
        digests.append(hashlib.sha256(wheel.read_bytes()).hexdigest())

    assert digests[0] == digests[1]
    say(f"the wheel built twice has the SHA-256 {digests[0][:16]}…")


@pytest.mark.proof
def test_what_is_known_of_what_we_install_is_recorded(say):
    assert supply_chain.main("bill") == 0
    lines = list(supply_chain.audit())
    listed = len(supply_chain.packages())

    say(f"{listed} packages, all pinned by hashes, licences allowed; bill in {supply_chain.BILL.name}")
    say("; ".join(lines) or "no known vulnerabilities")
    assert all(line.startswith("NOT CHECKED") for line in lines), "a known vulnerability"
