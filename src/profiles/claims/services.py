"""Change claims: each change is one transaction with its history row, its lane and a notice to workers."""

import uuid as uuids
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from profiles.claims import batch_services
from profiles.claims.bulk_acts import single_entries
from profiles.claims.bulk_acts import store as bulk_acts
from profiles.claims.models import Attempt, Block, Claim, ClaimHistory, Lane, Selection
from profiles.domain.claim import (
    ClaimAction,
    ClaimEvent,
    ClaimState,
    ForbiddenTransitionError,
    Origin,
    next_state,
)
from profiles.domain.push.plan import inputs_of_found_work
from profiles.infra import clock
from profiles.infra.jobs.job_names import LANES_CHANNEL
from profiles.infra.monitoring import tracing
from profiles.infra.postgres.deleting import delete_in_batches
from profiles.infra.postgres.sql_params import json_rows
from profiles.infra.postgres.sql_params import pairs as id_doi_rows


class ClaimRequest(msgspec.Struct, frozen=True, gc=False):
    """A request of a person, a service or a rule to add a work to a record, or to remove it.

    ``by_owner``: the person requested it; that lifts their own earlier removal, or is one. ``urgent``: a
    person waits at a screen. ``actor`` names the requester in the history: an iD, the name of a service key,
    or a rule. With a ``stop_reason`` a worker only reads the record: see ``claims.stopping``.
    """

    orcid_id: str
    doi: str
    origin: Origin
    action: ClaimAction = ClaimAction.CREATE
    urgent: bool = False
    by_owner: bool = False
    actor: str = ""
    note: str = ""
    stop_reason: str = ""
    uuid: uuids.UUID = msgspec.field(default_factory=uuids.uuid4)
    traceparent: str = msgspec.field(default_factory=tracing.here)
    doi_changed_at: datetime | None = None
    """When the DOI changed at DataCite, if that is the cause."""


# Opening a claim again keeps its uuid, its put-code and its owner: they are facts about the record.
# The request version goes up, so a worker that is just finishing the older request leaves the state alone.
_REQUEST: Final = """
WITH requested AS (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS w(orcid_id text, doi text, action text, origin text,
        urgent boolean, by_owner boolean, actor text, note text, stop_reason text, uuid uuid,
        traceparent text, doi_changed_at timestamptz)
), before AS (
    SELECT c.orcid_id, c.doi, c.state FROM claims_claim c JOIN requested USING (orcid_id, doi)
), opened AS (
    INSERT INTO claims_claim AS c (uuid, orcid_id, doi, action, origin, state, problem, detail,
        request_version, tries, urgent, due_at, requested_at, owner_client, created_at, updated_at,
        owner_version, stop_reason, traceparent, doi_changed_at)
    SELECT uuid, orcid_id, doi, action, origin, 'waiting', '', '', 1, 0, urgent, %(now)s, %(now)s, '',
        %(now)s, %(now)s, CASE WHEN by_owner AND action = 'create' THEN 1 ELSE 0 END, stop_reason,
        traceparent, doi_changed_at
    FROM requested
    ON CONFLICT (orcid_id, doi) DO UPDATE SET
        -- Only its person can request a work while their own removal of it is not carried out. A work that
        -- they requested keeps its origin until then: there may be no permission for the other one.
        (action, origin) = (
            SELECT CASE WHEN is_removal THEN c.action ELSE excluded.action END,
                CASE WHEN is_removal OR is_request THEN c.origin ELSE excluded.origin END
            FROM (SELECT is_open AND c.removed_by_owner_at IS NOT NULL AND c.action = 'delete',
                is_open AND c.owner_version > 0 AND c.state <> 'done'
                FROM (SELECT c.state NOT IN ('deleted', 'ignored')
                    AND (c.orcid_id, c.doi) NOT IN (SELECT orcid_id, doi FROM requested WHERE by_owner)
                ) AS claim (is_open)) AS of_owner (is_removal, is_request)),
        stop_reason = excluded.stop_reason,
        traceparent = excluded.traceparent, doi_changed_at = excluded.doi_changed_at,
        state = 'waiting', problem = '', detail = '', request_version = c.request_version + 1, tries = 0,
        -- A claim stays urgent when another caller requests the same meanwhile.
        urgent = excluded.urgent OR c.urgent AND c.state IN ('waiting', 'working'),
        due_at = %(now)s, requested_at = %(now)s, updated_at = %(now)s,
        removed_by_owner_at = CASE
            WHEN (excluded.orcid_id, excluded.doi) IN (SELECT orcid_id, doi FROM requested WHERE by_owner)
            THEN CASE WHEN excluded.action = 'delete' THEN %(now)s::timestamptz END
            ELSE c.removed_by_owner_at END,
        -- 0 for requests of others and for removals, so the owner's is the greater one.
        owner_version = CASE WHEN excluded.owner_version = 1 THEN c.request_version + 1
            WHEN excluded.action = 'delete' THEN 0 ELSE c.owner_version END
    RETURNING c.id, c.orcid_id, c.doi
), history AS (
    -- The request itself, even if the claim keeps another action.
    INSERT INTO claims_claimhistory (claim_id, at, event, from_state, to_state, action, origin, problem,
        actor, note)
    SELECT o.id, %(now)s, 'request', coalesce(b.state, ''), 'waiting', w.action, w.origin, '', w.actor, w.note
    FROM opened o JOIN requested w USING (orcid_id, doi) LEFT JOIN before b USING (orcid_id, doi)
)
"""

