"""Where people may be sent back to: our own pages and allow-listed hosts, never elsewhere."""

import re
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

_ODD: Final = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
LONGEST: Final = 2000


def safe_return(target: str | None, *, hosts: Collection[str], own: str) -> str | None:
    """Return the target if people may go there, else None.

    ``own`` is our own base address. ``hosts`` are allowed host names, with a port where one is used;
    ``.datacite.org`` means a domain and all its subdomains. Addresses with user names, backslashes, control
    characters or an unusual scheme are refused, because browsers and libraries read them differently.
    """
    if not target or len(target) > LONGEST or _ODD.search(target):
        return None
    if target.startswith("/"):
        # "//host" and "/\host" leave us; so does what only looks like a path to one of two readers.
        return target if not target.startswith("//") and not urlsplit(target).netloc else None
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"https", "http"} or not host or "@" in parts.netloc:
        return None
    ours = urlsplit(own)
    is_ours = (parts.scheme, parts.netloc.lower()) == (ours.scheme, ours.netloc.lower())
    is_weaker = parts.scheme == "http" and ours.scheme == "https"
    is_allowed = not is_weaker and any(_matches(allowed.lower(), host, port) for allowed in hosts)
    return target if is_ours or is_allowed else None


def _matches(allowed: str, host: str, port: int | None) -> bool:
    name, _, allowed_port = allowed.partition(":")
    if allowed_port and str(port) != allowed_port:
        return False
    if name.startswith("."):
        return host.endswith(name) or host == name[1:]
    return host == name
