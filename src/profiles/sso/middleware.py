"""Middleware that shortcuts calls of services, and keeps the shared cookie in step with the session."""

from collections.abc import Callable
from functools import cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import ResolverMatch, resolve

from profiles.accounts.models import Account
from profiles.sso.cookie import shared_cookie

MAX_BODY_BYTES: Final = 64_000
MAX_MULTIPART_BYTES: Final = 4_000
"""Bytes. A form of two million takes 160 ms to read, and 20 ms if it is in many parts (multipart)."""


class ServiceEndpoints:
    """Calls the endpoints for services directly, without the middleware after this one.

    They need no session, language, CSRF protection or page headers; those were half the cost of such a call.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Call the endpoint of a service directly; refuse a form that is expensive to read."""
        if request.path_info.startswith("/oauth/") and _is_too_large(request):
            return _too_large_response()
        match = _matches().get(request.path_info)
        if match is None:
            return self.get_response(request)
        request.resolver_match = match
        # The error page looks for a session.
        request.session = {}  # type: ignore[assignment]
        request.get_host()  # refuses hosts that are not ours, as the full middleware does
        response: HttpResponse = match.func(request)
        return response


def _is_too_large(request: HttpRequest) -> bool:
    is_multipart = request.content_type == "multipart/form-data"
    return int(request.META.get("CONTENT_LENGTH") or 0) > (
        MAX_MULTIPART_BYTES if is_multipart else MAX_BODY_BYTES
    )


def _too_large_response() -> HttpResponse:
    content = {"error": "invalid_request", "error_description": "The request is too large."}
    return JsonResponse(content, status=400, headers={"Cache-Control": "no-store"})


@cache
def _matches() -> dict[str, ResolverMatch]:
    """Return the endpoints for services, by path."""
    from profiles.sso.urls import FOR_SERVICES

    return {f"/{route.pattern}": resolve(f"/{route.pattern}") for route in FOR_SERVICES}


class SharedCookie:
    """Writes the cookie of a signed-in person who lacks a fresh one; clears one that outlived its session.

    Sign-out clears it by a signal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then check the cookie."""
        response = self.get_response(request)
        if not settings.ENVIRONMENT.PROFILES_SHARED_COOKIE or shared_cookie.NAME in response.cookies:
            return response
        account = getattr(request, "user", None)
        if not isinstance(account, Account):
            if shared_cookie.is_left_over(request):
                shared_cookie.clear(response)
        elif shared_cookie.needs_writing(request):
            shared_cookie.write(request, response, account)
        return response
