"""Middleware: heartbeat, pages without a session, security headers, 400 for text that cannot be stored."""

from collections.abc import Callable
from functools import cache
from typing import Final

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch, resolve

from profiles.accounts.authorization.return_hosts import return_hosts
from profiles.infra.postgres.database import refuses_nul
from profiles.infra.web.page_policy import PERMISSIONS, content_policy, source_of, source_of_host
from profiles.web.views.account.landing import heartbeat
from profiles.web.views.failures import bad_request

log = structlog.get_logger(__name__)


class Heartbeat:
    """Answers the load balancer first: it calls with any host name, and must not wait for the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the heartbeat, or pass the request on."""
        return heartbeat(request) if request.path_info == "/heartbeat" else self.get_response(request)


class PagesWithoutSession:
    """Calls pages that are the same for everyone directly, past the session and the signed-in person.

    The status page must answer while the database is away. Shared caches may keep all of them, so they never
    set or delete a cookie.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Show the page, or pass the request on."""
        match = _pages_without_session().get(request.path_info)
        if match is None:
            return self.get_response(request)
        request.resolver_match = match
        request.get_host()  # refuses hosts that are not ours, as the full middleware does
        response: HttpResponse = match.func(request)
        return response


@cache
def _pages_without_session() -> dict[str, ResolverMatch]:
    paths = ("/status", "/status.json", "/robots.txt", "/favicon.ico", "/.well-known/security.txt")
    return {path: resolve(path) for path in paths}


class PageHeaders:
    """Sets what browsers may do with a page, and that no shared cache stores it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers unless the view set its own."""
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", content_policy(_form_targets(request)))
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault(
            "X-Frame-Options", "DENY"
        )  # the status page is answered before Django's middleware
        if headers.get("Content-Type", "").startswith("text/html"):
            # The page may name the person who is signed in. A browser may show it again when they go back.
            headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _form_targets(request: HttpRequest) -> tuple[str, ...]:
    """Return where forms may lead beside ourselves.

    Signing in and out leads through identity providers and their institutions to any registered service.
    """
    match = request.resolver_match
    module = getattr(match.func, "__module__", "") if match else ""
    return _anywhere() if module.startswith(_LEAD_ON) else _known_targets()


_LEAD_ON: Final = ("profiles.sign_in.", "profiles.sso.")


def _anywhere() -> tuple[str, ...]:
    return ("https:", "http:") if settings.ENVIRONMENT.is_local else ("https:",)


def _known_targets() -> tuple[str, ...]:
    """Return ORCID, where forms ask for a permission, Globus for signing out, and where people go on."""
    env = settings.ENVIRONMENT
    scheme = env.PROFILES_URL.partition(":")[0]
    hosts = (source_of_host(host, scheme=scheme) for host in return_hosts() if host)
    return (source_of(env.ORCID_URL), source_of(env.GLOBUS_URL), *hosts)


class NoNul:
    """Answers 400 when a request contains a NUL, which PostgreSQL cannot store in text or JSON.

    Nothing stored can match it, so it is the caller's error and not ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; see ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 400 when the database refused a NUL anywhere in a view."""
        if refuses_nul(exception):
            log.info("web.nul_refused", method=request.method)
            return bad_request(request, exception)
        return None
