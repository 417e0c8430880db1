"""Build the environment of the demo: local addresses, and secrets that are kept in its folder."""

import json
import os
import secrets
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from profiles.infra.vault import new_key

PORTS: Final = {
    "web": 8000,
    "ORCID stand-in": 8101,
    "Globus stand-in": 8102,
    "DataCite stand-in": 8103,
    "example service": 8104,
    "metrics of the web": 9101,
    "metrics of the worker": 9102,
    "Commons stand-in": 8111,
    "Fabrica stand-in": 8112,
    "mailbox": 8113,
}

SECRETS_FILE: Final = "secrets.json"
EXAMPLE: Final = "example-service"
NEEDED_SECRETS: Final = {
    "SECRET_KEY_BASE",
    "PROFILES_VAULT_KEYS",
    "EXAMPLE_CLIENT_SECRET",
    "JWT_PRIVATE_KEY",
    "JWT_PUBLIC_KEY",
}
# Only the stand-ins know these clients.
CLIENTS: Final = {
    "ORCID_CLIENT_ID": "APP-PROFILESDEMO0001",
    "ORCID_CLIENT_SECRET": "demo-secret-orcid",
    "ORCID_SEARCH_AND_LINK_CLIENT_ID": "APP-PROFILESDEMO0002",
    "ORCID_SEARCH_AND_LINK_CLIENT_SECRET": "demo-secret-search",
    "ORCID_AUTO_UPDATE_CLIENT_ID": "APP-PROFILESDEMO0003",
    "ORCID_AUTO_UPDATE_CLIENT_SECRET": "demo-secret-update",
    "GLOBUS_CLIENT_ID": "5b0d2c1e-6f0a-4d53-9f53-0a1d0c5e0001",
    "GLOBUS_CLIENT_SECRET": "demo-secret-globus",
}


def demo_environment(*, var: Path, shift: int, database_url: str) -> dict[str, str]:
    """Return the variables for the demo's processes; they override those of the caller's shell."""
    ports = {name: port + shift for name, port in PORTS.items()}

    def at(name: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{ports[name]}"

    # Browsers offer passkeys at this name only, not at the number, and share its cookies with Commons.
    web, commons = at("web", "localhost"), at("Commons stand-in", "localhost")
    datacite, example = at("DataCite stand-in"), at("example service")
    stored_secrets = load_secrets(var)
    ours = {
        "PROFILES_MODE": "demo",
        "PROFILES_URL": web,
        "PROFILES_VAR": str(var),
        "PROFILES_RETURN_HOSTS": urlsplit(example).netloc,
        "PROFILES_RELYING_PARTIES": str(
            _relying_parties(var, example, stored_secrets["EXAMPLE_CLIENT_SECRET"])
        ),
        "PROFILES_HARVEST_SECONDS": "1",
        "PROFILES_METRICS_PORT": str(ports["metrics of the web"]),
        "PROFILES_WORKER_METRICS_PORT": str(ports["metrics of the worker"]),
        "PROFILES_EMAIL_URL": mails_folder(var).as_uri(),
        "ORCID_URL": at("ORCID stand-in"),
        "ORCID_API_URL": at("ORCID stand-in"),
        "GLOBUS_URL": at("Globus stand-in"),
        "API_URL": datacite,
        "COMMONS_URL": commons,
        "BRACCO_URL": at("Fabrica stand-in"),
        "EXAMPLE_URL": example,
        "MAILBOX_URL": at("mailbox"),
        "EXAMPLE_CLIENT_ID": EXAMPLE,
        **CLIENTS,
        **stored_secrets,
    }
    return {**os.environ, **ours, "DATABASE_URL": database_url, "PYTHONUNBUFFERED": "1"}


def mails_folder(var: Path) -> Path:
    """Return the folder into which the demo's mails are written; the mailbox shows them."""
    return (var / "mails").absolute()


def _relying_parties(var: Path, example: str, secret: str) -> Path:
    """Write the file of relying parties: the example service, and those of the caller's own file."""
    own_file = os.environ.get("PROFILES_RELYING_PARTIES")
    party = {
        "client_id": EXAMPLE,
        "client_secret": secret,
        "name": "Example service",
        "about": "It shows what a service learns about you.",
        "homepage": example,
        "redirect_uris": [f"{example}/callback"],
        "logout_return_uris": [f"{example}/"],
        "backchannel_logout_uri": f"{example}/backchannel",
        "scopes": ["openid", "orcid", "profile", "email", "claims:read", "offline_access"],
    }
    file = var / "relying-parties.json"
    file.touch(mode=0o600)
    file.write_text(
        json.dumps([party, *(json.loads(Path(own_file).read_text()) if own_file else [])], indent=1)
    )
    return file


def load_secrets(var: Path) -> dict[str, str]:
    """Return the secrets of this folder; the first call makes them. They never leave the folder."""
    file = var / SECRETS_FILE
    stored: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if stored.keys() >= NEEDED_SECRETS:
        return stored
    completed = {**_new_secrets(), **stored}
    var.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(completed))
    return completed


def _new_secrets() -> dict[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return {
        "SECRET_KEY_BASE": secrets.token_urlsafe(64),
        "PROFILES_VAULT_KEYS": new_key(),
        "EXAMPLE_CLIENT_SECRET": secrets.token_urlsafe(32),
        "JWT_PRIVATE_KEY": key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
        "JWT_PUBLIC_KEY": key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    }
