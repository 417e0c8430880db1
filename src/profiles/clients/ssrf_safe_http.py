"""An HTTP client for addresses that others named: it calls the public internet and nothing else.

Who registers an address decides where we call, so the address may point at machines that only we can reach
(metadata services, databases, ourselves). Names are looked up once, at the moment of the call, and every
address found must be a public one; a literal one is held to the same. Source: RFC 6890 (special-purpose
addresses); the practice of certified OpenID providers.
"""

import asyncio
import contextlib
import ipaddress
import re
import socket
from collections.abc import Callable, Mapping
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from yarl import URL

from profiles.clients.http import HttpClient, Limits

_GIVEN_OUT: Final = ipaddress.IPv6Network("2000::/3")
"""The global unicast range. Addresses outside it may embed a private IPv4 address."""
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
"""How a network without IPv4 writes the IPv4 addresses of others (RFC 6052)."""
_LABEL: Final = re.compile(r"[A-Za-z0-9_-]{1,63}")
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_MAX_NAME_LENGTH: Final = 253

MAX_BODY: Final = 4_096
"""So much of an answer's body is read at most, in bytes as they come: its status says all that counts."""
BODY_SECONDS: Final = 1.0
"""So long we wait at most for a body once the status has come."""


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
    """Say why we would not call this address, or return nothing; its name is resolved at the call.

    The address is read and encoded as a call does it (yarl, then the look-up of the name). ``local`` allows
    this machine and plain HTTP: the demo and tests.
    """
    try:
        address = _address_of(url)
    except ValueError:
        return "not an address"
    host = address.raw_host
    if address.scheme != "https" and not (local and address.scheme == "http"):
        return "not https"
    if not host or address.user is not None or address.password is not None:
        return "no host, or a name or password before it"
    if address.fragment or "#" in url:
        return "a fragment (#…)"
    if not address.port or not _can_be_looked_up(host):
        return "no name or number of a host"
    return "" if local or _may_be_public(host) else "not an address of the public internet"


def _address_of(url: str) -> URL:
    """Read an address as a call does.

    Raises:
        ValueError: a call could not.
    """
    if any(ord(sign) <= ord(" ") for sign in url):
        raise ValueError("a space or a control character")
    address = URL(url)
    address.raw_path_qs.encode("ascii")
    return address


def _can_be_looked_up(host: str) -> bool:
    """Say whether this is a literal address, or a name that the system's look-up takes (RFC 1123, 2.1)."""
    if is_ip_address(host):
        return True
    labels = host.removesuffix(".").split(".")
    return len(host) <= _MAX_NAME_LENGTH and all(_LABEL.fullmatch(label) for label in labels)


def _may_be_public(host: str) -> bool:
    if is_ip_address(host):
        return is_public(host)
    # A name whose last part is a number is read as an IPv4 address in one of its many forms (0x7f.1).
    labels = host.removesuffix(".").split(".")
    return (
        len(labels) > 1
        and not _NUMBER.fullmatch(labels[-1])
        and not host.removesuffix(".").endswith((".local", ".localhost", ".internal", ".home.arpa"))
    )


def is_ip_address(host: str) -> bool:
    """Say whether this is a literal IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


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


class SsrfSafeHttpClient(HttpClient):
    """Calls addresses that others named. ``local`` allows this machine too: for the demo and tests.

    Bodies of answers are not kept, not unpacked and not waited for.
    """

    unpacks = False

    def __init__(
        self,
        *,
        user_agent: str,
        limits: Limits,
        local: bool,
        trace: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        super().__init__(user_agent=user_agent, limits=limits, trace=trace)
        self._local = local

    def refusal_of(self, url: str) -> str:
        """Say why this client does not call that address, or return nothing."""
        return refusal_of(url, local=self._local)

    def _connector(self) -> aiohttp.TCPConnector:
        if self._local:
            return super()._connector()
        return aiohttp.TCPConnector(
            limit=self.limits.in_flight, use_dns_cache=False, resolver=PublicResolver()
        )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """Read a short body to its end, so that the connection can serve again; close it otherwise."""
        size = 0
        with contextlib.suppress(aiohttp.ClientError, OSError):
            async with asyncio.timeout(BODY_SECONDS):
                async for part in response.content.iter_any():
                    size += len(part)
                    if size > MAX_BODY:
                        break
        if not response.content.at_eof():
            response.close()
        return b""
