"""A service that answers each operation with the example from the description, and keeps what it was asked.

A client that reads these answers reads what we promise; what it asked says which operations it covers.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    """One request: its operation, its headers (names in lower case), its query and its body."""

    operation: str
    verb: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class ByExamples:
    """The running service. ``answers`` come first: status, headers and body, used up one by one."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)


def operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All operations by their id."""
    return {
        operation["operationId"]: {**operation, "verb": verb.upper(), "path": path}
        for path, verbs in description["paths"].items()
        for verb, operation in verbs.items()
    }


@contextmanager
def answering(description: dict[str, Any]) -> Iterator[ByExamples]:
    """Run it on a free port of this machine."""
    service, known = ByExamples(), operations(description)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            name = _named(known, self.command, self.path.partition("?")[0])
            headers = {key.lower(): value for key, value in self.headers.items()}
            service.asked.append(Asked(name, self.command, self.path, headers, body))
            status, more, content = service.answers.pop(0) if service.answers else _good(known[name])
            self.send_response(status)
            for key, value in more.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_arguments) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


def _named(known: dict[str, dict[str, Any]], verb: str, path: str) -> str:
    found = [
        (operation["path"].count("{"), name)
        for name, operation in known.items()
        if operation["verb"] == verb and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation["path"]), path)
    ]
    return min(found)[1] if found else ""


def _good(operation: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """The example of the first good answer."""
    status, answer = next((s, a) for s, a in operation["responses"].items() if str(s).startswith("2"))
    (content,) = answer["content"].values()
    return int(status), {}, json.dumps(content["example"]).encode()
