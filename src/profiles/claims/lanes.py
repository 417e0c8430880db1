"""The queue: workers take lanes, one ORCID record at a time, and give them back with what came of it.

Plain SQL on the worker's own asynchronous connection, because this is the hot path: one statement to
take what is due on many records, one to record the outcomes and give the records back.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from psycopg import AsyncConnection

from profiles.domain.claim import ClaimAction, ClaimEvent, ClaimState, Origin
from profiles.infra.postgres.database import in_array

HOLDERS: Final = 7_203_001
"""Class of the advisory lock that a worker holds while it lives; it goes with the worker's connection."""

REST: Final = timedelta(seconds=1)
"""How long a lane waits whose turn ended before all its claims were tried, unless somebody rings."""


class DueClaim(msgspec.Struct, frozen=True, gc=False):
    """A claim that was taken for pushing; what is known of it, in the order of the columns that are read."""

    id: int
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
    sent_inputs: bytes | None
    requested_at: datetime
    removed_by_owner: bool
    started_before: bool
    blocked: bool
    reassert: bool
    removal_begun: bool

    @property
    def is_removal(self) -> bool:
        """Whether the work is to be taken off the record."""
        return self.blocked or self.action is ClaimAction.DELETE


@dataclass(slots=True)
class TakenLane:
    """One record, its claims in the order in which they are to be sent, and the bell as it stood.

    ``generation`` is the number of this taking: no two workers hold a lane under the same.
    """

    orcid_id: str
    bell: int
    generation: int
    claims: list[DueClaim] = field(default_factory=list)


class AttemptRow(msgspec.Struct, frozen=True, gc=False):
    """One call to ORCID for a claim: the material of an attempt row. ``ended`` is by the monotonic clock."""

    claim_id: int
    ended: float
    verb: str
    seconds: float
    status: int | None
    problem: str
    put_code: int | None


class Finished(msgspec.Struct, frozen=True, gc=False):
    """What came of one claim. ``event`` None: it was not touched, and goes back to its place in the queue."""

    claim: DueClaim
    event: ClaimEvent | None
    state: ClaimState
    problem: str = ""
    detail: str = ""
    due_at: datetime | None = None
    put_code: int | None = None
    owner_client: str = ""
    sent_digest: bytes | None = None
    sent_inputs: bytes | None = None
    was_sent: bool = False
    removed_by_owner: bool = False
    removal_begun: bool = False
    note: str = ""
    unsent: bool = False
    """Neither now nor before was anything sent for it: taking it off asks nothing of ORCID."""


