"""Recognise requests that an open page sends automatically."""

from django.http import HttpRequest


def is_poll(request: HttpRequest) -> bool:
    """Tell whether an open page polls; polls do not count as activity of the person."""
    return request.method == "GET" and "HX-Request" in request.headers