_SELECT_IDS: Final = "SELECT id FROM opened"
_SELECT_COUNT: Final = "SELECT count(*) FROM opened"
_SEEN: Final = ("state", "request_version", "generation", "put_code")
_MAX_NOTIFIED: Final = 100
"""A notice holds at most 8,000 bytes; one request never has more urgent records."""

# To prevent deadlocks, lanes are locked before claims, here and by the workers, in the order of their iDs.
_OPEN_LANES: Final = """
INSERT INTO claims_lane AS l (orcid_id, due_at, request_version, urgent)
SELECT orcid_id, %(now)s, 1, bool_or(urgent)
FROM json_to_recordset(%(rows)s::json) AS w(orcid_id text, urgent boolean) GROUP BY orcid_id ORDER BY orcid_id
ON CONFLICT (orcid_id) DO UPDATE SET due_at = least(l.due_at, excluded.due_at),
    request_version = l.request_version + 1, urgent = l.urgent OR excluded.urgent
"""


@transaction.atomic
def request_claims(claim_requests: Sequence[ClaimRequest]) -> list[int]:
    """Open or reopen claims, in two statements for any number; return their ids.

    Where one call requests a pair twice, the later request counts. The rows are written in the order of
    iD and DOI, so that two callers cannot deadlock.
    """
    return [row[0] for row in _request(claim_requests, select=_SELECT_IDS)]


@transaction.atomic
def request_reassertion(*, orcid_id: str, dois: Sequence[str], note: str) -> int:
    """Have Auto-Update's client add works that another client of ours added; return their number.

    The person requested it. Only works that are on the record now are taken over.
    """
    claim_requests = [
        ClaimRequest(orcid_id, doi, Origin.AUTO_UPDATE, urgent=True, by_owner=True, actor=orcid_id, note=note)
        for doi in dois
    ]
    # Lock the lane first and the claims after it, as all other code does.
    if _open_lanes(claim_requests) is None:
        return 0
    on_record = Claim.objects.filter(orcid_id=orcid_id, doi__in=dois, state=ClaimState.DONE)
    dois_on_record = set(on_record.exclude(put_code=None).select_for_update().values_list("doi", flat=True))
    Claim.objects.filter(orcid_id=orcid_id, doi__in=dois_on_record).update(reassert=True)
    return len(request_claims([request for request in claim_requests if request.doi in dois_on_record]))


@transaction.atomic
def request_claims_in_bulk(claim_requests: Sequence[ClaimRequest]) -> int:
    """Do the same as ``request_claims`` for large numbers; return only the number of claims."""
    return sum(row[0] for row in _request(claim_requests, select=_SELECT_COUNT))


def _request(claim_requests: Sequence[ClaimRequest], *, select: str) -> list[tuple[int]]:
    parameters = _open_lanes(claim_requests)
    if parameters is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_REQUEST + select, parameters)
        rows: list[tuple[int]] = cursor.fetchall()
    notify_workers(sorted({request.orcid_id for request in claim_requests if request.urgent}))
    return rows


def _open_lanes(claim_requests: Sequence[ClaimRequest]) -> dict[str, Any] | None:
    """Queue the lanes of these requests; return the statement's parameters, or None without requests."""
    unique = {(w.orcid_id, w.doi): w for w in claim_requests}
    if not unique:
        return None
    parameters: dict[str, Any] = {
        "now": clock.now(),
        "rows": json_rows([unique[pair] for pair in sorted(unique)]),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_LANES, parameters)
    return parameters


@transaction.atomic
def request_claim(claim_request: ClaimRequest) -> Claim:
    """Open or reopen one claim and return it."""
    (claim_id,) = request_claims([claim_request])
    return Claim.objects.get(pk=claim_id)


