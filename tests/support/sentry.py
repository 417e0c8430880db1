"""A server that takes error reports in, as Sentry does."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

from profiles.infra.monitoring import error_reports


class Sentry:
    """Takes in what is sent, as Sentry does."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        bodies = self.bodies

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                is_packed = self.headers.get("Content-Encoding") == "gzip"
                bodies.append((gzip.decompress(body) if is_packed else body).decode())
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.dsn = f"http://public@127.0.0.1:{self.server.server_port}/1"

    def events(self) -> list[dict[str, Any]]:
        items = [json.loads(line) for body in self.bodies for line in body.splitlines()]
        return [item for item in items if "exception" in item or "message" in item]


def start(dsn: str) -> None:
    error_reports.start(SimpleNamespace(SENTRY_DSN=dsn, PROFILES_MODE="test"), release="1")
