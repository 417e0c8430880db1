"""Requests that an open page makes automatically."""

from django.http import HttpRequest


def is_poll(request: HttpRequest) -> bool:
    """Tell whether this is an open page's poll, which does not count as use by the person."""
    return request.method == "GET" and "HX-Request" in request.headers
