"""Who calls: a repository's API key, a token of DataCite, or a name with a password (lupo, authenticable.rb).

The real API answers 401 to a key or token that it does not know, also where anyone may read, and names the
caller in ``X-Credential-Username``.
"""

import base64
import binascii
import re
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from aiohttp import web
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

DEMO_KEY: Final = "DC.DemoRepositoryDemoRepositoryDemo"
"""The API key of the demo repository; a real one is as long and as simple."""
_KEY: Final = re.compile(r"DC\.[A-Za-z0-9]{32}", re.ASCII)
_LIFE_SECONDS: Final = 30 * 24 * 3600


class BadCredentialsError(Exception):
    """Raised when a key, token or name is not known."""


@dataclass(slots=True)
class Credentials:
    """The API keys that exist, by key; a revoked one is removed."""

    keys: dict[str, str] = field(default_factory=dict)

    def reset(self) -> None:
        """Restore the initial keys."""
        self.keys = {DEMO_KEY: "demo.repository"}

    def caller(self, request: web.Request) -> str:
        """Return the name of the caller; an empty text for anonymous ones.

        Raises:
            BadCredentialsError: the API would answer 401.
        """
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        value = value.strip()
        if not value:
            return ""
        if kind.lower() == "basic":
            return self._by_name(value)
        if kind.lower() != "bearer":
            raise BadCredentialsError
        return self._by_key(value) if value.startswith("DC.") else _by_token(value)

    def _by_key(self, key: str) -> str:
        if not _KEY.fullmatch(key) or key not in self.keys:
            raise BadCredentialsError
        return self.keys[key]

    def _by_name(self, value: str) -> str:
        """Read a name with a password; any password is right here, except a key of another repository."""
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise BadCredentialsError from None
        if name.startswith("DC."):
            return self._by_key(name)
        if password.startswith("DC.") and self._by_key(password) != name.lower():
            raise BadCredentialsError
        return name.lower()


@cache
def _signing_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name})


def token(content: dict[str, Any], *, foreign: bool = False) -> str:
    """Return a token with these claims, as ``POST /token`` answers it: RS256, without a ``kid``."""
    now = int(time.time())
    claims = {"iat": now, "exp": now + _LIFE_SECONDS, **content}
    return jwt.encode({"alg": "RS256"}, claims, _signing_key("foreign" if foreign else "own"))


def _by_token(value: str) -> str:
    try:
        claims = jwt.decode(value, _signing_key("own"), algorithms=["RS256"]).claims
    except (JoseError, ValueError):
        raise BadCredentialsError from None
    if not isinstance(claims.get("exp"), int) or claims["exp"] <= time.time():
        raise BadCredentialsError
    return str(claims.get("uid") or "")
