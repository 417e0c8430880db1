"""Route API calls straight to their views, past the rest of the middleware.

The API uses no session, cookie or language, so their cost is saved. The ``Host`` header is not checked: one
consumer leaves out the port, an internal one calls us by another name, and no answer is built from it.
"""

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from profiles.api.http.endpoint import is_api_endpoint
from profiles.api.urls import PREFIXES


class ApiFastPath:
    """Call API views without the middleware that follows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Call the API view of this address, if there is one."""
        path = request.path_info
        if path.startswith(_STARTS):
            try:
                match = _resolved(path)
            except Resolver404:
                return self.get_response(request)
            if is_api_endpoint(match.func):
                request.resolver_match = match
                response: HttpResponse = match.func(request, *match.args, **match.kwargs)
                return response
        return self.get_response(request)


# A few addresses get most calls, and resolving an address tries every pattern.
_resolved = lru_cache(maxsize=256)(resolve)
_STARTS = tuple(f"/{prefix}" for prefix in (*PREFIXES, "profiles/graphql"))
