"""The landing page, the heartbeat, and ``security.txt``."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.infra import clock
from profiles.pipeline.figures import figures

SECURITY_TXT_LIFETIME: Final = timedelta(days=90)


def show(request: HttpRequest) -> HttpResponse:
    """Show the landing page."""
    return render(request, "landing.html", {"figures": figures()})


def heartbeat(_request: HttpRequest) -> HttpResponse:
    """Answer the load balancer, which calls by IP address and expects the word OK."""
    return HttpResponse("OK", content_type="text/html")


def security(_request: HttpRequest) -> HttpResponse:
    """Say where to report a vulnerability (RFC 9116)."""
    env = settings.ENVIRONMENT
    lines = [
        f"Contact: mailto:{env.PROFILES_CONTACT}",
        f"Expires: {clock.now() + SECURITY_TXT_LIFETIME:%Y-%m-%dT00:00:00Z}",
        f"Canonical: {env.PROFILES_URL}/.well-known/security.txt",
        "Preferred-Languages: en",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
