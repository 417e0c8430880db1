"""The control endpoints of each stand-in: reset, faults, log, state, people, clients, keys.

They are under ``/__sandbox__/``. The real services do not have them, and requests to them are not logged,
counted or affected by faults.
"""

import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.faults import Fault, Faults, cut, drip, hang_up, spoiled

PREFIX: Final = "/__sandbox__"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Command = Callable[[Any], Any]
"""Takes the JSON body; returns the response content. May be asynchronous. Raises ``ControlError``."""


class ControlError(ValueError):
    """Raised when a control request cannot be carried out; the text says why."""


class ControlEndpoints:
    """The control endpoints of one stand-in.

    ``reset`` restores the start of the stand-in, ``state`` returns its state as JSON. The other commands are
    optional, because a stand-in may have its own routes for them.
    """

    def __init__(
        self,
        name: str,
        *,
        reset: Callable[[], Any],
        state: Callable[[], Any],
        commands: dict[str, Command] | None = None,
        log_size: int = 20_000,
    ) -> None:
        """Take the functions of the stand-in; ``commands`` are further paths, such as ``people``."""
        self.name = name
        self.faults = Faults()
        self._reset = reset
        self._state = state
        self._commands = commands or {}
        self._log: deque[dict[str, Any]] = deque(maxlen=log_size)
        self._seen = 0

    def attach(self, app: web.Application) -> None:
        """Add the middleware and the endpoints to an application that is not yet running."""
        app[CONTROL] = self
        app.middlewares.insert(0, self.middleware)
        self.add_routes(app)

    def add_routes(self, app: web.Application) -> None:
        """Add the routes of the control endpoints."""
        app.add_routes(
            [
                web.post(f"{PREFIX}/reset", self._answer_reset),
                web.post(f"{PREFIX}/faults", self._answer_fault),
                web.get(f"{PREFIX}/faults", self._answer_faults),
                web.delete(f"{PREFIX}/faults", self._answer_no_faults),
                web.post(f"{PREFIX}/release", self._answer_release),
                web.get(f"{PREFIX}/log", self._answer_log),
                web.delete(f"{PREFIX}/log", self._answer_no_log),
                web.get(f"{PREFIX}/state", self._answer_state),
                *(web.post(f"{PREFIX}/{path}", _route(command)) for path, command in self._commands.items()),
            ]
        )

    @property
    def middleware(self) -> Middleware:
        """The outermost middleware, which logs requests and applies faults."""

        @web.middleware
        async def log_and_apply_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith(PREFIX):
                return await _report_errors(request, handler)
            entry = self._log_entry(request)
            started = time.perf_counter()
            try:
                response = await self._apply_faults(request, handler, entry)
                entry["status"] = entry["status"] or response.status
            except web.HTTPException as refusal:
                entry["status"] = entry["status"] or refusal.status
                raise
            except BaseException:
                entry["status"] = entry["status"] or "failed"
                raise
            finally:
                entry["ms"] = round((time.perf_counter() - started) * 1000, 1)
            return response

        return log_and_apply_faults

    async def _apply_faults(
        self, request: web.Request, handler: Handler, entry: dict[str, Any]
    ) -> web.StreamResponse:
        fault = self.faults.take(request)
        if fault is None:
            return await handler(request)
        entry["fault"] = True
        await self.faults.wait(fault.delay_ms, hold=fault.hold)
        if fault.drop:
            entry["status"] = "dropped"
            return hang_up(request)
        try:
            response = fault.answer() if fault.is_answer() else await handler(request)
        except web.HTTPException as refusal:
            response = web.Response(
                status=refusal.status, body=refusal.text or "", headers=_without_length(refusal.headers)
            )
        await self.faults.wait(fault.delay_after_ms, hold=fault.hold_after)
        if fault.drop_after:
            entry["status"] = f"{response.status}, dropped"
            return hang_up(request)
        if fault.spoil:
            response = spoiled(response)
        if fault.cut_at:
            response = cut(response, fault.cut_at)
        response.headers.update(fault.headers)
        if fault.slow_bytes and isinstance(response, web.Response):
            return await drip(request, response, fault.slow_bytes)
        return response

    def _log_entry(self, request: web.Request) -> dict[str, Any]:
        self._seen += 1
        entry = {
            "number": self._seen,
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": request.method,
            "path": request.path,
            "query": request.rel_url.raw_query_string,
            "status": None,
            "ms": None,
            "fault": False,
            "headers": {name: _masked(name, value) for name, value in request.headers.items()},
        }
        self._log.append(entry)
        return entry

    async def _answer_reset(self, _request: web.Request) -> web.Response:
        self.faults.clear()
        self._log.clear()
        await _settled(self._reset())
        return web.json_response({"reset": self.name})

    async def _answer_fault(self, request: web.Request) -> web.Response:
        try:
            fault = msgspec.convert(await _read_json(request), Fault)
        except msgspec.ValidationError as error:
            raise ControlError(str(error)) from error
        self.faults.add(fault)
        return _json(fault, status=201)

    async def _answer_faults(self, _request: web.Request) -> web.Response:
        return _json({"faults": self.faults.pending(), "held": self.faults.held})

    async def _answer_release(self, _request: web.Request) -> web.Response:
        held = self.faults.held
        self.faults.release()
        return _json({"released": held})

    async def _answer_no_faults(self, _request: web.Request) -> web.Response:
        self.faults.clear()
        return _json({"faults": []})

    async def _answer_log(self, request: web.Request) -> web.Response:
        """Return the requests, oldest first; filter by ``?method=``, ``?path=`` (a part) and ``?after=``."""
        params = request.query
        after = int(params.get("after", "0") or 0)
        entries = [
            entry
            for entry in self._log
            if entry["number"] > after
            and params.get("path", "") in entry["path"]
            and params.get("method", entry["method"]).upper() == entry["method"]
        ]
        return _json({"stand_in": self.name, "seen": self._seen, "requests": entries})

    async def _answer_no_log(self, _request: web.Request) -> web.Response:
        self._log.clear()
        return _json({"requests": []})

    async def _answer_state(self, _request: web.Request) -> web.Response:
        return _json(await _settled(self._state()))


CONTROL: Final = web.AppKey("control", ControlEndpoints)


def _route(command: Command) -> Handler:
    async def route(request: web.Request) -> web.StreamResponse:
        return _json(await _settled(command(await _read_json(request))))

    return route


async def _settled(result: Any) -> Any:
    return await result if isinstance(result, Awaitable) else result


async def _read_json(request: web.Request) -> Any:
    body = await request.read()
    if not body:
        return {}
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise ControlError(f"the body is not JSON: {error}") from error


async def _report_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ControlError as error:
        return _json({"error": str(error)}, status=400)


def _json(content: Any, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(content), content_type="application/json")


def _without_length(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "content-length"}


def _masked(name: str, value: str) -> str:
    """Return a header for the log; of a secret only the last characters, enough to tell two apart."""
    if name.lower() not in {"authorization", "cookie", "proxy-authorization"}:
        return value
    scheme = value.partition(" ")[0] if name.lower() != "cookie" and " " in value else ""
    return f"{scheme} …{value[-4:]}".strip()
