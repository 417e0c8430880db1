"""Hello world, served as Granian serves WSGI, or through our front: python -m bench.hello wsgi|front PORT."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from profiles.infra.web.http_front import Front

THREADS = 4


def application(asked: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Read what was sent, and say hello."""
    asked["wsgi.input"].read()
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


front = Front(application, threads=THREADS, body_seconds=30)


def main() -> None:
    """Serve."""
    is_front = sys.argv[1] == "front"
    Granian(
        f"bench.hello:{'front' if is_front else 'application'}",
        port=int(sys.argv[2]),
        interface=Interfaces.RSGI if is_front else Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        blocking_threads=1 if is_front else THREADS,
        backpressure=4_000,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
