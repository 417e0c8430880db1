"""An authenticator app, made from RFC 6238 and nothing of ours: SHA-1, six digits, thirty seconds."""

import base64
import hashlib
import hmac
import struct
import time

PERIOD = 30


def code_of(secret: str, *, moment: float | None = None) -> str:
    """Return the code that an app with this key shows."""
    key = base64.b32decode(secret.replace(" ", ""))
    counter = struct.pack(">Q", int((moment or time.time()) // PERIOD))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
