"""Encrypt tokens at rest with a ring of keys, so that keys can change while the service runs.

AES-256-GCM-SIV stays safe if a nonce repeats. A sealed token names its key by a short
fingerprint, which finds the right key at once and tells an unknown key from damage.
"""

import base64
import hashlib
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

VERSION: Final = b"\x01"
FINGERPRINT: Final = 4
NONCE: Final = 12
KEY_BYTES: Final = 32


class VaultError(Exception):
    """Raised when sealed text cannot be opened; the message never contains any of it."""


class Vault:
    """Seals with the newest key and opens with any key of the ring."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the ring, newest first.

        Raises:
            VaultError: there is no key, or one is not base64 of 32 bytes.
        """
        if not keys:
            raise VaultError("PROFILES_VAULT_KEYS is empty; 'profiles doctor' says how to make a key")
        self._ring: dict[bytes, AESGCMSIV] = {}
        for position, text in enumerate(keys, start=1):
            try:
                key = base64.b64decode(text, validate=True)
            except ValueError:
                key = b""
            if len(key) != KEY_BYTES:
                raise VaultError(f"key {position} of PROFILES_VAULT_KEYS is not base64 of {KEY_BYTES} bytes")
            self._ring[hashlib.sha256(key).digest()[:FINGERPRINT]] = AESGCMSIV(key)
        self._newest = next(iter(self._ring))

    def seal(self, text: str, *, purpose: str) -> bytes:
        """Seal the text; it opens only for the same purpose."""
        nonce = os.urandom(NONCE)
        sealed = self._ring[self._newest].encrypt(nonce, text.encode(), purpose.encode())
        return VERSION + self._newest + nonce + sealed

    def unseal(self, sealed: bytes, *, purpose: str) -> str:
        """Open what was sealed.

        Raises:
            VaultError: the key is not in the ring, or the text was damaged or sealed for another purpose.
        """
        fingerprint = sealed[1 : 1 + FINGERPRINT]
        if sealed[:1] != VERSION or fingerprint not in self._ring:
            raise VaultError("sealed with a key that is not in PROFILES_VAULT_KEYS")
        body = 1 + FINGERPRINT
        nonce, text = sealed[body : body + NONCE], sealed[body + NONCE :]
        try:
            return self._ring[fingerprint].decrypt(nonce, text, purpose.encode()).decode()
        except (InvalidTag, ValueError):
            # ValueError: truncated, or not sealed as text.
            raise VaultError("sealed text is damaged or meant for another purpose") from None

    @property
    def mark(self) -> bytes:
        """The first bytes of everything that the newest key sealed."""
        return VERSION + self._newest

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether the newest key sealed this; otherwise ``rotate-keys`` reseals it."""
        return sealed.startswith(self.mark)


def new_key() -> str:
    """Make a key for the ring."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()
