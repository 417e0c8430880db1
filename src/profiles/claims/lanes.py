"""The queue of claims: workers take lanes, each for one ORCID record, and hold them under a lease.

Plain SQL on the worker's own asynchronous connection, because this is the hot path: one statement takes the
due claims of many records. ``claims.outcomes`` records the outcomes and gives the lanes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg import AsyncConnection

from profiles.domain.claim import ClaimAction, Origin
from profiles.infra.postgres.database import in_array

WORKER_LOCKS: Final = 7_203_001
"""Class of the advisory lock that a worker holds while it lives; it ends with the worker's connection."""


class DueClaim(msgspec.Struct, frozen=True, gc=False):
    """A claim that was taken for pushing; the fields are in the order of the columns that are read."""

    id: int
    orcid_id: str
    doi: str
    action: ClaimAction
    origin: Origin
    request_version: int
    tries: int
    urgent: bool
    put_code: int | None
    owner_client: str
    sent_digest: bytes | None
    sent_inputs: bytes | None
    requested_at: datetime
    removed_by_owner: bool
    started_before: bool
    blocked: bool
    reassert: bool
    removal_begun: bool
    in_doubt: bool
    owner_asks: bool
    generation: int
    problem: str
    stop_reason: str
    traceparent: str = ""
    doi_changed_at: datetime | None = None

    @property
    def is_removal(self) -> bool:
        """Whether the work is to be removed from the record."""
        return self.blocked or self.action is ClaimAction.DELETE


@dataclass(slots=True)
class TakenLane:
    """One record, and its claims in the order in which they are to be sent.

    ``request_version`` is that of the lane at the moment it was taken. ``generation`` counts how often the
    lane was taken: no two workers hold a lane under the same generation.
    """

    orcid_id: str
    request_version: int
    generation: int
    claims: list[DueClaim] = field(default_factory=list)


_TAKE: Final = """
WITH lane AS (
    SELECT orcid_id, request_version, generation FROM claims_lane
    -- The database's clock decides who holds a lane: the clocks of hosts may be minutes apart.
    WHERE due_at <= %(now)s AND (leased_until IS NULL OR leased_until <= now())
        AND (urgent OR NOT %(only_urgent)s)
    ORDER BY urgent DESC, due_at LIMIT %(lanes)s
    FOR UPDATE SKIP LOCKED
), leased AS (
    UPDATE claims_lane l SET leased_until = now() + %(lease)s, leased_by = %(holder)s,
        generation = l.generation + 1
    FROM lane WHERE l.orcid_id = lane.orcid_id RETURNING l.orcid_id, l.request_version, l.generation
), due AS (
    SELECT c.* FROM lane CROSS JOIN LATERAL (
        SELECT id, request_version, problem, put_code, started_at, sent_digest, sent_inputs, removal_begun,
            in_doubt, lane.generation + 1 AS generation, EXISTS (
            SELECT 1 FROM claims_block b WHERE b.orcid_id = c.orcid_id AND b.doi = c.doi) AS blocked
        FROM claims_claim c
        WHERE c.orcid_id = lane.orcid_id AND c.due_at <= %(now)s AND c.state IN ('waiting', 'working')
        ORDER BY c.urgent DESC, c.id LIMIT %(claims)s
    -- A lane beyond this limit is given back as it was.
    ) c LIMIT %(in_all)s
), started AS (
    UPDATE claims_claim c SET state = 'working', tries = c.tries + 1, started_at = %(now)s,
        -- From here until an answer is recorded, the state of the work on the record is unknown.
        sent_digest = NULL, sent_inputs = NULL, in_doubt = true, generation = due.generation,
        removal_begun = c.removal_begun OR (
            c.put_code IS NOT NULL AND (c.action = 'delete' OR due.blocked))
    -- Check again: the row may have changed since this statement began. Then it is left for the next take,
    -- because other values that were read of it may be out of date, too.
    FROM due WHERE c.id = due.id AND c.state IN ('waiting', 'working')
        AND c.request_version = due.request_version AND c.put_code IS NOT DISTINCT FROM due.put_code
    RETURNING c.id, c.orcid_id, c.doi, c.action, c.origin, c.request_version, c.tries, c.urgent, c.put_code,
        c.owner_client, due.sent_digest, due.sent_inputs, c.requested_at,
        c.removed_by_owner_at IS NOT NULL AS removed_by_owner,
        due.started_at IS NOT NULL AS started_before, due.blocked, c.reassert,
        due.removal_begun, due.in_doubt, c.owner_version > 0 AS owner_asks, c.generation, due.problem,
        c.stop_reason, c.traceparent, c.doi_changed_at
)
SELECT leased.orcid_id AS lane, leased.request_version, leased.generation, started.*
FROM leased LEFT JOIN started USING (orcid_id)
ORDER BY leased.orcid_id, started.urgent DESC, started.id
"""

