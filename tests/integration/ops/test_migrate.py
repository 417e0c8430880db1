"""``profiles migrate`` while the service runs: it waits for no table long, and for another migrate."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from profiles.ops.migrate_command import MIGRATING
from tests.support.served import database
from tests.support.shared import ROOT

MIGRATE = ("profiles", "migrate", "--lock-seconds", "0.1")
NAME = "sso.0001_initial"


def start(url: str, *words: str) -> subprocess.Popen[str]:
    variables = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=variables,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def table_in_use(url: str) -> Iterator[None]:
    with psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE accounts_account IN ROW EXCLUSIVE MODE")
        yield


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    said, why = process.communicate(timeout=200)
    return process.returncode, said, why


def test_it_waits_for_no_table_long_tries_again_and_waits_for_another_migrate(monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "profiles.config.settings")
    with database() as url, psycopg.connect(url, autocommit=True) as another:
        # The tables of one package are missing, so what fills them after each migrate fails; they refer to
        # accounts, which is in use.
        ended(start(url, "django", "migrate", "sso", "zero"))
        assert another.execute("SELECT to_regclass('sso_relyingparty')").fetchone() == (None,)
        with table_in_use(url):
            code, _, why = ended(start(url, *MIGRATE, "--tries", "1"))
        another.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
        migrate = start(url, *MIGRATE)
        waits = migrate.stderr.readline()
        with table_in_use(url):
            another.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])
            tries = migrate.stderr.readline()
        second_code, said, _ = ended(migrate)

    assert (code, second_code) == (1, 0)
    assert f"{NAME} was undone: its table was in use at each try" in why
    assert "Traceback" not in why
    assert "another profiles migrate is running" in waits
    assert f"{NAME}: its table is in use; trying again, 29 tries left" in tries
    assert said.startswith("database is in shape")
