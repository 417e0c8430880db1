"""Run a WSGI application on Granian's RSGI: a thread gets a request only when its body is complete.

Bodies are read asynchronously, within a time limit; the application runs in a bounded pool of threads; health
checks of load balancers are answered before the pool. ADR 0038 gives the reasons and costs.
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

MAX_BODY: Final = 6_500_000
"""No form or upload of ours is larger; pages check their own lower limits."""
SMALL_BODY: Final = 64_000
"""Bodies up to this size are read at once; they fit into memory even for all connections together."""
MAX_BUFFERED: Final = 256_000_000
"""Bytes that all larger incomplete bodies may hold together."""
MAX_REQUESTS: Final = 512
"""Requests that have a thread or wait for one, at most; further ones are answered 503."""
MAX_WAIT_SECONDS: Final = 60.0
"""A request that waited this long for a thread is not started: its load balancer has given up."""

REFUSED: Final = "(refused)"
"""The route of requests that reached no page."""
LIVE: Final = {"/heartbeat": ("text/html", b"OK"), "/livez": ("text/plain", b"OK")}
"""Liveness checks, answered for any host name, without a thread or a database."""


_INCOMPLETE: Final = (rsgi.ProtocolError, rsgi.ProtocolClosed)  # type: ignore[attr-defined]


class RefusedError(Exception):
    """Raised when a request gets no thread; ``status`` is the answer."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(slots=True)
class Buffered:
    """The bytes of larger incomplete bodies that are held."""

    size: int = 0


async def read_body(scope: Any, proto: Any, *, seconds: float, buffered: Buffered) -> bytes:
    """Read a whole body.

    Raises:
        RefusedError: it is too slow, too large or incomplete; or too many bytes are held already.
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
    except _INCOMPLETE:
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
    # The body ends with one empty piece; a lost connection adds another.
    if (length is None and ends > 1) or (length is not None and len(body) != length):
        raise RefusedError(HTTPStatus.BAD_REQUEST)
    return bytes(body)


def environ_of(scope: Any, body: bytes, *, scheme: str) -> dict[str, Any]:
    """Return the WSGI environ of a request (PEP 3333)."""
    environ: dict[str, Any] = {
        **_COMMON_ENVIRON,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _as_bytes(scope.path),
        "QUERY_STRING": _as_bytes(scope.query_string),
        "SERVER_NAME": _host_of(scope.server),
        "SERVER_PORT": scope.server.rpartition(":")[2],
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _host_of(scope.client),
        "wsgi.url_scheme": scheme,
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)) if body else "",
    }
    for name, value in scope.headers.items():
        # In WSGI an underscore equals a hyphen, so this could pose as a header that our proxy sets.
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


_COMMON_ENVIRON: Final = {
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


def _as_bytes(text: str) -> str:
    """Write each byte as one character, as WSGI requires."""
    return text if text.isascii() else text.encode().decode("latin-1")


def _host_of(address: str) -> str:
    return address.rpartition(":")[0].strip("[]")


class Front:
    """Receives requests for a WSGI application; ``scheme`` is that of our public address."""

    def __init__(self, application: Any, *, threads: int, body_seconds: float, scheme: str = "http") -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="web")
        self._body_seconds = body_seconds
        self._scheme = scheme
        self._buffered = Buffered()
        self._active = 0

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Answer one request."""
        live = LIVE.get(scope.path)
        if live is not None:
            proto.response_bytes(HTTPStatus.OK, [("content-type", live[0])], live[1])
            return
        received_at = time.monotonic()
        try:
            body = await read_body(scope, proto, seconds=self._body_seconds, buffered=self._buffered)
        except RefusedError as refused:
            _refuse(scope, proto, refused.status, received_at)
            return
        if self._active >= MAX_REQUESTS:
            _refuse(scope, proto, HTTPStatus.SERVICE_UNAVAILABLE, received_at)
            return
        self._active += 1
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._pool, self._answer, scope, proto, body, time.monotonic())
        finally:
            self._active -= 1

    def _answer(self, scope: Any, proto: Any, body: bytes, complete: float) -> None:
        """Run the application in a thread of the pool."""
        if time.monotonic() - complete > MAX_WAIT_SECONDS:
            _refuse(scope, proto, HTTPStatus.SERVICE_UNAVAILABLE, complete)
            return
        environ = environ_of(scope, body, scheme=self._scheme)
        environ["profiles.arrived"] = complete
        started: list[Any] = []
        response = self._application(environ, lambda *status_and_headers: started.extend(status_and_headers))
        try:
            status, headers = started
            proto.response_bytes(int(status[:3]), headers, b"".join(response))
        finally:
            if hasattr(response, "close"):
                response.close()


def _refuse(scope: Any, proto: Any, status: HTTPStatus, received_at: float) -> None:
    """Answer without the application, and close the connection: more of the body may follow."""
    number = secrets.token_hex(8)
    headers = [("content-type", "text/plain"), ("connection", "close"), ("x-request-id", number)]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("retry-after", "5"))
    proto.response_bytes(status, headers, status.phrase.encode())
    seconds = time.monotonic() - received_at
    metrics.count_request(method=scope.method, route=REFUSED, status=int(status), seconds=seconds)
    log.info(
        "http.request",
        request_id=number,
        method=scope.method,
        route=REFUSED,
        status=int(status),
        seconds=round(seconds, 4),
    )
