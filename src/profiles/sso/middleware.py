"""The short way of calls by services, and the shared cookie in step with the session."""

from collections.abc import Callable
from functools import cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import ResolverMatch, resolve

from profiles.accounts.models import Account
from profiles.sso.cookie import shared_cookie

LARGEST_BODY: Final = 64_000
LARGEST_IN_PARTS: Final = 4_000
"""Bytes. A form of two million costs 160 ms to read, and 20 ms where it is in many parts (multipart)."""


class ServicesWay:
    """Calls what services call past all that follows in the list of middleware.

    Sessions, languages, forms' protection and pages' headers play no part there, so they are not paid for;
    that was half of what such a call cost.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the short way where the address is a service's; read no form that is dear to read."""
        if request.path_info.startswith("/oauth/") and _is_dear(request):
            return _unread()
        match = _matches().get(request.path_info)
        if match is None:
            return self.get_response(request)
        request.resolver_match = match
        # Where something goes wrong, the page that says so looks for a session.
        request.session = {}  # type: ignore[assignment]
        request.get_host()  # refuses names that are not ours, as the long way does
        response: HttpResponse = match.func(request)
        return response


def _is_dear(request: HttpRequest) -> bool:
    in_parts = request.content_type == "multipart/form-data"
    return int(request.META.get("CONTENT_LENGTH") or 0) > (LARGEST_IN_PARTS if in_parts else LARGEST_BODY)


def _unread() -> HttpResponse:
    said = {"error": "invalid_request", "error_description": "The request is too large."}
    return JsonResponse(said, status=400, headers={"Cache-Control": "no-store"})


@cache
def _matches() -> dict[str, ResolverMatch]:
    """Return what services call, by address."""
    from profiles.sso.urls import FOR_SERVICES

    return {f"/{one.pattern}": resolve(f"/{one.pattern}") for one in FOR_SERVICES}


class SharedCookie:
    """Writes the cookie for whoever is signed in and lacks a fresh one; takes back what outlived its session.

    Sign-out clears it by signal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then look at the cookie."""
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
