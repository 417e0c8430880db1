"""Follow one piece of work across processes by its trace (W3C Trace Context, the header ``traceparent``).

A trace begins with the request or event that causes the work. Its id is in every log line, is stored with
events and claims, and is passed on with every call to another service.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Final

from structlog.contextvars import bound_contextvars

from profiles.infra.monitoring import telemetry

HEADER: Final = "traceparent"
_FORM: Final = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?"
)
_current: ContextVar[str] = ContextVar("traceparent", default="")


def read(header: str | None) -> str:
    """Return a caller's traceparent, or an empty text if it is missing or not valid."""
    return header[:55] if header and _FORM.fullmatch(header) else ""


def new() -> str:
    """Begin a trace, not sampled: the collector of traces samples by its own settings."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def id_of(traceparent: str) -> str:
    """Return the id of a trace, as it is in log lines."""
    return traceparent.split("-")[1] if traceparent else ""


def here() -> str:
    """Return the trace of what is done here, or begin one."""
    return telemetry.current_traceparent() or _current.get() or new()


def passed_on() -> dict[str, str]:
    """Return the header for a call to another service: the same trace, and a new id for the call."""
    traceparent = _current.get()
    if not traceparent or telemetry.is_on():
        # OpenTelemetry's instrumentation of the client adds its own.
        return {}
    version, trace_id, _parent, flags = traceparent.split("-")[:4]
    return {HEADER: f"{version}-{trace_id}-{secrets.token_hex(8)}-{flags}"}


@contextmanager
def continued(traceparent: str) -> Iterator[None]:
    """Continue a trace: its id is in the log lines, and it is passed on. Nothing is changed without one."""
    if not traceparent:
        yield
        return
    token = _current.set(traceparent)
    try:
        with ExitStack() as stack:
            stack.enter_context(bound_contextvars(trace_id=id_of(traceparent)))
            stack.enter_context(telemetry.attached(traceparent))
            yield
    finally:
        _current.reset(token)
