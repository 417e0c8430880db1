"""Debian's glewlwyd, set up by its own interface, on SQLite with every grant durable: to compare with.

Its sign-in pages need scripts, so people sign in by the interface behind them.
"""

import gzip
import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.contract.openid.protocol import Party
from tests.support.served import free_port

SCHEMA: Final = Path("/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz")
MODULES: Final = Path("/usr/lib/glewlwyd")
SCOPES: Final = ("openid", "profile", "email", "offline_access")
ALICE: Final = ("alice", "alice-password")
LIMIT: Final = 20


def is_here() -> bool:
    """Say whether it is installed, with the description of its tables."""
    return bool(shutil.which("glewlwyd")) and SCHEMA.exists()


@contextmanager
def glewlwyd(folder: Path, party: Party) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run it with one service and one person; yield its issuer and its process."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    base = f"http://127.0.0.1:{(port := free_port())}"
    with sqlite3.connect(folder / "glewlwyd.db") as database:
        database.executescript(gzip.decompress(SCHEMA.read_bytes()).decode())
    database.close()
    (folder / "glewlwyd.conf").write_text(_configuration(folder, base, port))
    with (folder / "out.log").open("w") as log:
        process = subprocess.Popen(["glewlwyd", f"--config-file={folder / 'glewlwyd.conf'}"], stdout=log)
        try:
            _set_up(base, party)
            yield f"{base}/api/oidc", process
        finally:
            process.terminate()
            process.wait(10)


def _configuration(folder: Path, base: str, port: int) -> str:
    modules = {
        "user_module_path": "user",
        "client_module_path": "client",
        "user_auth_scheme_module_path": "scheme",
        "plugin_module_path": "plugin",
    }
    lines = [
        f"port={port}",
        'bind_address="127.0.0.1"',
        f'external_url="{base}"',
        'login_url="login.html"',
        'api_prefix="api"',
        'log_mode="file"',
        'log_level="ERROR"',
        f'log_file="{folder / "glewlwyd.log"}"',
        "cookie_secure=0",
        'session_key="GLEWLWYD2_SESSION_ID"',
        'admin_scope="g_admin"',
        'profile_scope="g_profile"',
        'hash_algorithm="SHA512"',
        *(f'{name}="{MODULES / place}"' for name, place in modules.items()),
        f'database = {{ type = "sqlite3"; path = "{folder / "glewlwyd.db"}"; }};',
    ]
    return "\n".join(lines) + "\n"


def _set_up(base: str, party: Party) -> None:
    admin = requests.Session()
    _awaited(admin, base)
    _sent(admin, "POST", f"{base}/api/auth/", {"username": "admin", "password": "password"})
    for name in SCOPES[1:]:
        scope = {"name": name, "display_name": name, "description": name, "password_required": False}
        _sent(admin, "POST", f"{base}/api/scope/", scope)
    plugin = {"module": "oidc", "name": "oidc", "display_name": "OpenID", "order_rank": 0, "readonly": False}
    _sent(admin, "POST", f"{base}/api/mod/plugin/", {**plugin, "parameters": _parameters(base)})
    service = {
        "client_id": party.client_id,
        "name": "Bench",
        "enabled": True,
        "confidential": True,
        "password": party.secret,
        "client_secret": party.secret,
        "redirect_uri": [party.redirect_uri],
        "token_endpoint_auth_method": ["client_secret_basic"],
        "authorization_type": ["code", "refresh_token"],
        "scope": list(SCOPES),
    }
    _sent(admin, "POST", f"{base}/api/client/", service)
    person = {"username": ALICE[0], "password": ALICE[1], "name": "Alice", "email": "alice@example.org"}
    _sent(admin, "POST", f"{base}/api/user/", {**person, "enabled": True, "scope": [*SCOPES, "g_profile"]})


def _parameters(base: str) -> dict[str, Any]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        "iss": f"{base}/api/oidc",
        "jwt-type": "rsa",
        "jwt-key-size": "256",
        "key": private.decode(),
        "cert": public.decode(),
        "access-token-duration": 1800,
        "refresh-token-duration": 1209600,
        "code-duration": 60,
        "refresh-token-rolling": True,
        "refresh-token-one-use": "always",
        "allow-non-oidc": False,
        "auth-type-code-enabled": True,
        "auth-type-code-revoke-replayed": True,
        "auth-type-refresh-enabled": True,
        "jwks-show": True,
        "pkce-allowed": True,
        "pkce-required": True,
        "name-claim": "on-demand",
        "name-claim-scope": ["profile"],
        "email-claim": "on-demand",
        "email-claim-scope": ["email"],
        "subject-type": "public",
    }


def sign_in(issuer: str, party: Party) -> dict[str, str]:
    """Sign Alice in, let her agree, and return the cookies of her browser."""
    base = issuer.removesuffix("/api/oidc")
    browser = requests.Session()
    _sent(browser, "POST", f"{base}/api/auth/", {"username": ALICE[0], "password": ALICE[1]})
    _sent(browser, "PUT", f"{base}/api/auth/grant/{party.client_id}", {"scope": " ".join(SCOPES)})
    return {cookie.name: str(cookie.value) for cookie in browser.cookies}


def _awaited(admin: requests.Session, base: str) -> None:
    for _ in range(100):
        try:
            admin.get(f"{base}/config/", timeout=LIMIT)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(base)


def _sent(browser: requests.Session, verb: str, url: str, body: dict[str, Any]) -> None:
    answer = browser.request(verb, url, data=json.dumps(body), headers=_JSON, timeout=LIMIT)
    if answer.status_code != requests.codes.ok:
        raise RuntimeError(f"{verb} {url} answers {answer.status_code}: {answer.text[:300]}")


_JSON: Final = {"Content-Type": "application/json"}