_TAKE: Final = """
WITH lane AS (
    SELECT orcid_id, bell FROM claims_lane
    -- The database's clock decides who holds a lane: those of the hosts may be minutes apart.
    WHERE due_at <= %(now)s AND (leased_until IS NULL OR leased_until <= now())
        AND (urgent OR NOT %(only_urgent)s)
    ORDER BY urgent DESC, due_at LIMIT %(lanes)s
    FOR UPDATE SKIP LOCKED
), leased AS (
    UPDATE claims_lane l SET leased_until = now() + %(lease)s, leased_by = %(holder)s,
        generation = l.generation + 1
    FROM lane WHERE l.orcid_id = lane.orcid_id RETURNING l.orcid_id, l.bell, l.generation
), due AS (
    SELECT c.* FROM lane CROSS JOIN LATERAL (
        SELECT id, wish, put_code, started_at, sent_digest, sent_inputs, removal_begun, EXISTS (
            SELECT 1 FROM claims_block b WHERE b.orcid_id = c.orcid_id AND b.doi = c.doi) AS blocked
        FROM claims_claim c
        WHERE c.orcid_id = lane.orcid_id AND c.due_at <= %(now)s AND c.state IN ('waiting', 'working')
        ORDER BY c.urgent DESC, c.id LIMIT %(claims)s
    -- A lane for which there is no room is given back as it was.
    ) c LIMIT %(in_all)s
), started AS (
    UPDATE claims_claim c SET state = 'working', tries = c.tries + 1, started_at = %(now)s,
        -- From here until an answer is recorded nobody knows how the work stands on the record.
        sent_digest = NULL, sent_inputs = NULL,
        removal_begun = c.removal_begun OR (
            c.put_code IS NOT NULL AND (c.action = 'delete' OR due.blocked))
    -- Looked at again: the row may have changed since this statement began. Then it has its turn next time,
    -- because what else was read of it may be over too.
    FROM due WHERE c.id = due.id AND c.state IN ('waiting', 'working') AND c.wish = due.wish
        AND c.put_code IS NOT DISTINCT FROM due.put_code
    RETURNING c.id, c.orcid_id, c.doi, c.action, c.origin, c.wish, c.tries, c.urgent, c.put_code,
        c.owner_client, due.sent_digest, due.sent_inputs, c.requested_at,
        c.removed_by_owner_at IS NOT NULL AS removed_by_owner,
        due.started_at IS NOT NULL AS started_before, due.blocked, c.reassert,
        due.removal_begun
)
SELECT leased.orcid_id AS lane, leased.bell, leased.generation, started.*
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
        %(owner)s::text[], %(digest)s::text[], %(inputs)s::text[], %(sent)s::boolean[],
        %(removed)s::boolean[], %(removal_begun)s::boolean[], %(note)s::text[], %(unsent)s::boolean[])
        AS r(id, wish, event, state, problem, detail, due_at, put_code, owner, digest, inputs, sent, removed,
            removal_begun, note, unsent)
    WHERE (SELECT count(*) FROM held) >= 0
), done AS (
    UPDATE claims_claim c SET
        put_code = r.put_code, owner_client = r.owner,
        sent_digest = decode(r.digest, 'hex'), sent_inputs = decode(r.inputs, 'hex'),
        removal_begun = r.removal_begun,
        started_at = CASE WHEN r.unsent THEN NULL ELSE c.started_at END,
        sent_at = CASE WHEN r.sent THEN %(now)s ELSE c.sent_at END,
        claimed_at = CASE WHEN r.state = 'done' THEN coalesce(c.claimed_at, %(now)s)
            WHEN r.state = 'deleted' THEN NULL ELSE c.claimed_at END,
        removed_by_owner_at = CASE WHEN r.removed AND c.wish = r.wish THEN %(now)s
            ELSE c.removed_by_owner_at END,
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
    SELECT t.claim_id, %(now)s - t.ago * interval '1 second', t.verb, t.seconds, t.status, t.problem,
        t.put_code
    FROM unnest(%(t_claim)s::bigint[], %(t_ago)s::float8[], %(t_verb)s::text[],
        %(t_seconds)s::float8[], %(t_status)s::int[], %(t_problem)s::text[], %(t_put_code)s::bigint[])
        AS t(claim_id, ago, verb, seconds, status, problem, put_code)
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
    ) AS due_at, EXISTS (SELECT FROM done d WHERE d.orcid_id = given.orcid_id AND d.event = '') AS stopped
    FROM unnest(%(lane)s::text[], %(bell)s::bigint[]) AS given(orcid_id, bell)
)
UPDATE claims_lane l SET leased_until = NULL, leased_by = NULL,
    urgent = l.bell <> next.bell AND l.urgent,
    due_at = CASE WHEN l.bell <> next.bell THEN %(now)s
        -- Not earlier than now: a long lane goes behind those that have waited meanwhile.
        -- Where something went back untouched the lane rests, not the claim: later ones must not pass it.
        WHEN next.due_at IS NOT NULL
            THEN greatest(next.due_at, %(now)s + CASE WHEN next.stopped THEN %(rest)s ELSE '0' END) END
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
    claims: int = 10_000,
    only_urgent: bool = False,
) -> list[TakenLane]:
    """Take up to so many due lanes with what is due on each, up to so many claims in all.

    Other workers pass these lanes by. A claim whose worker died half-way is found in state working and
    taken again.
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
    for lane, bell, generation, claim_id, *claim in await cursor.fetchall():
        held = taken.setdefault(lane, TakenLane(lane, bell, generation))
        if claim_id is not None:
            held.claims.append(_due_claim(claim_id, *claim))
    return list(taken.values())


