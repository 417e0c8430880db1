"""A small HTTP server for those who run the service: metrics and health, at an address of the inside only."""

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog

log = structlog.get_logger(__name__)
Answer = tuple[int, str, bytes]
"""Status, content type, body."""
Page = Callable[[str], Answer]
"""Is given the query of the address."""


def start(host: str, port: int, pages: Mapping[str, Page]) -> ThreadingHTTPServer | None:
    """Serve these pages on a thread of this process.

    Where the address is taken (a second worker on one host), one line says so and the process goes on: work
    must not stop because nobody can watch it.
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
            """Keep quiet: whoever watches asks every few seconds."""

    return Handler
