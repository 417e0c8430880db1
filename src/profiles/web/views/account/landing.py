"""The landing page, the heartbeat, and what programs ask every site for."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from profiles.infra import clock
from profiles.pipeline.figures import figures

SECURITY_TXT_LIFETIME: Final = timedelta(days=90)
DAY_SECONDS: Final = 86_400
ROBOTS: Final = """\
# Pages about people are for people.
User-agent: *
Allow: /$
Allow: /api/docs$
Allow: /static/
Disallow: /
"""


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


def robots(_request: HttpRequest) -> HttpResponse:
    """Leave the first page and the API's description to search engines, and nothing else (RFC 9309)."""
    headers = {"Cache-Control": f"public, max-age={DAY_SECONDS}"}
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8", headers=headers)


def favicon(_request: HttpRequest) -> HttpResponse:
    """Answer browsers and programs that ask for the icon without reading a page."""
    headers = {"Cache-Control": f"public, max-age={DAY_SECONDS}"}
    return HttpResponse(_icon(), content_type="image/x-icon", headers=headers)


@cache
def _icon() -> bytes:
    path = finders.find("profiles/favicon.ico")
    assert isinstance(path, str)
    return Path(path).read_bytes()