_ACTIONS: Final = {action.value: action for action in ClaimAction}
_ORIGINS: Final = {origin.value: origin for origin in Origin}


def _due_claim(claim_id: int, orcid_id: str, doi: str, action: str, origin: str, *rest: Any) -> DueClaim:
    return DueClaim(claim_id, orcid_id, doi, _ACTIONS[action], _ORIGINS[origin], *rest)


async def finish(
    connection: AsyncConnection[Any],
    *,
    holder: int,
    now: datetime,
    lanes: Sequence[TakenLane],
    finished: Sequence[Finished],
    tried: Sequence[AttemptRow],
) -> None:
    """Record what came of the claims and give their lanes back, all in one statement."""
    monotonic = time.monotonic()
    await connection.execute(
        _FINISH,
        {
            "holder": holder,
            "now": now,
            "rest": REST,
            "lane": in_array([lane.orcid_id for lane in lanes]),
            "bell": in_array([lane.bell for lane in lanes]),
            "id": in_array([f.claim.id for f in finished]),
            "wish": in_array([f.claim.wish for f in finished]),
            "event": in_array([f.event or "" for f in finished]),
            "state": in_array([f.state for f in finished]),
            "problem": in_array([f.problem for f in finished]),
            "detail": in_array([f.detail for f in finished]),
            "due_at": in_array([f.due_at for f in finished]),
            "put_code": in_array([f.put_code for f in finished]),
            "owner": in_array([f.owner_client for f in finished]),
            "digest": in_array([f.sent_digest and f.sent_digest.hex() for f in finished]),
            "inputs": in_array([f.sent_inputs and f.sent_inputs.hex() for f in finished]),
            "sent": in_array([f.was_sent for f in finished]),
            "removed": in_array([f.removed_by_owner for f in finished]),
            "removal_begun": in_array([f.removal_begun for f in finished]),
            "note": in_array([f.note for f in finished]),
            "unsent": in_array([f.unsent for f in finished]),
            "t_claim": in_array([t.claim_id for t in tried]),
            "t_ago": in_array([monotonic - t.ended for t in tried]),
            "t_verb": in_array([t.verb for t in tried]),
            "t_seconds": in_array([t.seconds for t in tried]),
            "t_status": in_array([t.status for t in tried]),
            "t_problem": in_array([t.problem for t in tried]),
            "t_put_code": in_array([t.put_code for t in tried]),
        },
        prepare=True,
    )


_UNCHANGED: Final = """
SELECT c.id FROM unnest(%(id)s::bigint[], %(wish)s::int[], %(blocked)s::boolean[]) AS r(id, wish, blocked)
JOIN claims_claim c ON c.id = r.id AND c.wish = r.wish
WHERE r.blocked = EXISTS (SELECT FROM claims_block b WHERE b.orcid_id = c.orcid_id AND b.doi = c.doi)
    AND EXISTS (SELECT FROM claims_lane l WHERE l.orcid_id = %(lane)s AND l.generation = %(generation)s
        AND l.leased_until >= now() + %(longest_call)s)
"""


async def unchanged(
    connection: AsyncConnection[Any],
    *,
    lane: TakenLane,
    claims: Sequence[DueClaim],
    longest_call: timedelta,
) -> set[int]:
    """Return the ids of those claims that are wanted as they were when the lane was taken.

    None is when the lane was lost, or would be before a call that begins now has ended.
    """
    cursor = await connection.execute(
        _UNCHANGED,
        {
            "id": in_array([claim.id for claim in claims]),
            "wish": in_array([claim.wish for claim in claims]),
            "blocked": in_array([claim.blocked for claim in claims]),
            "lane": lane.orcid_id,
            "generation": lane.generation,
            "longest_call": longest_call,
        },
        prepare=True,
    )
    return {row[0] for row in await cursor.fetchall()}


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
