"""The queue: workers take lanes, one ORCID record at a time, and give them back with what came of it.

Plain SQL on the worker's own asynchronous connection, because this is the hot path: one statement to
take what is due on many records, one to record the outcomes and give the records back.
"""

import uuid as uuids
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg.rows import namedtuple_row

from profiles.domain.claim import ClaimAction, ClaimEvent, ClaimState, Origin

HOLDERS: Final = 7_203_001
"""Class of the advisory lock that a worker holds while it lives; it goes with the worker's connection."""


@dataclass(frozen=True, slots=True)
class DueClaim:
    """A claim that was taken for pushing; what is known of it."""

    id: int
    uuid: uuids.UUID
    orcid_id: str
    doi: str
    action: ClaimAction
    origin: Origin
    wish: int
    tries: int
    urgent: bool
    put_code: int | None
    owner_client: str
    sent_digest: bytes | None
    requested_at: datetime
    removed_by_owner: bool
    started_before: bool
    blocked: bool
    reassert: bool


@dataclass(slots=True)
class TakenLane:
    """One record, its claims in the order in which they are to be sent, and the bell as it stood."""

    orcid_id: str
    bell: int
    claims: list[DueClaim] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TriedClaim:
    """One call to ORCID for a claim: the material of an attempt row."""

    claim_id: int
    verb: str
    seconds: float
    status: int | None
    problem: str
    put_code: int | None


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of one claim. ``event`` None: it was not touched, and only goes back to the queue."""

    claim: DueClaim
    event: ClaimEvent | None
    state: ClaimState
    problem: str = ""
    detail: str = ""
    due_at: datetime | None = None
    put_code: int | None = None
    owner_client: str = ""
    sent_digest: bytes | None = None
    was_sent: bool = False
    removed_by_owner: bool = False
    note: str = ""


_TAKE: Final = """
WITH lane AS (
    SELECT orcid_id, bell FROM claims_lane
    WHERE due_at <= %(now)s AND (leased_until IS NULL OR leased_until <= %(now)s)
    ORDER BY urgent DESC, due_at LIMIT %(lanes)s
    FOR UPDATE SKIP LOCKED
), leased AS (
    UPDATE claims_lane l SET leased_until = %(now)s + %(lease)s, leased_by = %(holder)s
    FROM lane WHERE l.orcid_id = lane.orcid_id RETURNING l.orcid_id, l.bell
), due AS (
    SELECT c.* FROM lane CROSS JOIN LATERAL (
        SELECT id, started_at, EXISTS (
            SELECT 1 FROM claims_block b WHERE b.orcid_id = c.orcid_id AND b.doi = c.doi) AS blocked
        FROM claims_claim c
        WHERE c.orcid_id = lane.orcid_id AND c.state IN ('waiting', 'working') AND c.due_at <= %(now)s
        ORDER BY c.urgent DESC, c.id LIMIT %(claims)s
    ) c
), started AS (
    UPDATE claims_claim c SET state = 'working', tries = c.tries + 1, started_at = %(now)s
    -- Looked at again: the row may have changed since this statement began.
    FROM due WHERE c.id = due.id AND c.state IN ('waiting', 'working')
    RETURNING c.id, c.uuid, c.orcid_id, c.doi, c.action, c.origin, c.wish, c.tries, c.urgent, c.put_code,
        c.owner_client, c.sent_digest, c.requested_at, c.removed_by_owner_at IS NOT NULL AS removed_by_owner,
        due.started_at IS NOT NULL AS started_before, due.blocked, c.reassert
)
SELECT leased.orcid_id AS lane, leased.bell, started.*
FROM leased LEFT JOIN started USING (orcid_id)
ORDER BY leased.orcid_id, started.urgent DESC, started.id
"""

# A claim that was asked for again meanwhile (its wish is higher) keeps the newer state and takes only
# what we learned about the record. A lane whose bell rang meanwhile is due again at once.
_FINISH: Final = """
WITH held AS MATERIALIZED (
    SELECT orcid_id FROM claims_lane WHERE orcid_id = ANY(%(lane)s::text[]) ORDER BY orcid_id FOR UPDATE
), result AS MATERIALIZED (
    SELECT * FROM unnest(%(id)s::bigint[], %(wish)s::int[], %(event)s::text[], %(state)s::text[],
        %(problem)s::text[], %(detail)s::text[], %(due_at)s::timestamptz[], %(put_code)s::bigint[],
        %(owner)s::text[], %(digest)s::bytea[], %(sent)s::boolean[], %(removed)s::boolean[], %(note)s::text[])
        AS r(id, wish, event, state, problem, detail, due_at, put_code, owner, digest, sent, removed, note)
    WHERE (SELECT count(*) FROM held) >= 0
), done AS (
    UPDATE claims_claim c SET
        put_code = r.put_code, owner_client = r.owner, sent_digest = r.digest,
        sent_at = CASE WHEN r.sent THEN %(now)s ELSE c.sent_at END,
        claimed_at = CASE WHEN r.state = 'done' THEN coalesce(c.claimed_at, %(now)s)
            WHEN r.state = 'deleted' THEN NULL ELSE c.claimed_at END,
        removed_by_owner_at = CASE WHEN r.removed THEN %(now)s ELSE c.removed_by_owner_at END,
        reassert = c.reassert AND (c.wish <> r.wish OR r.state NOT IN ('done', 'deleted', 'ignored')),
        state = CASE WHEN c.wish = r.wish THEN r.state ELSE c.state END,
        problem = CASE WHEN c.wish = r.wish THEN r.problem ELSE c.problem END,
        detail = CASE WHEN c.wish = r.wish THEN r.detail ELSE c.detail END,
        due_at = CASE WHEN c.wish = r.wish THEN r.due_at ELSE c.due_at END,
        urgent = CASE WHEN c.wish = r.wish THEN c.urgent AND r.state IN ('waiting', 'working')
            ELSE c.urgent END,
        tries = CASE WHEN r.event = '' AND c.wish = r.wish THEN greatest(c.tries - 1, 0) ELSE c.tries END,
        updated_at = CASE WHEN r.event = '' THEN c.updated_at ELSE %(now)s END
    FROM result r WHERE c.id = r.id
    RETURNING c.id, c.orcid_id, c.state, c.due_at, c.action, c.origin, c.urgent, r.event, r.problem, r.note
), history AS (
    INSERT INTO claims_claimhistory (claim_id, at, event, from_state, to_state, action, origin, problem,
        actor, note)
    SELECT id, %(now)s, event, 'working', state, action, origin, problem, '', note FROM done WHERE event <> ''
), attempt AS (
    INSERT INTO claims_attempt (claim_id, at, verb, seconds, status, problem, put_code)
    SELECT t.claim_id, %(now)s, t.verb, t.seconds, t.status, t.problem, t.put_code
    FROM unnest(%(t_claim)s::bigint[], %(t_verb)s::text[], %(t_seconds)s::float8[], %(t_status)s::int[],
        %(t_problem)s::text[], %(t_put_code)s::bigint[])
        AS t(claim_id, verb, seconds, status, problem, put_code)
    JOIN done ON done.id = t.claim_id
), next AS (
    SELECT given.orcid_id, given.bell, least(
        coalesce(
            -- The usual case of a long lane: something else is due already, and one row shows it.
            (SELECT c.due_at FROM claims_claim c WHERE c.orcid_id = given.orcid_id AND c.due_at <= %(now)s
                AND c.state IN ('waiting', 'working') AND c.id <> ALL(%(id)s::bigint[]) LIMIT 1),
            (SELECT min(c.due_at) FROM claims_claim c WHERE c.orcid_id = given.orcid_id
                AND c.state IN ('waiting', 'working') AND c.id <> ALL(%(id)s::bigint[]))),
        (SELECT min(d.due_at) FROM done d WHERE d.orcid_id = given.orcid_id
            AND d.state IN ('waiting', 'working'))
    ) AS due_at
    FROM unnest(%(lane)s::text[], %(bell)s::bigint[]) AS given(orcid_id, bell)
)
UPDATE claims_lane l SET leased_until = NULL, leased_by = NULL,
    urgent = l.bell <> next.bell AND l.urgent,
    due_at = CASE WHEN l.bell <> next.bell THEN %(now)s
        -- Not earlier than now: a long lane goes behind those that have waited meanwhile.
        WHEN next.due_at IS NOT NULL THEN greatest(next.due_at, %(now)s) END
