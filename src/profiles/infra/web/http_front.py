"""A WSGI application behind Granian's RSGI: a thread gets a request only when its body is complete.

Bodies are read asynchronously, within a time limit; the application answers in a bounded pool of threads; and
what a load balancer asks is answered before the pool. ADR 0038 says why, and what it costs.
"""

import asyncio
import io
import secrets
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import structlog
from granian import rsgi

from profiles.infra.monitoring import metrics

log = structlog.get_logger(__name__)

Headers = list[tuple[str, str]]

MAX_BODY: Final = 5_000_000
"""No form or upload of ours is larger; which is too large for its page, the page says."""
SMALL_BODY: Final = 64_000
"""Read in one go; even on all connections together they fit into memory."""
MAX_BUFFERED: Final = 256_000_000
"""What all larger bodies that are not complete may hold together, in bytes."""
MAX_IN_HAND: Final = 512
"""So many requests have a thread or wait for one, at most; after that we say that we are busy."""
MAX_WAIT_SECONDS: Final = 60.0
"""A request that waited so long for a thread is not begun: its load balancer has given it up."""

REFUSED: Final = "(refused)"
"""Stands for the route of what reached no page."""
LIVE: Final = {"/heartbeat": ("text/html", b"OK"), "/livez": ("text/plain", b"OK")}
"""The process lives; asked by any address, answered without a thread or a database."""


_BROKEN_OFF: Final = (rsgi.ProtocolError, rsgi.ProtocolClosed)  # type: ignore[attr-defined]


class RefusedError(Exception):
    """The request is not given to a thread; ``status`` is the answer."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(slots=True)
class Buffered:
    """How many bytes of larger bodies are held that are not complete."""

    size: int = 0


async def read_body(scope: Any, proto: Any, *, seconds: float, buffered: Buffered) -> bytes:
    """Read a body to its end.

    Raises:
        RefusedError: it is too slow, too large, or broken off; or too much is held already.
    """
    headers = scope.headers
    length = headers.get("content-length")
    if length is None and "transfer-encoding" not in headers:
        return b""
    if length is not None and int(length) > MAX_BODY:
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        async with asyncio.timeout(seconds):
            if length is not None and int(length) <= SMALL_BODY:
                return bytes(await proto())
            return await _read_pieces(proto, int(length) if length is not None else None, buffered)
    except TimeoutError:
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT) from None
    except _BROKEN_OFF:
        raise RefusedError(HTTPStatus.BAD_REQUEST) from None


async def _read_pieces(proto: Any, length: int | None, buffered: Buffered) -> bytes:
    body = bytearray()
    ends = 0
    try:
        async for piece in proto:
            body += piece
            buffered.size += len(piece)
            ends += not piece
            if len(body) > MAX_BODY:
                raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            if buffered.size > MAX_BUFFERED:
                raise RefusedError(HTTPStatus.SERVICE_UNAVAILABLE)
    finally:
        buffered.size -= len(body)
    # The end is one empty piece; a connection that breaks off gives one more.
    if (length is None and ends > 1) or (length is not None and len(body) != length):
        raise RefusedError(HTTPStatus.BAD_REQUEST)
    return bytes(body)


def environ_of(scope: Any, body: bytes) -> dict[str, Any]:
    """Say what a request is as WSGI does (PEP 3333)."""
    environ: dict[str, Any] = {
        **_SAME_FOR_ALL,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _as_bytes(scope.path),
        "QUERY_STRING": _as_bytes(scope.query_string),
        "SERVER_NAME": _host_of(scope.server),
        "SERVER_PORT": scope.server.rpartition(":")[2],
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _host_of(scope.client),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)) if body else "",
    }
    for name, value in scope.headers.items():
        # With an underscore it would pass for the header with a hyphen, which a proxy of ours may have set.
        if "_" in name:
            continue
        key = f"HTTP_{name.upper().replace('-', '_')}"
        if key in environ:
            environ[key] += f"; {value}" if name == "cookie" else f",{value}"
        else:
            environ[key] = value
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    return environ


_SAME_FOR_ALL: Final = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


def _as_bytes(text: str) -> str:
    """Write each byte as one sign, as WSGI has it."""
    return text if text.isascii() else text.encode().decode("latin-1")


def _host_of(address: str) -> str:
    return address.rpartition(":")[0].strip("[]")


class Front:
    """Takes requests in for a WSGI application."""

    def __init__(self, application: Any, *, threads: int, body_seconds: float) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self._body_seconds = body_seconds
        self._buffered = Buffered()
        self._in_hand = 0

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        live = LIVE.get(scope.path)
        if live is not None:
            proto.response_bytes(HTTPStatus.OK, [("content-type", live[0])], live[1])
            return
        arrived = time.monotonic()
        try:
            body = await read_body(scope, proto, seconds=self._body_seconds, buffered=self._buffered)
        except RefusedError as refused:
            _refuse(scope, proto, refused.status, arrived)
            return
        if self._in_hand >= MAX_IN_HAND:
            _refuse(scope, proto, HTTPStatus.SERVICE_UNAVAILABLE, arrived)
            return
        self._in_hand += 1
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._pool, self._answer, scope, proto, body, time.monotonic())
        finally:
            self._in_hand -= 1

    def _answer(self, scope: Any, proto: Any, body: bytes, complete: float) -> None:
        """Let the application answer, in a thread of the pool."""
        if time.monotonic() - complete > MAX_WAIT_SECONDS:
            _refuse(scope, proto, HTTPStatus.SERVICE_UNAVAILABLE, complete)
            return
        environ = environ_of(scope, body)
        environ["profiles.arrived"] = complete
        started: list[Any] = []
        response = self._application(environ, lambda *status_and_headers: started.extend(status_and_headers))
        try:
            status, headers = started
            proto.response_bytes(int(status[:3]), headers, b"".join(response))
        finally:
            if hasattr(response, "close"):
                response.close()


def _refuse(scope: Any, proto: Any, status: HTTPStatus, arrived: float) -> None:
    """Answer without the application, and end the connection: more of the body may be on its way."""
    number = secrets.token_hex(8)
    headers = [("content-type", "text/plain"), ("connection", "close"), ("x-request-id", number)]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("retry-after", "5"))
    proto.response_bytes(status, headers, status.phrase.encode())
    seconds = time.monotonic() - arrived
    metrics.count_request(method=scope.method, route=REFUSED, status=int(status), seconds=seconds)
    log.info(
        "http.request",
        request_id=number,
        method=scope.method,
        route=REFUSED,
        status=int(status),
        seconds=round(seconds, 4),
    )
