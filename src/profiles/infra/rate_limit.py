"""Rate limits: one table for all processes, a window that ends, one statement for each hit.

The table is not logged, so that a hit costs no write to disk; a crash of the database forgets the hits.
Addresses and accounts are stored only as digests.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from profiles.infra.postgres import prepared
from profiles.infra.web.proxies import address_of

_COUNT: Final = """
INSERT INTO infra_tries AS t (key, tries, until)
VALUES (%(key)s, %(more)s, now() + %(seconds)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN t.until < now() THEN excluded.tries ELSE t.tries + excluded.tries END,
    until = CASE WHEN t.until < now() THEN excluded.until ELSE t.until END
RETURNING tries, ceil(extract(epoch FROM until - now()))::int
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` hits by one caller within a window of ``seconds``; 0: no limit."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a caller has used of a limit; the window ends in ``resets_in`` seconds."""

    limit: Limit
    hits: int
    resets_in: int

    @property
    def is_exceeded(self) -> bool:
        """Tell whether there were too many hits."""
        return 0 < self.limit.most < self.hits

    @property
    def remaining(self) -> int:
        """Return how many hits are left in this window."""
        return max(0, self.limit.most - self.hits)

    @property
    def retry_after(self) -> int:
        """Return the seconds to wait; 0: nothing is exceeded."""
        return max(1, self.resets_in) if self.is_exceeded else 0


def hit(limit: Limit, who: str, *, count: int = 1) -> Usage:
    """Count hits of a caller, and return what is used; a negative count takes hits back."""
    key = hashlib.sha256(f"{settings.SECRET_KEY}|{limit.name}|{who}".encode()).hexdigest()
    values = {"key": f"{limit.name}:{key[:32]}", "more": count, "seconds": limit.seconds}
    hits, resets_in = prepared.run(_COUNT, values).fetchone()
    return Usage(limit, int(hits), int(resets_in))


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
