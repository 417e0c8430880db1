"""Addresses that lead to another address: mail filters, search engines, networks, proxies.

Each is replaced by where it leads, so that the DOI is read from there.
"""

import re
from typing import Final
from urllib.parse import unquote

_MAX_LENGTH: Final = 8000
_MAX_DEPTH: Final = 4
_TOKEN: Final = re.compile(r"[^\s\"<>]+")
_LEADS: Final = re.compile(r"[?&=]|%3a|urldefense|__", re.IGNORECASE)
_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d{1,9}){0,4}(?:/|%2f|%252f)", re.IGNORECASE)
_PARAMETER: Final = re.compile(r"[?&;][\w.$%-]{1,60}=(?P<value>)")
_VALUE: Final = re.compile(r"[^?&#]*(?:\?[^&#]*)?")
_NESTED: Final = re.compile(r"https?%(?:25)?3a", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?(?::|%3a|%253a)", re.IGNORECASE)
_FILTER_2: Final = re.compile(
    r"urldefense\.(?:proofpoint\.)?com/v[12]/url\?(?:\S*?&)?u=([^&\s]+)", re.IGNORECASE
)
_FILTER_3: Final = re.compile(r"urldefense\.(?:proofpoint\.)?(?:com|us)/v3/__(.+?)__;", re.IGNORECASE)


def without_redirects(text: str) -> str:
    """Replace each address that leads to another by that other."""
    return _TOKEN.sub(_target, text) if _LEADS.search(text) else text


def _target(found: re.Match[str]) -> str:
    token = found.group()
    return token if len(token) > _MAX_LENGTH else _unwrapped(token, _MAX_DEPTH)


def _unwrapped(address: str, depth: int) -> str:
    inner = _inner(address) if depth else None
    return _unwrapped(inner, depth - 1) if inner is not None else address


def _inner(address: str) -> str | None:
    """Return the address that this one leads to; None when it is the last."""
    filtered = _FILTER_3.search(address)
    if filtered is not None:
        return filtered.group(1)
    filtered = _FILTER_2.search(address)
    if filtered is not None:
        # Version 2 writes "-3A" for "%3A" and an underscore for a slash.
        return unquote(re.sub(r"-([0-9A-F]{2})", r"%\1", filtered.group(1)).replace("_", "/"))
    first = _DOI.search(address)
    for parameter in _PARAMETER.finditer(address, 0, first.start() if first else len(address)):
        if _ADDRESS.match(address, parameter.start("value")):
            value = _VALUE.match(address, parameter.start("value"))
            return unquote(value.group() if value else "")
    nested = _NESTED.search(address, 0, first.start() if first else len(address))
    return unquote(address[nested.start() :]) if nested else None
