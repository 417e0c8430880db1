"""Django's own checks of the settings find nothing, here and as it is run in production."""

import os
import subprocess
import sys

from tests.support.shared import ROOT

PRODUCTION = {
    "PROFILES_MODE": "production",
    "PROFILES_URL": "https://profiles.example.org",
    "SECRET_KEY_BASE": "".join(chr(33 + number % 90) for number in range(80)),
    "PROFILES_TRUSTED_PROXIES": "10.0.0.0/8",
}


def check(*options: str, **environment: str) -> tuple[int, str]:
    """Run the checks in a process of their own, as an operator does; warnings count."""
    # The browser tests need this switch; no deployment has it.
    here = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--fail-level", "WARNING", *options],
        cwd=ROOT,
        env={**here, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_djangos_checks_find_nothing():
    code, said = check()

    assert code == 0, said


def test_djangos_checks_of_a_deployment_find_nothing():
    code, said = check("--deploy", **PRODUCTION)

    assert code == 0, said


def test_the_checks_can_fail():
    code, said = check("--deploy", **{**PRODUCTION, "SECRET_KEY_BASE": "short"})

    assert code != 0
    assert "SECRET_KEY" in said
