"""Limit the calls to an outside service, for all workers on all hosts together.

A lease covers several calls, so that one short statement serves many. After an outage the bucket is
closed for a while; then one call at a time probes, until one succeeds.
"""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import AsyncConnection

RESERVE: Final = 6.0
"""Calls that are reserved for people who wait at a page."""
PROBE_SECONDS: Final = 5.0
MAX_PAUSE: Final = 300.0


@dataclass(frozen=True, slots=True)
class Limit:
    """The limits of a service for one client: calls a second, and calls at once."""

    rate: float
    burst: float


@dataclass(frozen=True, slots=True)
class Lease:
    """The number of calls that may be made, and the seconds until more can be leased.

    ``probing``: the service did not answer recently; this call checks whether it answers again.
    """

    granted: int
    wait: float
    probing: bool
    is_unknown: bool = False
    """The bucket does not exist (any more): create it first."""


# One statement: refill by the time that passed, take the calls, return how many were granted. The arithmetic
# is repeated because PostgreSQL before 18 cannot return a row's old value.
_LEASE: Final = """
WITH bucket AS (
    SELECT name, failures, coalesce(blocked_until > clock_timestamp(), false) AS closed,
        extract(epoch FROM blocked_until - clock_timestamp())::float8 AS opens_in,
        least(%(burst)s,
            tokens + %(rate)s * extract(epoch FROM clock_timestamp() - filled_at)::float8) AS tokens
    FROM infra_bucket WHERE name = %(name)s FOR UPDATE
), given AS (
    SELECT *, CASE WHEN closed THEN 0 WHEN failures > 0 THEN 1
        ELSE greatest(0, least(%(own)s, floor(tokens)), least(%(wanted)s, floor(tokens - %(reserve)s)))
        END AS granted FROM bucket
), paid AS (
    UPDATE infra_bucket b SET tokens = given.tokens - given.granted, filled_at = clock_timestamp(),
        blocked_until = CASE WHEN given.failures > 0 AND NOT given.closed
            THEN clock_timestamp() + %(probe)s * interval '1 second' ELSE b.blocked_until END
    FROM given WHERE b.name = given.name
)
SELECT granted::int, CASE WHEN closed THEN opens_in
    ELSE greatest(0.01, (1 + %(reserve)s * (1 - %(own)s) - tokens) / %(rate)s) END, failures > 0 FROM given
"""

_MAKE: Final = """
INSERT INTO infra_bucket (name, tokens, filled_at, failures) VALUES (%s, %s, clock_timestamp(), 0)
ON CONFLICT (name) DO NOTHING
"""

_CLOSE: Final = """
WITH counted AS (
    SELECT name, CASE WHEN %(outage)s AND (%(probed)s OR failures = 0) THEN failures + 1
        ELSE failures END AS failures
    FROM infra_bucket WHERE name = %(name)s FOR UPDATE
)
UPDATE infra_bucket b SET tokens = least(b.tokens, 0), failures = counted.failures,
    blocked_until = greatest(b.blocked_until, clock_timestamp() + interval '1 second'
        * least(%(longest)s, %(pause)s * power(2, least(greatest(counted.failures - 1, 0), 10))))
FROM counted WHERE b.name = counted.name
"""

_REOPEN: Final = "UPDATE infra_bucket SET failures = 0, blocked_until = NULL WHERE name = %s AND failures > 0"


async def make(connection: AsyncConnection[Any], *, name: str, limit: Limit) -> None:
    """Create the bucket if it does not exist."""
    await connection.execute(_MAKE, [name, limit.burst])


async def lease(
    connection: AsyncConnection[Any], *, name: str, limit: Limit, wanted: int, urgent: bool
) -> Lease:
    """Take up to ``wanted`` calls from the bucket. An urgent call takes one of the reserved calls."""
    cursor = await connection.execute(
        _LEASE,
        {
            "name": name,
            "burst": limit.burst,
            "rate": limit.rate,
            "wanted": wanted,
            "own": int(urgent),
            "reserve": min(RESERVE, limit.burst // 4),
            "probe": PROBE_SECONDS,
        },
        prepare=True,
    )
    row = await cursor.fetchone()
    return (
        Lease(int(row[0]), float(row[1]), bool(row[2]))
        if row
        else Lease(0, 0.0, probing=False, is_unknown=True)
    )


async def close(
    connection: AsyncConnection[Any], *, name: str, pause: float, outage: bool, probed: bool
) -> None:
    """Pause all calls for a while: the service asked for fewer, or does not answer.

    Only an outage counts as a failure: its pauses double, and end by probing. Calls that were under way when
    it began fail together and count as one; ``probed``: this call was the probe.
    """
    await connection.execute(
        _CLOSE, {"name": name, "pause": pause, "outage": outage, "probed": probed, "longest": MAX_PAUSE}
    )


async def reopen(connection: AsyncConnection[Any], *, name: str) -> None:
    """Allow calls again: the service answers."""
    await connection.execute(_REOPEN, [name])
