"""How an access key is written: random, recognisable, and checked before anybody is asked about it.

``dcp_pat_`` (a person's) or ``dcp_svc_`` (a machine's), 43 letters and digits that hold 256 random bits, and
six that are a check sum of all before. Scanners for leaked secrets find it by its form; a key that was
mistyped or cut is refused without a look into the database. Only its SHA-256 is kept: with 256 random bits
there is nothing to guess, so nothing slower is needed.
"""

import hashlib
import re
import secrets
import zlib
from enum import StrEnum
from typing import Final


class KeyKind(StrEnum):
    """Whose key it is."""

    PERSONAL = "personal"
    SERVICE = "service"


PREFIXES: Final = {KeyKind.PERSONAL: "dcp_pat_", KeyKind.SERVICE: "dcp_svc_"}
FORM: Final = re.compile(r"dcp_(?:pat|svc)_[0-9A-Za-z]{49}", re.ASCII)
"""What scanners for secrets look for."""
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM: Final = 43
_CHECK: Final = 6
_HINT: Final = 4


def invent_key(kind: KeyKind) -> str:
    """Return a new key."""
    start = PREFIXES[kind] + _written(int.from_bytes(secrets.token_bytes(32), "big"), _RANDOM)
    return start + _check(start)


def is_key(text: str) -> bool:
    """Say whether the text has a key's form and its check sum is right."""
    return FORM.fullmatch(text) is not None and text[-_CHECK:] == _check(text[:-_CHECK])


def digest_of_key(text: str) -> bytes:
    """Return what is kept of a key."""
    return hashlib.sha256(text.encode()).digest()


def hint_of_key(text: str) -> str:
    """Return what people recognise a key by, which is no help in guessing it."""
    return f"{text[: len('dcp_pat_') + _HINT]}…"


def _check(text: str) -> str:
    return _written(zlib.crc32(text.encode()), _CHECK)


def _written(number: int, length: int) -> str:
    signs = []
    for _ in range(length):
        number, place = divmod(number, len(_ALPHABET))
        signs.append(_ALPHABET[place])
    return "".join(reversed(signs))
