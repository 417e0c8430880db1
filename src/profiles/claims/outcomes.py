"""Record the outcomes of lanes' claims and give the lanes back, in one transaction."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import structlog
from psycopg import AsyncConnection

from profiles.claims.lanes import DueClaim, TakenLane
from profiles.domain.claim import ClaimEvent, ClaimState
from profiles.infra.postgres.database import in_array

log = structlog.get_logger(__name__)
STOPPED_LANE_DELAY: Final = timedelta(seconds=1)
"""How long a lane waits after a run that left claims untried, unless a new request comes."""


@dataclass(frozen=True, slots=True)
class LaneReport:
    """The state of a lane's run when its outcomes are recorded.

    ``is_over``: the lane is given back. ``stopped``: not all of its claims were tried.
    """

    lane: TakenLane
    is_over: bool = True
    stopped: bool = False


class AttemptRow(msgspec.Struct, frozen=True, gc=False):
    """One call to ORCID for a claim, as an attempt row. ``ended`` is a time of the monotonic clock."""

    claim_id: int
    ended: float
    verb: str
    seconds: float
    status: int | None
    problem: str
    put_code: int | None


class ClaimOutcome(msgspec.Struct, frozen=True, gc=False):
    """The outcome of one claim. ``event`` None: it was not finished, and goes back into the queue."""

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
    in_doubt: bool = False
    note: str = ""
    unsent: bool = False
    """Nothing was ever sent for it, so its removal needs no call to ORCID."""


# Outcomes have two parts. Facts about the record (put-code, gone, removed by the person) are recorded even if
# the request has changed meanwhile, unless the claim was taken again since: then newer facts follow. The new
# state counts only for the request that was worked on, and only while the lane is held. A lane with a newer
# request version is due again at once.
_FINISH: Final = """
WITH held AS MATERIALIZED (
    SELECT l.orcid_id, g.version, g.is_over, g.stopped, g.generation,
        l.generation = g.generation AND l.leased_by = %(holder)s AS is_ours
    FROM unnest(%(lane)s::text[], %(lane_version)s::bigint[], %(generation)s::bigint[],
        %(is_over)s::boolean[], %(stopped)s::boolean[]) AS g(orcid_id, version, generation, is_over, stopped)
    JOIN claims_lane l USING (orcid_id) ORDER BY l.orcid_id FOR UPDATE OF l
), result AS MATERIALIZED (
    SELECT r.*, h.is_ours FROM unnest(
        %(id)s::bigint[], %(version)s::int[], %(event)s::text[], %(state)s::text[],
        %(problem)s::text[], %(detail)s::text[], %(due_at)s::timestamptz[], %(put_code)s::bigint[],
        %(owner)s::text[], %(digest)s::text[], %(inputs)s::text[], %(sent)s::boolean[],
        %(removed)s::boolean[], %(removal_begun)s::boolean[], %(note)s::text[], %(unsent)s::boolean[],
        %(in_doubt)s::boolean[], %(claim_lane)s::text[], %(claim_generation)s::bigint[])
        AS r(id, version, event, state, problem, detail, due_at, put_code, owner, digest, inputs, sent,
            removed, removal_begun, note, unsent, in_doubt, orcid_id, generation)
    JOIN held h USING (orcid_id, generation)
), done AS (
    UPDATE claims_claim c SET
        -- For a claim without an outcome, another worker may have found the put-code meanwhile.
        put_code = CASE WHEN r.event = '' THEN coalesce(r.put_code, c.put_code) ELSE r.put_code END,
        owner_client = CASE WHEN r.event = '' AND r.put_code IS NULL THEN c.owner_client ELSE r.owner END,
        sent_digest = decode(r.digest, 'hex'), sent_inputs = decode(r.inputs, 'hex'),
        removal_begun = r.removal_begun, in_doubt = r.in_doubt,
        started_at = CASE WHEN r.unsent THEN NULL ELSE c.started_at END,
        sent_at = CASE WHEN r.sent THEN %(now)s ELSE c.sent_at END,
        claimed_at = CASE WHEN r.state = 'done' THEN coalesce(c.claimed_at, %(now)s)
            WHEN r.state = 'deleted' THEN NULL ELSE c.claimed_at END,
        -- Only a newer request of the owner lifts their removal.
        removed_by_owner_at = CASE WHEN r.removed AND c.owner_version <= r.version THEN %(now)s
            ELSE c.removed_by_owner_at END,
        owner_version = CASE WHEN r.event IN ('succeed', 'remove', 'vanish') AND c.owner_version <= r.version
            THEN 0 ELSE c.owner_version END,
        reassert = c.reassert
            AND (c.request_version <> r.version OR r.state NOT IN ('done', 'deleted', 'ignored')),
        state = CASE WHEN r.is_ours AND c.request_version = r.version THEN r.state
            -- Stopped while it was being sent, but on the record.
            WHEN c.state = 'ignored' AND r.put_code IS NOT NULL THEN 'done' ELSE c.state END,
        problem = CASE WHEN r.is_ours AND c.request_version = r.version THEN r.problem ELSE c.problem END,
        detail = CASE WHEN r.is_ours AND c.request_version = r.version THEN r.detail ELSE c.detail END,
        due_at = CASE WHEN r.is_ours AND c.request_version = r.version THEN r.due_at ELSE c.due_at END,
        urgent = CASE WHEN r.is_ours AND c.request_version = r.version
            THEN c.urgent AND r.state IN ('waiting', 'working') ELSE c.urgent END,
        tries = CASE WHEN r.event = '' AND c.request_version = r.version
            THEN greatest(c.tries - 1, 0) ELSE c.tries END,
        updated_at = CASE WHEN r.event = '' THEN c.updated_at ELSE %(now)s END
    FROM result r WHERE c.id = r.id AND c.orcid_id = r.orcid_id AND c.generation = r.generation
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
    SELECT h.orcid_id, h.version, h.stopped, least(
        coalesce(
            -- The usual case of a long lane: another claim is due already, and one row shows it.
            (SELECT c.due_at FROM claims_claim c WHERE c.orcid_id = h.orcid_id AND c.due_at <= %(now)s
                AND c.state IN ('waiting', 'working') AND c.id <> ALL(%(id)s::bigint[]) LIMIT 1),
            (SELECT min(c.due_at) FROM claims_claim c WHERE c.orcid_id = h.orcid_id
                AND c.state IN ('waiting', 'working') AND c.id <> ALL(%(id)s::bigint[]))),
        (SELECT min(d.due_at) FROM done d WHERE d.orcid_id = h.orcid_id
            AND d.state IN ('waiting', 'working'))
    ) AS due_at FROM held h WHERE h.is_ours AND h.is_over
), given_back AS (
    UPDATE claims_lane l SET leased_until = NULL, leased_by = NULL,
        urgent = l.request_version <> next.version AND l.urgent,
        due_at = CASE WHEN l.request_version <> next.version THEN %(now)s
            -- Not earlier than now: a long lane goes behind lanes that have waited meanwhile.
            -- When a claim went back untried, the whole lane is delayed: later claims must not overtake it.
            WHEN next.due_at IS NOT NULL
                THEN greatest(next.due_at, %(now)s + CASE WHEN next.stopped THEN %(delay)s ELSE '0' END) END
    FROM next WHERE l.orcid_id = next.orcid_id
)
SELECT id FROM result WHERE (event = 'succeed' OR in_doubt) AND id NOT IN (SELECT id FROM done)
"""

# A work was, or may have been, added under a lost lane, and other workers have taken the claim since. It is
# unknown whether they did so before the work arrived, so the record is read; if they recorded a put-code,
# theirs is newer.
_MARK_IN_DOUBT: Final = """
WITH lane AS MATERIALIZED (
    SELECT orcid_id FROM claims_lane
    WHERE orcid_id IN (SELECT orcid_id FROM claims_claim WHERE id = ANY(%(id)s::bigint[]))
    ORDER BY orcid_id FOR UPDATE
), doubted AS (
    UPDATE claims_claim c SET in_doubt = true, state = 'waiting', request_version = c.request_version + 1,
        due_at = %(now)s, problem = '', detail = '', updated_at = %(now)s
    WHERE c.id = ANY(%(id)s::bigint[]) AND c.put_code IS NULL AND (SELECT count(*) FROM lane) >= 0
        AND (c.state IN ('waiting', 'working', 'failed') OR c.state = 'deleted' AND c.action = 'delete')
    RETURNING c.id, c.orcid_id, c.action, c.origin
), history AS (
    INSERT INTO claims_claimhistory (claim_id, at, event, from_state, to_state, action, origin, problem,
        actor, note)
    SELECT id, %(now)s, 'request', '', 'waiting', action, origin, '', '', 'an answer came late' FROM doubted
)
UPDATE claims_lane l SET request_version = l.request_version + 1, due_at = least(l.due_at, %(now)s)
WHERE orcid_id IN (SELECT orcid_id FROM doubted)
"""


async def finish(
    connection: AsyncConnection[Any],
    *,
    holder: int,
    now: datetime,
    lanes: Sequence[LaneReport],
    finished: Sequence[ClaimOutcome],
    attempts: Sequence[AttemptRow],
) -> None:
    """Record the outcomes of claims, and give back the lanes whose run is over.

    Both statements are one transaction: a worker that ends between them would leave a work on the record
    that no one knows of.
    """
    values = _values(holder=holder, now=now, lanes=lanes, finished=finished, attempts=attempts)
    async with connection.transaction():
        cursor = await connection.execute(_FINISH, values, prepare=True)
        late = [row[0] for row in await cursor.fetchall()]
        if late:
            log.warning("lane.late_answers", claims=late[:10])
            await connection.execute(_MARK_IN_DOUBT, {"now": now, "id": late})


def _values(
    *,
    holder: int,
    now: datetime,
    lanes: Sequence[LaneReport],
    finished: Sequence[ClaimOutcome],
    attempts: Sequence[AttemptRow],
) -> dict[str, Any]:
    monotonic = time.monotonic()
    return {
        "holder": holder,
        "now": now,
        "delay": STOPPED_LANE_DELAY,
        "lane": in_array([report.lane.orcid_id for report in lanes]),
        "lane_version": in_array([report.lane.request_version for report in lanes]),
        "generation": in_array([report.lane.generation for report in lanes]),
        "is_over": in_array([report.is_over for report in lanes]),
        "stopped": in_array([report.stopped for report in lanes]),
        "id": in_array([f.claim.id for f in finished]),
        "version": in_array([f.claim.request_version for f in finished]),
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
        "in_doubt": in_array([f.in_doubt for f in finished]),
        "claim_lane": in_array([f.claim.orcid_id for f in finished]),
        "claim_generation": in_array([f.claim.generation for f in finished]),
        "t_claim": in_array([t.claim_id for t in attempts]),
        "t_ago": in_array([monotonic - t.ended for t in attempts]),
        "t_verb": in_array([t.verb for t in attempts]),
        "t_seconds": in_array([t.seconds for t in attempts]),
        "t_status": in_array([t.status for t in attempts]),
        "t_problem": in_array([t.problem for t in attempts]),
        "t_put_code": in_array([t.put_code for t in attempts]),
    }
