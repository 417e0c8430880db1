"""The address that a request comes from: a forwarded one counts only from proxies that the settings name."""

import contextlib
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

import structlog
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger(__name__)
FORWARDED: Final = "HTTP_X_FORWARDED_FOR"
UNNAMED: Final = "proxy-not-named"
"""The row of ``infra_tries`` that says for a week that forwarded headers come from an unnamed proxy."""


def address_of(request: HttpRequest) -> str:
    """Return the caller's address: the last forwarded one that is not a named proxy's."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = [part.strip() for part in str(request.META.get(FORWARDED, "")).split(",")]
    while forwarded and _is_named(address):
        earlier = forwarded.pop()
        if _parsed(earlier) is None:
            break
        address = earlier
    return address


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _is_named(address: str) -> bool:
    networks = settings.ENVIRONMENT.PROFILES_TRUSTED_PROXIES
    parsed = _parsed(address) if networks else None
    return parsed is not None and any(parsed in network for network in networks)


class UnnamedProxies:
    """Reports once in each process that forwarded headers come from an address that is not named."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._reported = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        if not self._reported and FORWARDED in request.META:
            self._report(str(request.META.get("REMOTE_ADDR", "")))
        return self.get_response(request)

    def _report(self, address: str) -> None:
        if _is_named(address):
            return
        self._reported = True
        parsed = _parsed(address)
        # A public address may be a person's, who sent the header herself.
        shown = str(parsed) if parsed and parsed.is_private else "(public)"
        log.warning("proxy.not_named", address=shown, setting="PROFILES_TRUSTED_PROXIES")
        with contextlib.suppress(Error), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO infra_tries (key, tries, until) VALUES (%s, 1, now() + interval '7 days')"
                " ON CONFLICT (key) DO UPDATE SET until = excluded.until",
                [UNNAMED],
            )


def unnamed_seen() -> bool:
    """Tell whether a process reported an unnamed proxy in the last week."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM infra_tries WHERE key = %s AND until > now())", [UNNAMED])
        return bool(cursor.fetchone()[0])
