"""Read JSON that depositors' tools have written, also when it is not quite valid."""

import json
from typing import Any, Final

import msgspec

_decode: Final = msgspec.json.Decoder().decode
DECODE_ERRORS: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What msgspec raises for JSON that is invalid or does not fit the requested type."""


class NotJsonError(ValueError):
    """These bytes cannot be read as JSON."""


def read_json(raw: bytes) -> Any:
    """Read JSON, strictly if possible; otherwise without lone surrogates, and with null for NaN.

    Unescaped control characters in strings are kept. The result can be written as UTF-8 again, so it can be
    stored and sent.

    Raises:
        NotJsonError: it is not JSON at all.
    """
    try:
        return _decode(raw)
    except DECODE_ERRORS:
        pass
    try:
        found = json.loads(raw, strict=False, parse_constant=lambda _name: None)
        return _decode(json.dumps(found, ensure_ascii=False).encode(errors="ignore"))
    except (ValueError, RecursionError, *DECODE_ERRORS) as error:
        raise NotJsonError(str(error)) from None


def without_nul(value: Any) -> Any:
    """Remove NUL from every text in plain JSON values: PostgreSQL stores it neither in text nor in JSON."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    if isinstance(value, dict):
        return {without_nul(name): without_nul(item) for name, item in value.items()}
    return value
