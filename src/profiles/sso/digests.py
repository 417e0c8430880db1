"""Random values that we hand out, and the digest that we keep of each."""

import hashlib
import secrets
from typing import Final

BYTES: Final = 32
"""256 bits: nobody guesses them, so a plain digest is enough and a slow one would only cost us."""


def new_value(prefix: str = "") -> str:
    """Make a value; a prefix lets scanners of leaked secrets know it for one of ours."""
    return prefix + secrets.token_urlsafe(BYTES)


def digest_of(value: str) -> bytes:
    """Return what we keep of a value. Looking it up by digest leaks nothing about its letters by time."""
    return hashlib.sha256(value.encode("utf-8", "replace")).digest()
