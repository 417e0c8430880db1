"""The pages about deploying and upgrading, run as they are: from nothing to a signed-in person behind TLS."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from profiles.ops.demo.visitor import Visitor
from tests.support import environment, services
from tests.support.load import under_load
from tests.support.second_postgres import fresh_server
from tests.support.served import free_port
from tests.support.shared import ROOT
from tests.support.terminal import Terminal, blocks_of

FIRST, UPGRADE = ROOT / "docs/ops/first-deployment.md", ROOT / "docs/ops/upgrade.md"
ASSIGNED = re.compile(r"\b([A-Z][A-Z_]+)=")
MAKE_KEY = '"$FOLDER/current/bin/profiles" service-key create load --scope claims:read --scope claims:write'
ONE_MORE_COLUMN = """
from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("infra", "{last}")]
    note = models.TextField(default="", db_default="")
    operations = [migrations.AddField("databaseidentity", "note", note)]
"""
pytestmark = [
    pytest.mark.proof,
    pytest.mark.usefixtures("stands"),
    pytest.mark.skipif(shutil.which("nginx", path="/usr/sbin:/usr/bin") is None, reason="nginx is missing"),
]


def wheel_of(source: Path, folder: Path) -> Path:
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "build", "--quiet", "--wheel", "--out-dir", folder, source], check=True)
    return next(folder.glob("*.whl"))


def next_release(folder: Path) -> Path:
    """Return the wheel of a later release, which has one more column."""
    source = folder / "source"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        source.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__"))
    migrations = source / "src/profiles/infra/migrations"
    last = max(path.stem for path in migrations.glob("0*.py"))
    (migrations / "0999_note.py").write_text(ONE_MORE_COLUMN.format(last=last))
    return wheel_of(source, folder / "next")


@pytest.fixture
def folder(tmp_path):
    """The folder of the installation, whose processes end with the test."""
    folder = tmp_path / "profiles"
    yield folder
    for file in folder.glob("run/*.pid"):
        with suppress(ProcessLookupError, ValueError):
            os.kill(int(file.read_text()), signal.SIGTERM)
    psutil.wait_procs([p for p in psutil.process_iter() if str(folder) in " ".join(_command(p))], timeout=30)


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def settings(folder: Path, database: str, wheel: Path) -> dict[str, str]:
    """Return what an operator decides: the names of the page's first block, with values of this machine."""
    https_port, http_port, *web_ports = (str(free_port()) for _ in range(4))
    clients = {name: value for name, value in os.environ.items() if re.search("CLIENT_(ID|SECRET)$", name)}
    return {
        **clients,
        "FOLDER": str(folder),
        "SOURCE": str(ROOT),
        "RELEASE": "first",
        "WHEEL": str(wheel),
        "SITE": "localhost",
        "PROFILES_URL": f"https://localhost:{https_port}",
        "HTTPS_PORT": https_port,
        "HTTP_PORT": http_port,
        "CERTIFICATE": str(folder / "own.crt"),
        "CERTIFICATE_KEY": str(folder / "own.key"),
        "WEB_PORTS": " ".join(web_ports),
        "DATABASE_URL": database,
        # The stand-ins have no TLS, which production insists on.
        "PROFILES_MODE": "demo",
        "PROFILES_CONTACT": "support@example.org",
        "PROFILES_EMAIL_URL": environment.mailbox.url,
        "ORCID_URL": environment.stands.orcid_url,
        "ORCID_API_URL": environment.stands.orcid_url,
        "GLOBUS_URL": environment.stands.globus_url,
        "API_URL": environment.stands.datacite_url,
        "FIRST_STAFF": "0009-0001-0000-0049",
    }


def empty_environment(home: Path) -> dict[str, str]:
    """Return what a new terminal has, and how this machine reaches the package index."""
    index = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    config = next(
        (p for p in (Path.home() / ".config/pip/pip.conf", Path("/etc/pip.conf")) if p.exists()), None
    )
    return {
        "PIP_CACHE_DIR": str(Path.home() / ".cache/pip"),
        **({"PIP_CONFIG_FILE": str(config)} if config else {}),
        **index,
        "HOME": str(home),
        "PATH": f"{sys.base_prefix}/bin:/usr/sbin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }


def sign_in(url: str) -> Visitor:
    services.register(environment.stands, url)
    bob = Visitor()
    bob.go(f"{url}/sign_in")
    bob.press("Sign in with Globus")
    bob.press("Continue", organization="University of Example")
    bob.press("bob@univ.example")
    bob.press("Allow")
    bob.expect("Settings")
    return bob


def test_the_pages_lead_to_a_signed_in_person_and_to_an_upgrade_that_nobody_notices(
    folder, tmp_path, monkeypatch, capsys
):
    decide, *blocks = blocks_of(FIRST)
    began = time.monotonic()
    with fresh_server() as database:
        chosen = settings(folder, database, wheel_of(ROOT, tmp_path))
        assert set(ASSIGNED.findall(decide)) == set(chosen)
        terminal = Terminal(empty_environment(tmp_path), tmp_path)
        try:
            terminal.run("\n".join(f"export {name}='{value}'" for name, value in chosen.items()))
            said = [terminal.run(block) for block in blocks]
            monkeypatch.setenv("SSL_CERT_FILE", chosen["CERTIFICATE"])
            bob = sign_in(chosen["PROFILES_URL"])
            deployed = time.monotonic() - began
            key = terminal.run(MAKE_KEY)
            newer = next_release(tmp_path)
            terminal.run(f"export RELEASE=second WHEEL='{newer}'")
            token = re.search(r"\bdcp_svc_\w+", key)[0]
            install, *replace = blocks_of(UPGRADE)
            terminal.run(install)
            with under_load(chosen["PROFILES_URL"], token=token, trusted=chosen["CERTIFICATE"]) as answers:
                for block in replace:
                    terminal.run(block)
            bob.go(f"{chosen['PROFILES_URL']}/settings")
            bob.expect("Auto-Update")
            commands = terminal.run(
                'for name in web-$(echo $WEB_PORTS | cut -d" " -f1) worker; do '
                'tr "\\0" " " < /proc/$(cat "$FOLDER/run/$name.pid")/cmdline; done'
            )
            applied = terminal.run('"$FOLDER/current/bin/profiles" migrate --check && echo "all applied"')
        finally:
            terminal.close()

    assert "The service can start." in said[2]
    assert '"ready": true' in said[5].replace('"ready":true', '"ready": true')
    assert set(answers) == {"page 200", "api 200", "claim 202"}
    assert "second" in commands
    assert "all applied" in applied
    with capsys.disabled():
        sys.stdout.write(
            f"\nfirst-deployment: from nothing to a signed-in person in {deployed:.0f} s; "
            f"upgraded under load, answers: {dict(answers)}\n"
        )
