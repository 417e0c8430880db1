"""The one page that each of the Python programs here shows."""

import hashlib
import os
from html import escape

ISSUER, BASE = os.environ["ISSUER"], os.environ["BASE"]
CLIENT_ID, SECRET = os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]
HOST, PORT = "127.0.0.1", int(BASE.rpartition(":")[2])
METADATA = f"{ISSUER}/.well-known/openid-configuration"
LABELS = {"/login": "Sign in", "/refresh": "Refresh", "/logout": "Sign out"}


def shown(
    person: dict | None, token: str = "", *, forms: dict[str, str] | None = None, csrf: str = ""
) -> str:
    """Return the page for this person, or for someone who is not signed in."""
    forms = forms or (LABELS if person else {"/login": "Sign in"})
    facts = [
        "Signed in" if person else "Not signed in",
        *(f"{name}: {escape(str((person or {}).get(name)))}" for name in ("name", "orcid", "email")),
        f"token: {hashlib.sha256(token.encode()).hexdigest()[:12]}",
    ]
    buttons = [
        f'<form action="{path}" method="{"post" if csrf else "get"}">{csrf}<button>{label}</button></form>'
        for path, label in forms.items()
    ]
    return f"<!doctype html><title>Client</title><p>{'</p><p>'.join(facts)}</p>{''.join(buttons)}"