FROM next WHERE l.orcid_id = next.orcid_id AND l.leased_by = %(holder)s
"""

_FREE: Final = """
UPDATE claims_lane SET leased_until = least(leased_until, now() + %(grace)s)
WHERE leased_until > now() + %(grace)s AND leased_by NOT IN (
    SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %(holders)s AND granted)
"""


async def take(
    connection: AsyncConnection[Any],
    *,
    holder: int,
    now: datetime,
    lanes: int,
    claims_per_lane: int,
    lease: timedelta,
) -> list[TakenLane]:
    """Take up to so many due lanes with what is due on each; other workers pass them by.

    A claim whose worker died half-way is found in state working and taken again.
    """
    async with connection.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(
            _TAKE,
            {"now": now, "lanes": lanes, "claims": claims_per_lane, "lease": lease, "holder": holder},
            prepare=True,
        )
        rows: list[Any] = await cursor.fetchall()
    taken: dict[str, TakenLane] = {}
    for row in rows:
        lane = taken.setdefault(row.lane, TakenLane(row.lane, row.bell))
        if row.id is not None:
            lane.claims.append(_due_claim(row))
    return list(taken.values())


def _due_claim(row: Any) -> DueClaim:
    return DueClaim(
        id=row.id,
        uuid=row.uuid,
        orcid_id=row.orcid_id,
        doi=row.doi,
        action=ClaimAction(row.action),
        origin=Origin(row.origin),
        wish=row.wish,
        tries=row.tries,
        urgent=row.urgent,
        put_code=row.put_code,
        owner_client=row.owner_client,
        sent_digest=row.sent_digest,
        requested_at=row.requested_at,
        removed_by_owner=row.removed_by_owner,
        started_before=row.started_before,
        blocked=row.blocked,
        reassert=row.reassert,
    )


async def finish(
    connection: AsyncConnection[Any],
    *,
    holder: int,
    now: datetime,
    lanes: Sequence[TakenLane],
    finished: Sequence[Finished],
    tried: Sequence[TriedClaim],
) -> None:
    """Record what came of the claims and give their lanes back, all in one statement."""
    await connection.execute(
        _FINISH,
        {
            "holder": holder,
            "now": now,
            "lane": [lane.orcid_id for lane in lanes],
            "bell": [lane.bell for lane in lanes],
            "id": [f.claim.id for f in finished],
            "wish": [f.claim.wish for f in finished],
            "event": [f.event.value if f.event else "" for f in finished],
            "state": [f.state.value for f in finished],
            "problem": [f.problem for f in finished],
            "detail": [f.detail for f in finished],
            "due_at": [f.due_at for f in finished],
            "put_code": [f.put_code for f in finished],
            "owner": [f.owner_client for f in finished],
            "digest": [f.sent_digest for f in finished],
            "sent": [f.was_sent for f in finished],
            "removed": [f.removed_by_owner for f in finished],
            "note": [f.note for f in finished],
            "t_claim": [t.claim_id for t in tried],
            "t_verb": [t.verb for t in tried],
            "t_seconds": [t.seconds for t in tried],
            "t_status": [t.status for t in tried],
            "t_problem": [t.problem for t in tried],
            "t_put_code": [t.put_code for t in tried],
        },
        prepare=True,
    )


async def sign_on(connection: AsyncConnection[Any], *, holder: int) -> None:
    """Say that this worker lives, for as long as this connection does."""
    await connection.execute("SELECT pg_advisory_lock(%s, %s)", [HOLDERS, holder])


async def free_orphans(connection: AsyncConnection[Any], *, grace: timedelta) -> int:
    """Shorten the leases of workers that are gone; say how many.

    ``grace`` is as long as one call to ORCID may take: a worker that only lost its connection may still
    be in the middle of one, and two writes to one record at a time must not happen.
    """
    cursor = await connection.execute(_FREE, {"grace": grace, "holders": HOLDERS})
    return cursor.rowcount


async def next_due(connection: AsyncConnection[Any]) -> datetime | None:
    """Say when the next lane becomes due, leased ones included (their lease may end)."""
    cursor = await connection.execute(
        "SELECT min(greatest(due_at, leased_until)) FROM (SELECT due_at, leased_until FROM claims_lane"
        " WHERE due_at IS NOT NULL ORDER BY urgent DESC, due_at LIMIT 64) soon"
    )
    row = await cursor.fetchone()
    return row[0] if row else None
