"""Store claims of the previous service, many with one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from profiles.claims.models import Claim
from profiles.domain.claim import Origin
from profiles.domain.moving_in.claims import MovedClaim, new_uuid
from profiles.domain.push.plan import AS_ON_RECORD, IF_ON_RECORD
from profiles.infra.postgres.sql_params import json_rows

NOTE: Final = "moved in"
"""The note of the one line of history with which a claim of the previous service begins."""

_MOVED: Final = """
WITH moved AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS m(number bigint, uuid uuid, orcid_id text, doi text,
        origin text, action text, state text, presence text, put_code bigint, problem text, detail text,
        claimed_at timestamptz, created_at timestamptz, updated_at timestamptz)
)
"""
# The put-codes of a service before ours are of the client that serves the origin now. Where an earlier client
# added the work, the first comparison with the record corrects that.
_STORE: Final = f"""
{_MOVED}, stored AS (
    INSERT INTO claims_claim AS c (uuid, orcid_id, doi, action, origin, state, problem, detail,
        request_version, tries, urgent, due_at, requested_at, started_at, put_code, owner_client,
        sent_inputs, sent_at, claimed_at, in_doubt, removed_by_owner_at, created_at, updated_at)
    SELECT uuid, orcid_id, doi, action, origin, state, problem, detail, 1, 0, false,
        CASE WHEN state = 'waiting' THEN %(now)s::timestamptz END,
        CASE WHEN state = 'waiting' THEN %(now)s ELSE updated_at END,
        CASE WHEN presence <> 'absent' THEN coalesce(claimed_at, updated_at) END,
        put_code, CASE WHEN put_code IS NULL THEN '' ELSE %(owners)s::json ->> origin END,
        CASE presence WHEN 'on-record' THEN %(on_record)s::bytea WHEN 'unclear' THEN %(unclear)s::bytea END,
        CASE WHEN presence = 'on-record' THEN coalesce(claimed_at, updated_at) END,
        claimed_at, presence <> 'absent' AND put_code IS NULL,
        CASE WHEN state = 'deleted' OR action = 'delete' THEN updated_at END, created_at, updated_at
    FROM moved ORDER BY orcid_id, doi
    ON CONFLICT (orcid_id, doi) DO UPDATE SET uuid = excluded.uuid, action = excluded.action,
        origin = excluded.origin, state = excluded.state, problem = excluded.problem,
        detail = excluded.detail, due_at = excluded.due_at, requested_at = excluded.requested_at,
        started_at = excluded.started_at, put_code = excluded.put_code, owner_client = excluded.owner_client,
        sent_inputs = excluded.sent_inputs, sent_at = excluded.sent_at, claimed_at = excluded.claimed_at,
        in_doubt = excluded.in_doubt, removed_by_owner_at = excluded.removed_by_owner_at,
        created_at = excluded.created_at, updated_at = excluded.updated_at
    -- Another row of the same import for the same work, and better than that one; nothing else is changed.
    WHERE c.uuid <> excluded.uuid AND c.request_version = 1 AND c.generation = 0
        AND (excluded.put_code IS NOT NULL, excluded.updated_at) > (c.put_code IS NOT NULL, c.updated_at)
    RETURNING c.id, c.orcid_id, c.doi, c.state, c.action, c.origin, c.problem, c.due_at, c.updated_at,
        c.xmax = 0 AS is_new
), history AS (
    INSERT INTO claims_claimhistory (claim_id, at, event, from_state, to_state, action, origin, problem,
        actor, note)
    SELECT id, updated_at, CASE state WHEN 'done' THEN 'succeed' WHEN 'deleted' THEN 'remove'
        WHEN 'failed' THEN 'fail' WHEN 'ignored' THEN 'skip' WHEN 'notified' THEN 'notify' ELSE 'request' END,
        '', state, action, origin, problem, '', %(note)s
    FROM stored
), lanes AS (
    INSERT INTO claims_lane AS l (orcid_id, due_at, request_version, urgent)
    SELECT DISTINCT orcid_id, due_at, 1, false FROM stored WHERE due_at IS NOT NULL
    ON CONFLICT (orcid_id) DO UPDATE SET due_at = least(l.due_at, excluded.due_at),
        request_version = l.request_version + 1
)
SELECT m.number, s.is_new FROM moved m JOIN stored s USING (orcid_id, doi)
"""  # noqa: S608  nothing of a caller's
_OTHERS: Final = f"""
{_MOVED}
SELECT m.number FROM moved m JOIN claims_claim c USING (orcid_id, doi)
WHERE c.uuid <> m.uuid ORDER BY m.number
"""  # noqa: S608  nothing of a caller's
_SAME_UUIDS: Final = f"""
{_MOVED}
SELECT m.number, (c.orcid_id, c.doi) = (m.orcid_id, m.doi) FROM moved m JOIN claims_claim c USING (uuid)
"""  # noqa: S608  nothing of a caller's


@dataclass(slots=True)
class StoredClaims:
    """What became of a batch, with the numbers of rows."""

    new: int = 0
    twice: list[int] = field(default_factory=list)
    renamed: set[int] = field(default_factory=set)


@transaction.atomic
def store_claims(
    claims: Sequence[MovedClaim], *, owners: Mapping[Origin, str], now: datetime
) -> StoredClaims:
    """Store claims that are not here yet, no work twice; a claim that is here stays as it is.

    Of several rows for one work the one with the highest rank is stored. ``owners`` are the ORCID clients
    that serve the origins.
    """
    result = StoredClaims()
    chosen = _one_for_each_work(claims, result)
    with connection.cursor() as cursor:
        cursor.execute(_SAME_UUIDS, {"rows": json_rows(chosen)})
        is_here = dict(cursor.fetchall())
        result.renamed.update(number for number, is_same_work in is_here.items() if not is_same_work)
        others = [claim for claim in chosen if not is_here.get(claim.number)]
        if not others:
            return result
        parameters: dict[str, Any] = {
            "rows": json_rows(_under_their_names(others, result)),
            "owners": json_rows([{origin.value: owner for origin, owner in owners.items()}])[1:-1],
            "on_record": AS_ON_RECORD,
            "unclear": IF_ON_RECORD,
            "note": NOTE,
            "now": now,
        }
        cursor.execute(_STORE, parameters)
        stored = dict(cursor.fetchall())
        result.new = sum(stored.values())
        result.twice += [number for number, is_new in stored.items() if not is_new]
        if left := [claim for claim in others if claim.number not in stored]:
            cursor.execute(_OTHERS, {"rows": json_rows(_under_their_names(left, result))})
            result.twice += [number for (number,) in cursor.fetchall()]
    return result


def _under_their_names(claims: Sequence[MovedClaim], result: StoredClaims) -> list[MovedClaim]:
    return [claim.renamed() if claim.number in result.renamed else claim for claim in claims]


def _one_for_each_work(claims: Sequence[MovedClaim], result: StoredClaims) -> list[MovedClaim]:
    best: dict[tuple[str, str], MovedClaim] = {}
    for claim in claims:
        pair = (claim.orcid_id, claim.doi)
        other = best.get(pair)
        if other is None:
            best[pair] = claim
            continue
        better, worse = (claim, other) if claim.rank > other.rank else (other, claim)
        best[pair] = better
        result.twice.append(worse.number)
    seen: set[object] = set()
    for claim in best.values():
        if claim.uuid in seen and claim.uuid != new_uuid(claim.number):
            result.renamed.add(claim.number)
        seen.add(claim.uuid)
    return list(best.values())


def count_of_claims() -> int:
    """Return how many claims there are."""
    return Claim.objects.count()
