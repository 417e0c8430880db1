"""The environment of the tests: a database of their own, secrets of their own, stand-ins outside.

Loaded as a plugin before Django reads its settings (pyproject.toml, addopts).
"""

import atexit
import base64
import os
import socket
from contextlib import ExitStack
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.serving import started
from tests.support.mailbox import Mailbox
from tests.support.shared import ROOT

open_ends = ExitStack()
atexit.register(open_ends.close)
stands = open_ends.enter_context(started())
mailbox = Mailbox()
INBOX_TOKEN = "inbox-token-of-the-tests"


def _key_pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _in_haste(url: str) -> None:
    """Let PostgreSQL not wait for the disk: these databases need not outlive the machine's fall."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = off")
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")


def _start() -> None:
    var = Path(os.environ.setdefault("PROFILES_VAR", str(ROOT / "var" / "test")))
    if not os.environ.get("DATABASE_URL"):
        from profiles.infra.postgres import embedded

        url = os.environ["DATABASE_URL"] = open_ends.enter_context(embedded.running(var))
        _in_haste(url)
    private, public = _key_pair()
    settings = {
        "PROFILES_MODE": "test",
        "PROFILES_URL": f"http://127.0.0.1:{_free_port()}",
        "SECRET_KEY_BASE": "tests-only-" + "x" * 50,
        # The first seals; the second is known already, as while keys change.
        "PROFILES_VAULT_KEYS": ",".join(base64.b64encode(digit * 32).decode() for digit in (b"0", b"1")),
        "JWT_PRIVATE_KEY": private,
        "JWT_PUBLIC_KEY": public,
        "ORCID_CLIENT_ID": "APP-PROFILESDEMO0001",
        "ORCID_CLIENT_SECRET": "demo-secret-orcid",
        "ORCID_SEARCH_AND_LINK_CLIENT_ID": "APP-PROFILESDEMO0002",
        "ORCID_SEARCH_AND_LINK_CLIENT_SECRET": "demo-secret-search",
        "ORCID_AUTO_UPDATE_CLIENT_ID": "APP-PROFILESDEMO0003",
        "ORCID_AUTO_UPDATE_CLIENT_SECRET": "demo-secret-update",
        "GLOBUS_CLIENT_ID": "5b0d2c1e-6f0a-4d53-9f53-0a1d0c5e0001",
        "GLOBUS_CLIENT_SECRET": "demo-secret-globus",
        "ORCID_URL": stands.orcid_url,
        "ORCID_API_URL": stands.orcid_url,
        "GLOBUS_URL": stands.globus_url,
        "API_URL": stands.datacite_url,
        "NOTIFICATION_ACCESS_TOKEN": INBOX_TOKEN,
        "PROFILES_EMAIL_URL": mailbox.url,
        "PROFILES_CALL_SECONDS": "3",
        "PROFILES_METRICS_PORT": "0",
        "PROFILES_WORKER_METRICS_PORT": "0",
        "PROFILES_ORCID_RATE": "1000",
        "PROFILES_ORCID_BURST": "1000",
        "PROFILES_SIGN_IN_TRIES": "6000",
        "PROFILES_RETURN_HOSTS": ".datacite.org,127.0.0.1,localhost",
    }
    # Not what the environment says: with several processes of tests each has ports and stand-ins of its own.
    os.environ.update(settings)
    # Browser tests reach the service where it believes to be.
    os.environ["DJANGO_LIVE_TEST_SERVER_ADDRESS"] = os.environ["PROFILES_URL"].removeprefix("http://")
    # The browser's driver keeps an event loop in the thread that also talks to the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


_start()
