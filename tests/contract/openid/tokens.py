"""Signed tokens: read, verified, and forged."""

import base64
import hashlib
import hmac
import json
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from tests.contract.openid.protocol import Provider

FOREIGN_KEY: Final = RSAKey.generate_key(2048, auto_kid=True)


def unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and content of a token without believing them; two empty ones if it is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}, {}
    try:
        header, content = (json.loads(_decoded(part)) for part in parts[:2])
    except ValueError:
        return {}, {}
    return header, content


def verified(provider: Provider, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and content of a token that one of the published keys signed."""
    keys = KeySet.import_key_set(provider.keys())
    try:
        found = jwt.decode(token, keys, algorithms=["RS256", "ES256"])
    except (JoseError, ValueError) as error:
        raise AssertionError(f"the token does not verify: {error!r}") from error
    return found.header, found.claims


def forgeries(provider: Provider, token: str, secret: str) -> dict[str, str]:
    """Return tokens that say the same and that nobody may believe."""
    header, content = unverified(token)
    public = json.dumps(provider.keys()["keys"][0]).encode()
    _, _, signature = token.rpartition(".")
    foreign = jwt.encode({**header, "alg": "RS256"}, content, FOREIGN_KEY, algorithms=["RS256"])
    return {
        "alg none": f"{_part({**header, 'alg': 'none'})}.{_part(content)}.",
        "HS256 with the client's secret": _hs256(header, content, secret.encode()),
        "HS256 with the public key": _hs256(header, content, public),
        "tampered": f"{_part(header)}.{_part({**content, 'jti': 'another'})}.{signature}",
        "foreign key": foreign,
    }


def half_hash(text: str) -> str:
    """Return the left half of a hash, as ``at_hash`` wants it."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _hs256(header: dict[str, Any], content: dict[str, Any], key: bytes) -> str:
    signed = f"{_part({**header, 'alg': 'HS256'})}.{_part(content)}"
    mark = hmac.new(key, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
