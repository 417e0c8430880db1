"""Rate limits, counted in PostgreSQL in one statement, so that concurrent hits all count.

Addresses and accounts are stored only as digests.
"""

import hashlib
import ipaddress
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from profiles.infra.postgres import prepared

_COUNT: Final = """
INSERT INTO infra_tries AS t (key, tries, until)
VALUES (%(key)s, %(more)s, now() + %(seconds)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN t.until < now() THEN excluded.tries ELSE t.tries + excluded.tries END,
    until = CASE WHEN t.until < now() THEN excluded.until ELSE t.until END
RETURNING tries, ceil(extract(epoch FROM until - now()))::int
"""


def add(what: str, who: str, *, count: int, seconds: int) -> tuple[int, int]:
    """Count some tries; return how many there were in all, and for how many seconds more they count."""
    key = hashlib.sha256(f"{settings.SECRET_KEY}|{what}|{who}".encode()).hexdigest()
    values = {"key": f"{what}:{key[:32]}", "more": count, "seconds": seconds}
    tries, left = prepared.run(_COUNT, values).fetchone()
    return int(tries), int(left)


def retry_after_hit(what: str, who: str, *, most: int, seconds: int) -> int:
    """Count a try and say for how many seconds no more are taken; 0: this one is fine."""
    tries, left = add(what, who, count=1, seconds=seconds)
    return max(1, left) if tries > most else 0


def delete_old_hits() -> None:
    """Delete expired counts. Safe to run twice."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM infra_tries WHERE until < now()")


def rate_limit_key(request: HttpRequest) -> str:
    """Return the key of a caller: the IPv4 address, or the /64 network of the IPv6 address."""
    address = address_of(request)
    if ":" not in address:
        return address
    try:
        address_v6 = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    if address_v6.ipv4_mapped:
        return str(address_v6.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(address_v6) >> 64 << 64))


def address_of(request: HttpRequest) -> str:
    """Return the caller's address; a forwarded one is trusted only behind our own proxies."""
    if proxies := settings.ENVIRONMENT.PROFILES_TRUSTED_PROXIES:
        header = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        forwarded = [part.strip() for part in header.split(",") if part.strip()]
        if len(forwarded) >= proxies:
            return forwarded[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
