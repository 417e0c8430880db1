"""The pages for requests that failed: they work without the database, a session or a signed-in user."""

import sys
from contextlib import suppress
from typing import Final

import psycopg
import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext
from django.views.defaults import page_not_found

log = structlog.get_logger(__name__)

DATABASE_AWAY: Final = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
RETRY_SECONDS: Final = 10


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404; an address that has only one slash too many leads to its page."""
    path = request.path
    if request.method in {"GET", "HEAD"} and path.endswith("/") and not path.startswith("//"):
        with suppress(Resolver404):
            resolve(path.rstrip("/"))
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(path.rstrip("/") + (f"?{query}" if query else ""))
    return page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, with the name of the service and the contact, which Django's own handler leaves out."""
    del request, exception  # Django calls every handler by these names
    return plain_page("400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 while the database is away, and 500 after a bug."""
    error = sys.exc_info()[1]
    if isinstance(error, DATABASE_AWAY):
        log.warning("web.database_away", reason=str(error).strip()[:200])
        return database_away(request)
    return plain_page(
        "500.html", status=500, request_id=structlog.contextvars.get_contextvars().get("request_id")
    )


def database_away(request: HttpRequest) -> HttpResponse:
    """Show that the service is unavailable; the browser reloads a page that was requested by GET."""
    is_read = request.method in {"GET", "HEAD"}
    response = plain_page(
        "503.html",
        status=503,
        again=request.get_full_path() if is_read else "/",
        is_read=is_read,
        seconds=RETRY_SECONDS,
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def plain_page(template: str, *, status: int, **context: object) -> HttpResponse:
    """Show a page without a session, a signed-in user or the database."""
    env = settings.ENVIRONMENT
    common = {
        "site_title": env.SITE_TITLE,
        "orcid_url": env.ORCID_URL,
        "commons_url": env.COMMONS_URL,
        "fabrica_url": env.BRACCO_URL,
        "contact": env.PROFILES_CONTACT,
        "mode": env.PROFILES_MODE,
        "is_failure": True,
    }
    try:
        return HttpResponse(render_to_string(template, {**common, **context}), status=status)
    except Exception:
        # A page about a failure must not fail: this text cannot.
        log.exception("web.failure_page_broke")
        return HttpResponse(gettext("Something broke on our side. Please try again."), status=status)
