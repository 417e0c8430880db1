"""The short way: a call of the API goes straight to its view.

Sessions, cookies, languages and pages' headers play no part in it, so they are neither read nor paid for. And
the ``Host`` header plays none: one consumer leaves its port out, an internal one calls us by another name,
and no answer is built from it.
"""

from collections.abc import Callable
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from profiles.api.http.endpoint import is_of_the_api
from profiles.api.urls import ROOMS


class ShortWay:
    """Calls the API's views past all that follows in the list of middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take the short way where the address is one of the API's."""
        path = request.path_info
        if path.startswith(_STARTS):
            try:
                match = _resolved(path)
            except Resolver404:
                return self.get_response(request)
            if is_of_the_api(match.func):
                request.resolver_match = match
                response: HttpResponse = match.func(request, *match.args, **match.kwargs)
                return response
        return self.get_response(request)


# Lists are asked for by a few addresses again and again, and trying every address of the house takes a while.
_resolved = lru_cache(maxsize=256)(resolve)
_STARTS = tuple(f"/{room}" for room in (*ROOMS, "profiles/graphql"))
