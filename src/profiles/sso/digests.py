"""Random values that we issue, and the digest that we store of each."""

import hashlib
import secrets
from typing import Final

BYTES: Final = 32
"""256 bits cannot be guessed, so a plain digest is enough and a slow one would only cost time."""


def new_value(prefix: str = "") -> str:
    """Create a value; its prefix lets scanners for leaked secrets recognise it as ours."""
    return prefix + secrets.token_urlsafe(BYTES)


def digest_of(value: str) -> bytes:
    """Return the digest that we store of a value. A lookup by digest leaks nothing through its timing."""
    return hashlib.sha256(value.encode("utf-8", "replace")).digest()
