"""The first page, the sign of life, and where to report a weakness."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.infra import clock

BELIEVED_FOR: Final = timedelta(days=90)


def show(request: HttpRequest) -> HttpResponse:
    """Show what this is and where to begin."""
    return render(request, "landing.html")


def heartbeat(_request: HttpRequest) -> HttpResponse:
    """Answer the load balancer; it asks by IP address and wants the word OK."""
    return HttpResponse("OK", content_type="text/html")


def security(_request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116)."""
    env = settings.ENVIRONMENT
    lines = [
        f"Contact: mailto:{env.PROFILES_CONTACT}",
        f"Expires: {clock.now() + BELIEVED_FOR:%Y-%m-%dT00:00:00Z}",
        f"Canonical: {env.PROFILES_URL}/.well-known/security.txt",
        "Preferred-Languages: en",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
