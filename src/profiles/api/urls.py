"""Addresses of the API. A last slash may be there; nothing is redirected, because POST would be lost."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.views.decorators.csrf import csrf_exempt

from profiles.api.api import api

ALLOWED = "GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD"


def open_to_browsers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let pages of other hosts call with a bearer token; cookies count for nothing here."""

    @csrf_exempt
    def opened(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        response = (
            HttpResponse(status=204) if request.method == "OPTIONS" else view(request, *args, **keywords)
        )
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = ALLOWED
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept"
        response.headers.setdefault("Cache-Control", "max-age=0, private, must-revalidate")
        return response

    return opened


def _patterns() -> list[URLPattern]:
    patterns, _app, _namespace = api.urls
    found = []
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            continue
        route = str(pattern.pattern).lstrip("/")
        view = open_to_browsers(pattern.callback)
        found.append(path(route, view, name=f"api-{pattern.name}"))
        if route.startswith(("claims", "users")):
            found.append(path(f"{route}/", view))
    return found


urlpatterns = _patterns()
