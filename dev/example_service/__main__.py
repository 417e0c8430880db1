"""Run the example service; ``make demo`` does so too.

    PROFILES_URL=… EXAMPLE_CLIENT_ID=… EXAMPLE_CLIENT_SECRET=… python -m dev.example_service

EXAMPLE_URL says where it is at home (http://127.0.0.1:8104); that address with /callback must be registered.
"""

import os
import signal
import sys
from socketserver import ThreadingMixIn
from types import FrameType
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from dev.example_service.pages import ExampleService
from dev.example_service.profiles import Profiles


class Server(ThreadingMixIn, WSGIServer):
    """One thread for each request."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Writes no log, because addresses contain codes."""

    def log_message(self, *_words: Any) -> None:
        """Log nothing."""


def main() -> None:
    """Serve until stopped."""
    try:
        names = [os.environ[name] for name in ("PROFILES_URL", "EXAMPLE_CLIENT_ID", "EXAMPLE_CLIENT_SECRET")]
    except KeyError as missing:
        sys.exit(f"{missing} is not set.\n{__doc__}")
    own_url = os.environ.get("EXAMPLE_URL", "http://127.0.0.1:8104").rstrip("/")
    profiles = Profiles(names[0].rstrip("/"), client_id=names[1], secret=names[2], own_url=own_url)
    place = urlsplit(own_url)
    signal.signal(signal.SIGTERM, _stop)
    with make_server(
        place.hostname or "127.0.0.1",
        place.port or 80,
        ExampleService(profiles),
        server_class=Server,
        handler_class=Quiet,
    ) as server:
        print(f"the example service answers at {own_url}", flush=True)
        server.serve_forever(poll_interval=0.1)


def _stop(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
