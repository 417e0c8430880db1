"""The door to addresses that others named: it leads to the public internet and nowhere else.

Who registers an address decides where we call, so the address may point at machines that only we can reach
(metadata services, databases, ourselves). Names are looked up once, at the moment of the call, and every
address found must be a public one; a literal one is held to the same. Source: RFC 6890 (special-purpose
addresses); the practice of certified OpenID providers.
"""

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

from profiles.clients.http import HttpDoor, Limits

_GIVEN_OUT: Final = ipaddress.IPv6Network("2000::/3")
"""All that IANA gives out for the internet. What lies outside may stand for an IPv4 address inside."""
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""How a network without IPv4 writes the IPv4 addresses of others (RFC 6052)."""


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the public internet."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(found.packed[-4:])))
        if found not in _GIVEN_OUT or (found.sixtofour and not is_public(str(found.sixtofour))):
            return False
    return found.is_global and not found.is_multicast


def refusal_of(url: str, *, local: bool) -> str:
    """Say why we would not call this address, or nothing; what its name stands for shows at the call.

    ``local`` allows this machine and plain HTTP: the demo and tests.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
        parts.port  # noqa: B018  raises for a port that is none
    except ValueError:
        return "not an address"
    if any(ord(sign) <= ord(" ") for sign in url):
        return "not an address"
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        return "not https"
    if not host or parts.username is not None or parts.password is not None:
        return "no host, or a name or password before it"
    if parts.fragment:
        return "a fragment (#…)"
    return "" if local or _may_be_public(host) else "not an address of the public internet"


def _may_be_public(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal", ".home.arpa"))
    return is_public(host)


class PublicResolver(AbstractResolver):
    """Looks names up as usual and lets only public addresses through."""

    def __init__(self) -> None:
        self._usual = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look a name up.

        Raises:
            OSError: it leads to an address that is not public; nothing is called.
        """
        found = await self._usual.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise OSError("not a public address")
        return found

    async def close(self) -> None:
        """Close what the usual look-up holds."""
        await self._usual.close()


class GuardedDoor(HttpDoor):
    """A door for addresses that others named. ``local`` lets it lead to this machine: the demo and tests."""

    def __init__(self, *, user_agent: str, limits: Limits, local: bool) -> None:
        super().__init__(user_agent=user_agent, limits=limits)
        self._local = local

    def refusal_of(self, url: str) -> str:
        """Say why this door does not lead there, or nothing."""
        return refusal_of(url, local=self._local)

    def _connector(self) -> aiohttp.TCPConnector:
        if self._local:
            return super()._connector()
        return aiohttp.TCPConnector(
            limit=self.limits.in_flight, use_dns_cache=False, resolver=PublicResolver()
        )
