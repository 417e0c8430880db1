"""A small HTTP server for metrics and health, on an internal address."""

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog

log = structlog.get_logger(__name__)
Answer = tuple[int, str, bytes]
"""Status, content type, body."""
Page = Callable[[str], Answer]
"""Takes the query string."""


def start(host: str, port: int, pages: Mapping[str, Page]) -> ThreadingHTTPServer | None:
    """Serve these pages on a thread of this process.

    If the address is in use (a second worker on one host), log it and continue: missing metrics must not
    stop the work.
    """
    try:
        server = _Server((host, port), _handler(pages))
    except OSError as error:
        log.warning("internal_server.not_started", host=host, port=port, reason=str(error))
        return None
    threading.Thread(target=server.serve_forever, name="internal server", daemon=True).start()
    log.info("internal_server.started", host=host, port=server.server_port)
    return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True


def _handler(pages: Mapping[str, Page]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:  # the library's name
            path, _, query = self.path.partition("?")
            page = pages.get(path)
            status, kind, body = page(query) if page else (404, "text/plain", b"not here\n")
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Log nothing: monitoring calls every few seconds."""

    return Handler
