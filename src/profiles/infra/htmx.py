"""Requests that a page makes by itself."""

from django.http import HttpRequest


def is_poll(request: HttpRequest) -> bool:
    """Say whether a page that lies open asks for what is new; nobody makes use of it by that."""
    return request.method == "GET" and "HX-Request" in request.headers
