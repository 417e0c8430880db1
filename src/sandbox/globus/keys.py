"""The keys that sign id_tokens: RS512, as at Globus, and one that is never published."""

import secrets
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import KeyParameters, KeySet, RSAKey

ALGORITHM: Final = "RS512"
_BITS: Final = 2048


class Keys:
    """The published keys, oldest first."""

    def __init__(self) -> None:
        """Start with one key."""
        self._published: list[RSAKey] = [self._new()]
        self._foreign: RSAKey | None = None

    def rotate(self, *, keep_old: bool = True) -> str:
        """Sign with a new key from now on and return its ``kid``."""
        fresh = self._new()
        self._published = [*self._published, fresh] if keep_old else [fresh]
        return str(fresh.kid)

    def as_jwks(self) -> dict[str, Any]:
        """Return the public keys."""
        keys = KeySet(list(self._published)).as_dict(private=False)["keys"]
        return {"keys": [{**key, "alg": ALGORITHM} for key in keys]}

    def signed(self, claims: dict[str, Any], *, algorithm: str = ALGORITHM, foreign: bool = False) -> str:
        """Return a JWT with these claims; a foreign key uses the ``kid`` of the published one."""
        key = self._published[-1]
        header = {"alg": algorithm, "kid": str(key.kid), "typ": "JWT"}
        return jwt.encode(header, claims, self._foreign_key() if foreign else key, algorithms=[algorithm])

    def _foreign_key(self) -> RSAKey:
        self._foreign = self._foreign or self._new()
        return self._foreign

    @staticmethod
    def _new() -> RSAKey:
        parameters: KeyParameters = {
            "kid": f"stand-in-globus-{secrets.token_hex(6)}",
            "use": "sig",
        }
        return RSAKey.generate_key(_BITS, parameters=parameters)
