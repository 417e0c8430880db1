"""JSON as depositors' tools have written it: mostly right, and no reason to lose a record where it is not."""

import json
from typing import Any, Final

import msgspec

_decode: Final = msgspec.json.Decoder().decode
NOT_STRICT: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for JSON that it does not take, or that does not fit the type asked for."""


class NotJsonError(ValueError):
    """Nothing can be read from these bytes."""


def read_json(raw: bytes) -> Any:
    """Read JSON, strictly if it can be; else without its halves of characters, and with null for NaN.

    Unescaped control characters in strings are kept.

    What comes out can be written as UTF-8 again, and so be stored and sent.

    Raises:
        NotJsonError: it is no JSON at all.
    """
    try:
        return _decode(raw)
    except NOT_STRICT:
        pass
    try:
        found = json.loads(raw, strict=False, parse_constant=lambda _name: None)
        return _decode(json.dumps(found, ensure_ascii=False).encode(errors="ignore"))
    except (ValueError, RecursionError, *NOT_STRICT) as error:
        raise NotJsonError(str(error)) from None


def without_nul(value: Any) -> Any:
    """Take NUL out of every text in plain JSON values: PostgreSQL keeps it in no text and no JSON."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(one) for one in value]
    if isinstance(value, dict):
        return {without_nul(name): without_nul(one) for name, one in value.items()}
    return value
