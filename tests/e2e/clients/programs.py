"""The programs, how each is registered, and how it is started with what it needs, apart from our own."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.support import apache, installed

SOFTWARE = Path(__file__).parent / "software"
INSTALLED = Path(os.environ["PROFILES_VAR"]) / "clients"
READY_SECONDS = 60
NONCE = {"nonce_instead_of_pkce": True}


@dataclass(frozen=True)
class Program:
    """A client, and what its registration says beside the usual."""

    name: str
    package: str
    file: str
    callback: str
    signed_out: str = "/"
    settings: dict[str, bool] = field(default_factory=dict)
    backchannel: str = ""
    """Where it gets notices that a session ended; empty: it takes none."""
    has_refresh: bool = True
    own_button: str = ""
    """A button of its own between "Sign in" and us."""
    host: str = "127.0.0.1"
    """The host in its addresses: Next.js calls itself localhost at any loopback address."""

    @property
    def client_id(self) -> str:
        """The name it is registered by."""
        return self.file.partition(".")[0]

    @property
    def version(self) -> str:
        """The version of the package, as it is locked or installed."""
        if self.file == "apache":
            return apache.version()
        if self.file == "next" or self.file.endswith(".mjs"):
            lock = json.loads((SOFTWARE / "package-lock.json").read_text())
            return str(lock["packages"][f"node_modules/{self.package}"]["version"])
        lines = (SOFTWARE / "requirements.txt").read_text().splitlines()
        return next(line.split()[0] for line in lines if line.startswith(f"{self.package}==")).partition(
            "=="
        )[2]

    def registration(self, base: str) -> dict[str, object]:
        """Describe it as it is registered with us."""
        return {
            "client_id": self.client_id,
            "client_secret": SECRET,
            "name": self.name,
            "redirect_uris": [base + self.callback],
            "logout_return_uris": [base + self.signed_out],
            "backchannel_logout_uri": self.backchannel and base + self.backchannel,
            "scopes": ["openid", "profile", "email", "offline_access"],
            **self.settings,
        }


NEXT = {"NEXT_TELEMETRY_DISABLED": "1", "AUTH_SECRET": "of the tests, and long enough for Auth.js"}
"""What Next.js and Auth.js inside it read; others do not know these names."""
SECRET = "client-secret-for-loopback-only-00000000000"
IN_ID_TOKEN = {"claims_in_id_token": True}
AUTHLIB = {**NONCE, **IN_ID_TOKEN}
PROGRAMS = (
    Program("Authlib in Flask", "authlib", "flask_authlib.py", "/callback", "/goodbye", AUTHLIB),
    Program("Authlib in Django", "authlib", "django_authlib.py", "/callback", "/goodbye", AUTHLIB),
    Program("Authlib in Starlette", "authlib", "starlette_authlib.py", "/callback", "/goodbye", AUTHLIB),
    Program(
        "mozilla-django-oidc", "mozilla-django-oidc", "mozilla_oidc.py", "/oidc/callback/", settings=NONCE
    ),
    Program(
        "social-auth-app-django",
        "social-auth-app-django",
        "social_auth.py",
        "/complete/oidc/",
        settings=NONCE,
    ),
    Program(
        "Auth.js in Express",
        "@auth/core",
        "auth_js.mjs",
        "/auth/callback/profiles",
        settings=IN_ID_TOKEN,
        own_button="Sign in with DataCite Profiles",
    ),
    Program(
        "Auth.js in Next.js",
        "next-auth",
        "next",
        "/api/auth/callback/profiles",
        settings=IN_ID_TOKEN,
        host="localhost",
    ),
    Program("openid-client", "openid-client", "openid_client.mjs", "/callback", backchannel="/backchannel"),
    Program(
        "passport-openidconnect",
        "passport-openidconnect",
        "passport.mjs",
        "/callback",
        settings=NONCE,
        has_refresh=False,
    ),
    Program(
        "mod_auth_openidc in Apache",
        "libapache2-mod-auth-openidc",
        "apache",
        "/protected/callback",
        "/",
        NONCE,
        "/protected/callback?logout=backchannel",
    ),
)
IN_EVERY_TEST_RUN = ("flask_authlib.py", "apache")
"""What these need is installed for other tests anyway."""


def runs_all() -> bool:
    """Tell whether this is the long run."""
    return os.environ.get("PROFILES_CLIENTS") == "all"


def chosen() -> tuple[Program, ...]:
    """Return the programs of this run: two, or all of them."""
    return tuple(program for program in PROGRAMS if runs_all() or program.file in IN_EVERY_TEST_RUN)


@contextmanager
def running(program: Program, *, issuer: str, folder: Path, base: str) -> Iterator[None]:
    """Run it until the block ends."""
    if program.file == "apache":
        with apache.running(folder, issuer=issuer, base=base, secret=SECRET, shows_person=True):
            yield
        return
    command = _python(program) if program.file.endswith(".py") else _node(program)
    variables = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "ISSUER": issuer,
        "BASE": base,
        "CLIENT_ID": program.client_id,
        "CLIENT_SECRET": SECRET,
        "FOLDER": str(folder),
        **NEXT,
        "AUTH_URL": base,
        "PORT": base.rpartition(":")[2],
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=variables, stdout=log, stderr=log)
    try:
        _wait(base, process, folder / "log")
        yield
    finally:
        # Asked to end, Next.js would wait until the browser hangs up.
        process.kill()
        process.wait(10)


def _python(program: Program) -> list[str]:
    """Install what the Python programs need in an environment of its own; one of them needs only ours."""
    python = Path(sys.executable)
    if program.file not in IN_EVERY_TEST_RUN or runs_all():
        folder, lock = INSTALLED / "python", SOFTWARE / "requirements.txt"
        python, done = folder / "bin" / "python", folder / "installed.txt"
        if not done.exists() or done.read_text() != lock.read_text():
            shutil.rmtree(folder, ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
            words = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
            subprocess.run(words, check=True)
            done.write_text(lock.read_text())
    return [str(python), str(SOFTWARE / program.file)]


def _node(program: Program) -> list[str]:
    file = installed.node_folder(SOFTWARE) / program.file
    if program.file != "next":
        return ["node", str(file)]
    command = ["node", str(SOFTWARE / "node_modules" / "next" / "dist" / "bin" / "next")]
    # Its settings are read when it runs: one build serves each run.
    if not (file / ".next" / "BUILD_ID").exists():
        subprocess.run([*command, "build", str(file)], env={**os.environ, **NEXT}, check=True, timeout=300)
    return [*command, "start", str(file), "--hostname", program.host]


def _wait(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            if requests.get(base, timeout=5).ok:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
    raise AssertionError(log.read_text()[-2000:])