def notify_workers(urgent: Sequence[str] = ()) -> None:
    """Wake the lane workers when this transaction is committed; one call per transaction is enough.

    ``urgent`` are the records of people who wait at a screen: a worker that is busy with one gives way.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [LANES_CHANNEL, " ".join(urgent[:_MAX_NOTIFIED])])


@transaction.atomic
def resume_parked(
    *,
    orcid_id: str,
    problems: Sequence[str],
    origin: Origin | None = None,
    requested_since: datetime | None = None,
) -> int:
    """Start all claims of this person that are stopped by one of these problems; return their number.

    Used for a new permission, a record that was unlocked, or an iD that moved. Claims that a worker holds at
    this moment start again, too: it may have read the permissions before the new one came.
    ``requested_since`` leaves out claims that were requested earlier.
    """
    stopped = Q(problem__in=problems) | Q(state=ClaimState.WORKING)
    parked = Claim.objects.filter(stopped, orcid_id=orcid_id)
    if origin is not None:
        parked = parked.filter(origin=origin)
    if requested_since is not None:
        parked = parked.filter(requested_at__gte=requested_since)
    return len(_request_again(parked, actor="permission", note=""))


@transaction.atomic
def replay(*, claim_ids: Sequence[int], actor: str, note: str = "") -> int:
    """Request the failed ones of these claims again, unchanged; return their number."""
    failed = Claim.objects.filter(pk__in=claim_ids, state=ClaimState.FAILED)
    return len(_request_again(failed, actor=actor, note=note))


def _request_again(claims: QuerySet[Claim], *, actor: str, note: str) -> list[int]:
    """Request claims again. Lanes are locked before the claims are read, so that newer requests count."""
    lanes = Lane.objects.filter(orcid_id__in=claims.values("orcid_id")).order_by("orcid_id")
    list(lanes.select_for_update().values_list("orcid_id"))
    requests = []
    for c in claims:
        about = (c.orcid_id, c.doi, Origin(c.origin), ClaimAction(c.action))
        requests.append(ClaimRequest(*about, actor=actor, note=note, stop_reason=c.stop_reason))
    return request_claims(requests)


@transaction.atomic
def move(
    *,
    claim_id: int,
    event: ClaimEvent,
    problem: str = "",
    detail: str = "",
    actor: str = "",
    note: str = "",
    seen: Claim | None = None,
) -> Claim:
    """Apply an event that needs no push: a rule or the person refused, or the record was read.

    ``seen`` is the claim as it was when the event was decided; the event counts only if no worker changed it.

    Raises:
        ForbiddenTransitionError: the event does not fit the claim's state, the claim is not as seen, or it is
            to be skipped but may be on the record (``claims.stopping`` has that read first).
        Claim.DoesNotExist: there is no such claim.
    """
    claim = Claim.objects.select_for_update().get(pk=claim_id)
    is_unread = event is ClaimEvent.SKIP and claim.in_doubt and claim.put_code is None
    if is_unread or (seen and any(getattr(seen, f) != getattr(claim, f) for f in _SEEN)):
        raise ForbiddenTransitionError(ClaimState(claim.state), event)
    before = ClaimState(claim.state)
    claim.state = next_state(before, event).value
    claim.problem, claim.detail = problem, detail
    claim.updated_at = clock.now()
    claim.request_version += 1
    if claim.state != ClaimState.WAITING:
        claim.due_at = None
    if event is ClaimEvent.VANISH:
        claim.removed_by_owner_at = claim.updated_at
        claim.put_code, claim.owner_client = None, ""
        claim.sent_digest = claim.sent_inputs = None
        claim.removal_begun = claim.in_doubt = False
    claim.save()
    _write_history(claim, event, before, problem=problem, actor=actor, note=note)
    return claim


def _write_history(claim: Claim, event: ClaimEvent, before: ClaimState, **words: str) -> None:
    ClaimHistory.objects.create(
        claim=claim,
        event=event.value,
        from_state=before.value,
        to_state=claim.state,
        action=claim.action,
        origin=claim.origin,
        **words,
    )


@transaction.atomic
def adopt_put_code(*, claim_id: int, put_code: int, owner_client: str, note: str) -> None:
    """Store a put-code, and the client that added the work, as they were found on the record."""
    claim = Claim.objects.select_for_update().get(pk=claim_id)
    claim.put_code, claim.owner_client = put_code, owner_client
    claim.sent_digest, claim.sent_inputs = None, inputs_of_found_work(bytes(claim.sent_inputs or b""))
    claim.removal_begun = claim.in_doubt = False
    before = ClaimState(claim.state)
    if before is ClaimState.IGNORED:
        # Stopped while it was being sent, but on the record.
        claim.state = next_state(before, ClaimEvent.SUCCEED).value
    claim.save()
    _write_history(claim, ClaimEvent.SUCCEED, before, note=note)


_UNBLOCK: Final = """
DELETE FROM claims_block b USING json_to_recordset(%(rows)s::json) AS w(orcid_id text, doi text)
WHERE b.orcid_id = w.orcid_id AND b.doi = w.doi
"""


@transaction.atomic
def block_all(*, orcid_id: str, dois: Sequence[str], reason: str = "", actor: str = "") -> None:
    """Store that these works are not this person's: nothing is sent, and existing entries are removed."""
    blocks = [Block(orcid_id=orcid_id, doi=doi, reason=reason) for doi in dois]
    Block.objects.bulk_create(blocks, ignore_conflicts=True)
    about: dict[str, Any] = {
        "action": ClaimAction.DELETE,
        "urgent": True,
        "actor": actor or orcid_id,
        "note": "not mine",
    }
    rows = Claim.objects.filter(orcid_id=orcid_id, doi__in=dois).values_list("doi", "origin")
    request_claims([ClaimRequest(orcid_id, doi, Origin(origin), **about) for doi, origin in rows])


