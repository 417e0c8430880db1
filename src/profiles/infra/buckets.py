"""Rates and breakers that all workers on all hosts share, in PostgreSQL.

A lease takes several tokens at once, so that one short statement pays for many calls.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from psycopg import AsyncConnection

RESERVE: Final = 6.0
"""Tokens that only people waiting at a screen may take."""


@dataclass(frozen=True, slots=True)
class Lease:
    """How many calls may be made, and after how many seconds to ask again for more."""

    granted: int
    wait: float


_LEASE: Final = """
WITH full_bucket AS (
    INSERT INTO infra_bucket AS b (name, tokens, filled_at) VALUES (%(name)s, %(burst)s, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET
        tokens = least(%(burst)s,
            b.tokens + %(rate)s * extract(epoch FROM clock_timestamp() - b.filled_at)),
        filled_at = clock_timestamp()
    RETURNING name, tokens, greatest(extract(epoch FROM blocked_until - clock_timestamp()), 0) AS blocked
)
SELECT tokens, coalesce(blocked, 0) FROM full_bucket
"""

_PAY: Final = "UPDATE infra_bucket SET tokens = tokens - %s WHERE name = %s"

_HOLD: Final = """
INSERT INTO infra_bucket AS b (name, tokens, filled_at, blocked_until)
VALUES (%(name)s, 0, clock_timestamp(), clock_timestamp() + %(pause)s)
ON CONFLICT (name) DO UPDATE SET tokens = least(b.tokens, 0), blocked_until = excluded.blocked_until
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a service lets one client do."""

    rate: float
    burst: float


async def lease(
    connection: AsyncConnection[Any], *, name: str, limit: Limit, wanted: int, urgent: bool
) -> Lease:
    """Take up to ``wanted`` calls out of the bucket."""
    async with connection.transaction():
        cursor = await connection.execute(
            _LEASE, {"name": name, "burst": limit.burst, "rate": limit.rate}, prepare=True
        )
        row = await cursor.fetchone()
        tokens, blocked = (float(row[0]), float(row[1])) if row else (0.0, 0.0)
        if blocked > 0:
            return Lease(0, blocked)
        usable = tokens - (0.0 if urgent else min(RESERVE, limit.burst / 2))
        granted = max(0, min(wanted, int(usable)))
        if granted:
            await connection.execute(_PAY, [granted, name], prepare=True)
    return Lease(granted, 0.0 if granted else max(0.01, (1.0 - usable) / limit.rate))


async def hold(connection: AsyncConnection[Any], *, name: str, pause: timedelta) -> None:
    """Empty the bucket and close it for a while: the service said that it is too much."""
    await connection.execute(_HOLD, {"name": name, "pause": pause})
