"""The key that signs id_tokens: an RSA key with a ``kid``, published without ``alg`` as at ORCID."""

import base64
import json
import secrets
from dataclasses import dataclass
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


@dataclass(frozen=True)
class SigningKey:
    """An RSA key and its name."""

    kid: str
    private: rsa.RSAPrivateKey

    @classmethod
    def new(cls) -> Self:
        """Make a key."""
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return cls(f"stand-in-orcid-{secrets.token_hex(8)}", private)

    def as_jwk(self) -> dict[str, str]:
        """Return the public key."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "e": _number(numbers.e),
            "use": "sig",
            "kid": self.kid,
            "n": _number(numbers.n),
        }

    def signed(self, claims: dict[str, Any]) -> str:
        """Return a JWT with these claims, RS256."""
        header = {"kid": self.kid, "typ": "JWT", "alg": "RS256"}
        signed = f"{_json(header)}.{_json(claims)}".encode()
        signature = self.private.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return f"{signed.decode()}.{encoded(signature)}"


def encoded(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _json(content: dict[str, Any]) -> str:
    return encoded(json.dumps(content, separators=(",", ":")).encode())


def _number(value: int) -> str:
    return encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
