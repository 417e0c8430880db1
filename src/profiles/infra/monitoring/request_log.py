"""Log one line for every request; its id is also in all other lines of the request and in the response.

A request continues the trace that its header ``traceparent`` names, or begins one.

The line names the route, never the address, which may contain a key or an iD.
"""

import secrets
import time
from collections.abc import Callable
from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from profiles.infra.monitoring import metrics, tracing

log = structlog.get_logger(__name__)

HEADER: Final = "X-Request-ID"
_TRACEPARENT: Final = f"HTTP_{tracing.HEADER.upper()}"
_CALLER: Final = "_caller_in_log"


def note_caller(request: HttpRequest, *, kind: str, number: int | str) -> None:
    """Record the caller for the request's log line: its kind and our number for it, no personal data."""
    setattr(request, _CALLER, f"{kind}:{number}")


class RequestLog:
    """Gives each request an id, and logs it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Handle the request; the logged time includes the wait for a thread."""
        request_id = secrets.token_hex(8)
        arrived = request.META.get("profiles.arrived") or time.monotonic()
        traceparent = tracing.read(request.META.get(_TRACEPARENT)) or tracing.here()
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            tracing.continued(traceparent),
        ):
            response = self.get_response(request)
            response.headers[HEADER] = request_id
            seconds = time.monotonic() - arrived
            route, status = _route_of(request), response.status_code
            metrics.count_request(method=request.method, route=route, status=status, seconds=seconds)
            log.info(
                "http.request",
                method=request.method,
                route=route,
                status=status,
                seconds=round(seconds, 4),
                caller=_caller_of(request),
            )
        return response


def _route_of(request: HttpRequest) -> str:
    """Return the pattern of the address; some requests are answered before Django resolves it."""
    try:
        return (request.resolver_match or resolve(request.path_info)).route
    except Resolver404:
        return "(none)"


def _caller_of(request: HttpRequest) -> str:
    """Return the caller if the view determined it; nothing is read only for the log."""
    recorded: str = getattr(request, _CALLER, "")
    account = getattr(request, "_cached_user", None)
    if recorded or account is None or not account.is_authenticated:
        return recorded
    return f"account:{account.pk}"
