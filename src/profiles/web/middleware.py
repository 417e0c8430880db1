"""Middleware: heartbeat, status page, security headers, and 400 for text that PostgreSQL cannot store."""

from collections.abc import Callable
from functools import cache

import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, resolve

from profiles.infra.postgres.database import refuses_nul
from profiles.web.views.account.landing import heartbeat
from profiles.web.views.failures import bad_request

log = structlog.get_logger(__name__)


class Heartbeat:
    """Answers the load balancer first: it calls with any host name, and must not wait for the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the heartbeat, or pass the request on."""
        return heartbeat(request) if request.path_info == "/heartbeat" else self.get_response(request)


class StatusPage:
    """Calls the status page directly, past the session and the signed-in person.

    Both need the database, and the page must answer while that is away. It is the same for everyone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Show the status page, or pass the request on."""
        match = _status_pages().get(request.path_info)
        if match is None:
            return self.get_response(request)
        request.resolver_match = match
        request.get_host()  # refuses hosts that are not ours, as the full middleware does
        response: HttpResponse = match.func(request)
        return response


@cache
def _status_pages() -> dict[str, ResolverMatch]:
    return {path: resolve(path) for path in ("/status", "/status.json")}


class PageHeaders:
    """Sets the Content-Security-Policy: everything from ourselves, nothing inline."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers unless the view set its own."""
        response = self.get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
            "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        )
        return response


class NoNul:
    """Answers 400 when a request contains a NUL, which PostgreSQL cannot store in text or JSON.

    Nothing stored can match it, so it is the caller's error and not ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; see ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 400 when the database refused a NUL anywhere in a view."""
        if refuses_nul(exception):
            log.info("web.nul_refused", method=request.method)
            return bad_request(request, exception)
        return None
