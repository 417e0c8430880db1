"""An import of the size of today's service: killed once, gone on with, and repeated without a change."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from bench.ground import database

from tests.support.previous_service.database import PreviousService
from tests.support.previous_service.rows import NOW, SECRET

pytestmark = [pytest.mark.proof, pytest.mark.slow]
PEOPLE = int(os.environ.get("PROFILES_IMPORT_PEOPLE", "100000"))
CLAIMS = int(os.environ.get("PROFILES_IMPORT_CLAIMS", "1000000"))
MAX_MEMORY_MB = 600


@pytest.fixture
def say(capsys):
    """Say something that ``make proof`` records."""

    def say(text):
        with capsys.disabled():
            print(f"\nimport: {text}", flush=True)  # noqa: T201

    return say


def start(dump, report):
    switch_over = f"{NOW:%Y-%m-%dT%H:%M:%S}"
    words = ["profiles", "import-volpino", str(dump), "--switch-over", switch_over, "--report", str(report)]
    return subprocess.Popen(
        [sys.executable, "-m", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def finish(process):
    """Wait for an import; return its output, its seconds and the most memory it had."""
    began, most = time.perf_counter(), 0
    while process.poll() is None:
        try:
            most = max(most, psutil.Process(process.pid).memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.2)
    output, _ = process.communicate()
    assert process.returncode == 0, output
    assert SECRET not in output
    return output, time.perf_counter() - began, most / 1e6


def count(url, table):
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row is not None
        return row[0]


def digest(url):
    """A digest of every row that an import writes, tokens included."""
    tables = [
        *("accounts_account", "accounts_rolechange", "consents_consent", "consents_receipt"),
        *("claims_claim", "claims_claimhistory", "claims_lane"),
    ]
    with psycopg.connect(url) as connection:
        return [
            connection.execute(
                f"SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM {table} t"
            ).fetchone()
            for table in tables
        ]


def pace(seconds):
    """Each run goes over every row, whether it is here already or not."""
    return f"{seconds:.0f} s, {(PEOPLE + CLAIMS) / seconds:,.0f} rows a second"


def kill_in_the_middle(url, dump, report):
    process = start(dump, report)
    while count(url, "claims_claim") < CLAIMS // 2:
        assert process.poll() is None, process.communicate()
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return count(url, "claims_claim")


def test_a_whole_service_moves_in(tmp_path, say):
    service = PreviousService(PEOPLE, CLAIMS)
    dump = service.write_dump(tmp_path / "volpino.sql.gz")
    say(f"{PEOPLE:,} people and {CLAIMS:,} claims in a dump of {dump.stat().st_size / 1e6:.0f} MB")
    with database() as url:
        before = kill_in_the_middle(url, dump, tmp_path / "killed.json")
        _output, seconds, memory = finish(start(dump, tmp_path / "first.json"))
        say(f"killed after {before:,} claims; going on took {pace(seconds)}, {memory:.0f} MB")
        report = check_report(service, tmp_path / "first.json")
        say(f"{sum(sum(c.values()) for c in service.expected.values()):,} oddities counted by their names")
        assert count(url, "claims_claim") == service.kept("claims")
        assert count(url, "accounts_account") == service.kept("users")
        stored = digest(url)

        output, seconds, more_memory = finish(start(dump, tmp_path / "second.json"))

        say(f"imported again without a change in {pace(seconds)}, {more_memory:.0f} MB")
        assert digest(url) == stored
        assert re.findall(r"(\d[\d,]*) new", output) == ["0", "0"]
        again = json.loads((tmp_path / "second.json").read_text())
        assert oddities(again) == oddities(report)
    assert max(memory, more_memory) < MAX_MEMORY_MB


def check_report(service: PreviousService, path: Path):
    report = json.loads(path.read_text())
    for table, counted in service.expected.items():
        assert oddities(report)[table] == {o.value: number for o, number in counted.items()}
    assert SECRET not in path.read_text()
    return report


def oddities(report):
    return {
        name: {oddity: finding["count"] for oddity, finding in table["oddities"].items()}
        for name, table in report["tables"].items()
    }