def block(*, orcid_id: str, doi: str, reason: str = "", actor: str = "") -> None:
    """Store that one work is not this person's."""
    block_all(orcid_id=orcid_id, dois=[doi], reason=reason, actor=actor)


def unblock(*, orcid_id: str, doi: str) -> None:
    """Lift the block; the caller requests the work again separately."""
    Block.objects.filter(orcid_id=orcid_id, doi=doi).delete()


def unblock_all(*, pairs: Sequence[tuple[str, str]]) -> None:
    """Lift the blocks of all these pairs of iD and DOI, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_UNBLOCK, {"rows": id_doi_rows(pairs)})


@transaction.atomic
def move_person(*, old_orcid_id: str, new_orcid_id: str) -> int:
    """Move the claims of a merged iD to the new iD; return their number.

    The put-codes are dropped: ORCID numbers works by record, and the next push adopts existing entries.
    Where both iDs have a claim for a work, the claim of the new iD stays and the old one is kept as history.
    """
    own_dois = Claim.objects.filter(orcid_id=new_orcid_id).values("doi")
    moved = Claim.objects.filter(orcid_id=old_orcid_id).exclude(doi__in=own_dois)
    count = moved.update(
        orcid_id=new_orcid_id,
        put_code=None,
        owner_client="",
        sent_digest=None,
        sent_inputs=None,
        removal_begun=False,
        # The result of a worker that still pushes under the old iD does not count for the new record.
        request_version=F("request_version") + 1,
        owner_version=0,
    )
    own_blocks = Block.objects.filter(orcid_id=new_orcid_id).values("doi")
    Block.objects.filter(orcid_id=old_orcid_id).exclude(doi__in=own_blocks).update(orcid_id=new_orcid_id)
    # An open selection of the old iD would conflict with that of the new one.
    Selection.objects.filter(orcid_id=old_orcid_id, asked_at=None).delete()
    Selection.objects.filter(orcid_id=old_orcid_id).update(orcid_id=new_orcid_id)
    single_entries.move_person(old_orcid_id=old_orcid_id, new_orcid_id=new_orcid_id)
    batch_services.move_owner(old_owner=old_orcid_id, new_owner=new_orcid_id)
    with connection.cursor() as cursor:
        cursor.execute(
            _OPEN_LANES,
            {"now": clock.now(), "rows": json_rows([{"orcid_id": new_orcid_id, "urgent": False}])},
        )
    notify_workers()
    return count


@transaction.atomic
def forget_person(*, orcid_id: str) -> None:
    """Erase all claims, blocks and history of a person who left."""
    batch_services.forget_owner(owner=orcid_id)
    bulk_acts.forget_person(orcid_id=orcid_id)
    Claim.objects.filter(orcid_id=orcid_id).delete()
    Block.objects.filter(orcid_id=orcid_id).delete()
    Selection.objects.filter(orcid_id=orcid_id).delete()
    # A lane that a worker holds stays for now: without it, another worker could write at the same time.
    Lane.objects.filter(orcid_id=orcid_id, leased_until=None).delete()


def forget_actors(*, orcid_ids: Sequence[str], instead: str) -> int:
    """Remove the iDs of staff who left from the history of other people's claims; return the line count."""
    return ClaimHistory.objects.filter(actor__in=list(orcid_ids)).update(actor=instead)


def delete_old_attempts(*, older_than: datetime) -> int:
    """Delete attempts made before this moment; return their number. The history of claims stays."""
    return delete_in_batches(Attempt.objects.filter(at__lt=older_than))
