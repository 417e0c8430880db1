"""Who is signed in, as Commons reads it: from the shared cookie, without a check of the signature."""

import base64
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import web

COOKIE: Final = "_datacite"


@dataclass(frozen=True, slots=True)
class Person:
    """The signed-in person, and the token with which Commons calls DataCite Profiles."""

    orcid_id: str
    name: str
    token: str


def signed_in(request: web.Request) -> Person | None:
    """Return the signed-in person. A token without an iD or a name counts as signed out."""
    try:
        value = json.loads(unquote(request.cookies.get(COOKIE, "")))
        token = str(value["authenticated"]["access_token"])
        payload = _payload(token)
        orcid_id, name = payload["uid"], payload["name"]
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return Person(orcid_id, name, token) if orcid_id and name else None


def _payload(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    decoded = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    payload: dict[str, Any] = json.loads(decoded)
    return payload
