"""What ``doctor`` calls fatal, no process starts with."""

import os
import subprocess
import sys

import psycopg
import pytest

from profiles.infra.vault import Vault, new_key
from tests.support.served import database
from tests.support.shared import ROOT

PRODUCTION = {
    "PROFILES_MODE": "production",
    "PROFILES_URL": "https://profiles.example.org",
    "ORCID_URL": "https://orcid.example.org",
    "ORCID_API_URL": "https://api.orcid.example.org",
    "GLOBUS_URL": "https://auth.example.org",
}
UNSAFE = {
    "the key printed in the source": ({"SECRET_KEY_BASE": ""}, "at least 50 characters"),
    "no vault keys": ({"PROFILES_VAULT_KEYS": ""}, "seals tokens"),
    "an unreadable secret file": ({"SECRET_KEY_BASE_FILE": "/nowhere/at/all"}, "/nowhere/at/all"),
    "ORCID without https": ({"ORCID_URL": "http://orcid.example.org"}, "it must be https"),
    "another public key": ({"JWT_PUBLIC_KEY": "not a key"}, "checks what JWT_PRIVATE_KEY signs"),
}


def run(command: str, *options: str, **variables: str) -> tuple[int, str]:
    port = [] if command in {"worker", "doctor"} else ["--port", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "profiles", command, *port, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **PRODUCTION, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("fault", UNSAFE)
def test_a_worker_refuses_what_doctor_calls_fatal_with_its_sentence(fault):
    variables, sentence = UNSAFE[fault]

    code, said = run("worker", **variables)

    assert code == 1, said
    assert sentence in said
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["serve", "up"])
def test_the_other_processes_refuse_it_too(command):
    code, said = run(command, SECRET_KEY_BASE="")

    assert code == 1, said
    assert "at least 50 characters" in said


def test_a_worker_refuses_an_old_schema_a_wrong_clock_and_a_missing_file_of_services(tmp_path):
    with database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'infra' AND name LIKE '0001%'")
        connection.execute("CREATE SCHEMA fast")
        connection.execute(
            "CREATE FUNCTION fast.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
            " $$ SELECT pg_catalog.clock_timestamp() + interval '10 minutes' $$"
        )
        fast = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3Dfast,public,pg_catalog"
        missing = str(tmp_path / "missing.json")

        code, said = run("worker", DATABASE_URL=fast, PROFILES_RELYING_PARTIES=missing)

    assert code == 1, said
    assert "run profiles migrate before new processes start" in said
    assert "the database's is 600 s ahead" in said
    assert "the JSON list of services that sign people in through us (FileNotFoundError" in said
    assert "Traceback" not in said


def test_keys_that_open_no_stored_row_and_a_wrong_file_of_services_are_refused_as_doctor_says(tmp_path):
    file = tmp_path / "parties.json"
    file.write_text('[{"client_id": "one", "name": "One", "redirect_uris": ["http://evil.example/"]}]')
    with database() as url, psycopg.connect(url, autocommit=True) as connection:
        sealed = Vault([new_key()]).seal("mail", purpose="of another time")
        connection.execute(
            "INSERT INTO infra_outgoingmail (uuid, about, sealed, created_at) "
            "VALUES (gen_random_uuid(), 'test', %s, now())",
            [sealed],
        )
        variables = {
            "DATABASE_URL": url,
            "PROFILES_RELYING_PARTIES": str(file),
            "PROFILES_VAULT_KEYS": new_key(),
        }

        refused = [run(command, **variables) for command in ("serve", "doctor")]

    for code, said in refused:
        plain = " ".join(said.split())
        assert code == 1, said
        assert "must hold the key that sealed the stored tokens (VaultError: no key opens any of 1" in plain
        assert "entry 1: http://evil.example/ must begin with https." in plain


def test_doctor_compares_the_connections_of_the_installation_with_what_the_server_takes():
    few, many = (run("doctor", "--workers", number)[1] for number in ("1", "1000"))

    assert "1 web processes x (8 threads + 3) + 1 workers x 15 = 26 connections" in " ".join(few.split())
    assert "note connections:" in " ".join(many.split())
    assert "1000 workers x 15 = 15011" in " ".join(many.split())


def test_no_worker_starts_on_a_restored_database_before_it_was_compared_with_the_records():
    with database() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO infra_databaseidentity (id, identity) VALUES (1, 'another/1')")

        code, said = run("worker", DATABASE_URL=url)

    assert code == 1, said
    assert "Run profiles after-restore" in said
    assert "Traceback" not in said