_SHORTEN_LEASES: Final = """
UPDATE claims_lane SET leased_until = least(leased_until, now() + %(grace)s)
WHERE leased_until > now() + %(grace)s AND leased_by NOT IN (
    SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %(lock_class)s AND granted)
"""


async def take(
    connection: AsyncConnection[Any],
    *,
    holder: int,
    now: datetime,
    lanes: int,
    claims_per_lane: int,
    lease: timedelta,
    claims: int = 10_000,
    only_urgent: bool = False,
) -> list[TakenLane]:
    """Take up to ``lanes`` due lanes with their due claims, up to ``claims`` claims in all.

    Other workers skip these lanes. A claim whose worker died is found in state working and taken again.
    """
    cursor = await connection.execute(
        _TAKE,
        {
            "now": now,
            "lanes": lanes,
            "claims": claims_per_lane,
            "in_all": claims,
            "lease": lease,
            "holder": holder,
            "only_urgent": only_urgent,
        },
        prepare=True,
        binary=True,
    )
    taken: dict[str, TakenLane] = {}
    for lane, request_version, generation, claim_id, *claim in await cursor.fetchall():
        taken_lane = taken.setdefault(lane, TakenLane(lane, request_version, generation))
        if claim_id is not None:
            taken_lane.claims.append(_due_claim(claim_id, *claim))
    return list(taken.values())


_ACTIONS: Final = {action.value: action for action in ClaimAction}
_ORIGINS: Final = {origin.value: origin for origin in Origin}


def _due_claim(claim_id: int, orcid_id: str, doi: str, action: str, origin: str, *rest: Any) -> DueClaim:
    return DueClaim(claim_id, orcid_id, doi, _ACTIONS[action], _ORIGINS[origin], *rest)


_UNCHANGED: Final = """
SELECT c.id, r.generation
FROM unnest(%(id)s::bigint[], %(version)s::int[], %(blocked)s::boolean[], %(lane)s::text[],
    %(generation)s::bigint[]) AS r(id, version, blocked, lane, generation)
JOIN claims_claim c ON c.id = r.id AND c.request_version = r.version AND c.orcid_id = r.lane
WHERE r.blocked = EXISTS (SELECT FROM claims_block b WHERE b.orcid_id = c.orcid_id AND b.doi = c.doi)
    AND EXISTS (SELECT FROM claims_lane l WHERE l.orcid_id = r.lane AND l.generation = r.generation
        AND l.leased_until >= now() + %(longest_call)s)
"""


async def find_unchanged(
    connection: AsyncConnection[Any],
    *,
    claims: Sequence[tuple[TakenLane, DueClaim]],
    longest_call: timedelta,
) -> set[tuple[int, int]]:
    """Return ids and generations of the claims whose request is the same as when their lane was taken.

    None of a lane that was lost, or would be lost before a call that begins now ends. The generation tells
    apart a run that lost its lane and the next one of the same worker.
    """
    cursor = await connection.execute(
        _UNCHANGED,
        {
            "id": in_array([claim.id for _, claim in claims]),
            "version": in_array([claim.request_version for _, claim in claims]),
            "blocked": in_array([claim.blocked for _, claim in claims]),
            "lane": in_array([lane.orcid_id for lane, _ in claims]),
            "generation": in_array([lane.generation for lane, _ in claims]),
            "longest_call": longest_call,
        },
        prepare=True,
    )
    return {(claim_id, generation) for claim_id, generation in await cursor.fetchall()}


async def register_worker(connection: AsyncConnection[Any], *, holder: int) -> None:
    """Take the lock that shows that this worker lives, for as long as this connection does."""
    await connection.execute("SELECT pg_advisory_lock(%s, %s)", [WORKER_LOCKS, holder])


async def release_orphaned_lanes(connection: AsyncConnection[Any], *, grace: timedelta) -> int:
    """Shorten the leases of workers that are gone; return the number of leases.

    ``grace`` is as long as one call to ORCID may take: a worker that only lost its connection may still be in
    a call, and two writes to one record at a time must not happen.
    """
    cursor = await connection.execute(_SHORTEN_LEASES, {"grace": grace, "lock_class": WORKER_LOCKS})
    return cursor.rowcount


async def next_due(connection: AsyncConnection[Any]) -> datetime | None:
    """Return when the next lane becomes due, including leased ones (their lease may end)."""
    cursor = await connection.execute(
        "SELECT min(greatest(due_at, leased_until)) FROM (SELECT due_at, leased_until FROM claims_lane"
        " WHERE due_at IS NOT NULL ORDER BY urgent DESC, due_at LIMIT 64) soon"
    )
    row = await cursor.fetchone()
    return row[0] if row else None
