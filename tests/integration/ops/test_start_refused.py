"""What ``doctor`` calls fatal, no process starts with."""

import os
import subprocess
import sys

import pytest

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


def run(command: str, **variables: str) -> tuple[int, str]:
    port = [] if command == "worker" else ["--port", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "profiles", command, *port],
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
