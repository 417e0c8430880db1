"""Faults: what goes wrong, for which requests, and how often."""

import asyncio
import contextlib
from fnmatch import fnmatchcase
from typing import Any

import msgspec
from aiohttp import web

_GLOB_SIGNS = frozenset("*?[")
_CHUNK_PAUSE_SECONDS = 0.1


class Match(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The requests of a fault; a field that is left out matches everything."""

    method: str | None = None
    path: str | None = None
    """A part of the path, or a pattern for the whole path when it holds ``*``, ``?`` or ``[``."""

    def fits(self, request: web.Request) -> bool:
        """Tell whether this request matches."""
        if self.method and self.method.upper() != request.method:
            return False
        if not self.path:
            return True
        paths = (request.path, request.rel_url.raw_path)
        if _GLOB_SIGNS & set(self.path):
            return any(fnmatchcase(path, self.path) for path in paths)
        return any(self.path in path for path in paths)


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """A fault, as sent to the control endpoint."""

    match: Match = Match()
    next: int | None = 1
    """How many requests it affects; null means until it is removed."""
    skip: int = 0
    """How many matching requests pass unaffected first."""
    status: int | None = None
    body: Any = None
    content_type: str | None = None
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    delay_ms: int = 0
    delay_after_ms: int = 0
    """Process the request, then wait this long before the answer."""
    hold: bool = False
    """Do not process the request until ``release``, or while the stand-in runs."""
    hold_after: bool = False
    """Process the request, then hold the answer until ``release``."""
    drop: bool = False
    """Close the connection without processing the request."""
    drop_after: bool = False
    """Process the request, then close the connection without an answer."""
    spoil: bool = False
    """Process the request, then send half of the answer, as a web page."""
    cut_at: str | None = None
    """Cut the answer off before this text; an answer without it is unaffected."""
    slow_bytes: int | None = None
    """Send the body in chunks of this many bytes, ten a second."""

    def is_answer(self) -> bool:
        """Tell whether the fault answers in place of the stand-in."""
        return self.status is not None or self.body is not None

    def answer(self) -> web.Response:
        """Return the answer of the fault; text unchanged, anything else as JSON."""
        is_text = isinstance(self.body, str)
        body = b"" if self.body is None else self.body.encode() if is_text else msgspec.json.encode(self.body)
        kind = self.content_type or ("text/plain" if is_text or self.body is None else "application/json")
        headers = {**self.headers, "Content-Type": kind}
        return web.Response(status=self.status or 200, body=body, headers=headers)


class Faults:
    """The active faults, oldest first."""

    def __init__(self) -> None:
        """Start without faults."""
        self._faults: list[Fault] = []
        self._released = asyncio.Event()
        self.held = 0
        """The number of held requests."""

    def add(self, fault: Fault) -> None:
        """Add a fault."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Remove all faults, and release held requests."""
        self._faults.clear()
        self.release()

    async def wait(self, delay_ms: int, *, hold: bool) -> None:
        """Wait for a time, or until the next release."""
        if delay_ms:
            await asyncio.sleep(delay_ms / 1000)
        if not hold:
            return
        self.held += 1
        try:
            await self._released.wait()
        finally:
            self.held -= 1

    def release(self) -> None:
        """Release all requests that are held now; later ones are held again."""
        self._released.set()
        self._released = asyncio.Event()

    def pending(self) -> list[Fault]:
        """Return the faults that can still affect a request."""
        return list(self._faults)

    def take(self, request: web.Request) -> Fault | None:
        """Return the fault for this request, and count it."""
        for fault in self._faults:
            if not fault.match.fits(request):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.next is not None:
                fault.next -= 1
                if fault.next <= 0:
                    self._faults.remove(fault)
            return fault
        return None


def spoiled(response: web.StreamResponse) -> web.StreamResponse:
    """Return half of an answer under a wrong content type, as a broken proxy would."""
    body = response.body if isinstance(response, web.Response) else None
    whole = body if isinstance(body, bytes | bytearray) else b""
    headers = {name: value for name, value in response.headers.items() if name.lower() == "location"}
    return web.Response(
        status=response.status,
        body=bytes(whole[: len(whole) // 2]),
        headers=headers,
        content_type="text/html",
    )


def cut(response: web.StreamResponse, text: str) -> web.StreamResponse:
    """Return the answer up to the text, like a service that crashes at one of its records."""
    body = response.body if isinstance(response, web.Response) else None
    whole = body if isinstance(body, bytes | bytearray) else b""
    if text.encode() not in whole:
        return response
    return web.Response(
        status=response.status,
        body=bytes(whole.partition(text.encode())[0]),
        content_type=response.content_type,
    )


def hang_up(request: web.Request) -> web.Response:
    """Close the connection; the returned answer is not sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


async def drip(request: web.Request, response: web.Response, size: int) -> web.StreamResponse:
    """Send an answer in small chunks."""
    body = response.body if isinstance(response.body, bytes | bytearray) else b""
    slow = web.StreamResponse(status=response.status, headers=response.headers)
    slow.content_length = len(body)
    await slow.prepare(request)
    # The client may not wait this long.
    with contextlib.suppress(ConnectionError):
        for start in range(0, len(body), max(size, 1)):
            await slow.write(bytes(body[start : start + max(size, 1)]))
            await asyncio.sleep(_CHUNK_PAUSE_SECONDS)
        await slow.write_eof()
    return slow
