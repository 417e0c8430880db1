"""The sign of life, and headers that every page carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from profiles.web.views.landing import heartbeat


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
