"""The sign of life, headers that every page carries, and an answer to what no database can keep."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.defaults import bad_request

from profiles.infra.postgres.database import refuses_nul
from profiles.web.views.account.landing import heartbeat

log = structlog.get_logger(__name__)


class Heartbeat:
    """Answers the load balancer before all else: it asks by any address, and must not wait for a database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or go on."""
        return heartbeat(request) if request.path_info == "/heartbeat" else self.get_response(request)


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
    """Answers 400 where a request holds a NUL: PostgreSQL keeps it in no text and no JSON.

    So it can be found in none, and asking for it is no error of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; see below."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Take the database's refusal, wherever in a view it was met, for what it is."""
        if refuses_nul(exception):
            log.info("web.nul_refused", method=request.method)
            return bad_request(request, exception)
        return None
