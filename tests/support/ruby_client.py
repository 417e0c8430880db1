"""A client that behaves as Maremma 6 does, which the DataCite API and the agents call with; byte for byte.

HTML first in ``Accept``; ``Host`` without port; a body in JSON; up to ten redirects, on which a POST becomes
a GET; on 403, 404 and 408 the body is thrown away; and few calls left, by a rate limit's header, replace the
body.
"""

import json
import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

ACCEPT = "text/html,application/json,application/xml;q=0.9, text/plain;q=0.8,image/png,*/*;q=0.5"
FEW = 3
REMAINING = ("x-rate-limit-remaining", "x-ratelimit-remaining")
JSON_API = "application/vnd.api+json"


@dataclass
class Answer:
    """What came over the wire, and what the client makes of it."""

    status: int
    reason: str
    headers: dict[str, str]
    raw: bytes
    cookies: list[str] = field(default_factory=list)
    redirects: list[str] = field(default_factory=list)

    def json(self) -> Any:
        return json.loads(self.raw)

    @property
    def body(self) -> Any:
        """What Maremma hands to its caller."""
        left = [
            int(v)
            for k, v in self.headers.items()
            if k in {"x-rate-limit-remaining", "x-ratelimit-remaining"}
        ]
        if left and min(left) < FEW:
            return {"errors": [{"status": 429, "title": "Too many requests"}]}
        if self.status in {403, 404, 408}:
            return {"errors": [{"status": self.status, "title": self.reason}]}
        parsed = self.json()
        if self.status >= 400:
            title = parsed["errors"][0]["title"]
            assert isinstance(title, str)
            return {"errors": [{"status": self.status, "title": title}]}
        return parsed


class RubyClient:
    """One caller at one service."""

    def __init__(self, place: tuple[str, int], *, token: str = "", host: str = "profiles.local") -> None:
        self._place, self._token, self._host = place, token, host

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.send("DELETE", path, **headers)

    def post(self, path: str, content: Any, *, kind: str = "application/json", **headers: str) -> Answer:
        return self.send("POST", path, content, kind=kind, **headers)

    def put(self, path: str, content: Any, *, kind: str = JSON_API, **headers: str) -> Answer:
        return self.send("PUT", path, content, kind=kind, **headers)

    def send(self, verb: str, path: str, content: Any = None, *, kind: str = "", **headers: str) -> Answer:
        """Send it, and follow where one is sent to."""
        redirects: list[str] = []
        for _ in range(10):
            answer = self._once(verb, path, content, kind, headers)
            if answer.status not in {301, 302, 303, 307, 308}:
                answer.redirects = redirects
                return answer
            target = urlsplit(answer.headers["location"])
            path = target.path + (f"?{target.query}" if target.query else "")
            redirects.append(path)
            verb, content = "GET", None
        raise AssertionError("too many redirects")

    def _once(self, verb: str, path: str, content: Any, kind: str, more: dict[str, str]) -> Answer:
        body = b"" if content is None else json.dumps(content, ensure_ascii=False).encode()
        headers = {
            "User-Agent": "Mozilla/5.0 (compatible; Maremma/6.0.0; mailto:info@datacite.org)",
            "Accept": kind if kind == JSON_API else ACCEPT,
            "Accept-Encoding": "gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
            "Host": self._host,
        }
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if content is not None:
            headers |= {"Content-Type": kind, "Content-Length": str(len(body))}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        return talk(self._place, verb, path, headers, body)


def talk(place: tuple[str, int], verb: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """Say exactly this over a socket of one's own, and read the whole answer."""
    lines = [
        f"{verb} {path} HTTP/1.1",
        *(f"{k}: {v}" for k, v in headers.items()),
        "Connection: close",
        "",
        "",
    ]
    with socket.create_connection(place, 30) as wire:
        wire.sendall("\r\n".join(lines).encode("latin-1") + body)
        came = b""
        while part := wire.recv(65_536):
            came += part
    return understand(came)


def understand(came: bytes) -> Answer:
    """Take an answer apart."""
    head, _, rest = came.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    _, status, *reason = first.split(" ", 2)
    pairs = [(k.strip().lower(), v.strip()) for k, _, v in (line.partition(":") for line in lines)]
    headers = dict(pairs)
    if headers.get("transfer-encoding") == "chunked":
        rest = _joined(rest)
    return Answer(int(status), " ".join(reason), headers, rest, [v for k, v in pairs if k == "set-cookie"])


def _joined(rest: bytes) -> bytes:
    whole = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size, 16)
        whole, rest = whole + rest[:length], rest[length + 2 :]
        if not length:
            break
    return whole
