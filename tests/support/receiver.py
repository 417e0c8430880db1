"""A service that receives webhooks: real HTTP, signatures checked by a library that is not ours."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook


@dataclass
class Receiver:
    """What arrived, and how to answer next. ``answers`` are used up one by one, then 200."""

    url: str = ""
    secret: str = ""
    answers: list[int] = field(default_factory=list)
    messages: list[dict] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    unsigned: int = 0


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver on a free port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status = receiver.answers.pop(0) if receiver.answers else 200
            try:
                message = Webhook(receiver.secret).verify(body, dict(self.headers.items()))
            except Exception:  # noqa: BLE001  whatever is wrong with it, it is not signed
                receiver.unsigned += 1
                status = 401
            else:
                receiver.ids.append(self.headers["webhook-id"])
                if status == 200:
                    receiver.messages.append(message)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
