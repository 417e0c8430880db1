"""Reading claims: for pages, the API, support and the pipeline."""

import uuid as uuids
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from profiles.claims.lanes import HOLDERS
from profiles.claims.models import Attempt, Block, Claim, ClaimHistory
from profiles.domain import problems
from profiles.domain.claim import ClaimAction, ClaimState
from profiles.infra import clock
from profiles.infra.postgres.sql_params import pairs


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """How a person's claims stand."""

    created: int
    removed: int
    queued: int
    failed: int
    left_out: int

    @property
    def total(self) -> int:
        """How many there are."""
        return self.created + self.removed + self.queued + self.failed + self.left_out


def counts_of(orcid_id: str) -> ClaimCounts:
    """Count a person's claims by how they stand, in one query."""
    counted = Claim.objects.filter(orcid_id=orcid_id).aggregate(
        created=Count("id", filter=Q(state=ClaimState.DONE)),
        removed=Count("id", filter=Q(state=ClaimState.DELETED)),
        queued=Count("id", filter=Q(state__in=[ClaimState.WAITING, ClaimState.WORKING, ClaimState.NOTIFIED])),
        failed=Count("id", filter=Q(state=ClaimState.FAILED)),
        left_out=Count("id", filter=Q(state=ClaimState.IGNORED)),
    )
    return ClaimCounts(**counted)


def last_claim_of(orcid_id: str) -> Claim | None:
    """Return the claim that changed last."""
    return Claim.objects.filter(orcid_id=orcid_id).order_by("-updated_at").first()


def claims_of(
    orcid_id: str, *, states: Sequence[ClaimState] = (), origin: str = "", limit: int = 25
) -> list[Claim]:
    """List a person's claims, latest change first."""
    found = Claim.objects.filter(orcid_id=orcid_id)
    if states:
        found = found.filter(state__in=[state.value for state in states])
    if origin:
        found = found.filter(origin=origin)
    return list(found.order_by("-updated_at", "-id")[:limit])


def claims_asked_since(orcid_id: str, moment: datetime, *, limit: int) -> list[Claim]:
    """List a person's claims that were asked for since then, in the order in which they were."""
    found = Claim.objects.filter(orcid_id=orcid_id, requested_at__gte=moment)
    return list(found.order_by("requested_at", "id")[:limit])


def failed_claims(
    *, problem: str = "", orcid_id: str = "", doi_prefix: str = "", since: datetime | None = None
) -> QuerySet[Claim]:
    """List the claims that stand still, latest change first: all, or those that fit each filter given.

    ``doi_prefix`` is the beginning of a DOI in lower case; ``since`` leaves out what stands still longer.
    """
    found = Claim.objects.filter(state=ClaimState.FAILED)
    if problem:
        found = found.filter(problem=problem)
    if orcid_id:
        found = found.filter(orcid_id=orcid_id)
    if doi_prefix:
        found = found.filter(doi__startswith=doi_prefix)
    if since is not None:
        found = found.filter(updated_at__gte=since)
    return found.order_by("-updated_at")


def claim_of(orcid_id: str, doi: str) -> Claim | None:
    """Return the claim of one work on one record."""
    return Claim.objects.filter(orcid_id=orcid_id, doi=doi).first()


def claim_by_uuid(uuid: uuids.UUID) -> Claim | None:
    """Return the claim with this public id."""
    return Claim.objects.filter(uuid=uuid).first()


def claims_among(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Claim]:
    """Return the claims of these (iD, DOI) pairs, in one query."""
    found = Claim.objects.raw(
        "SELECT c.* FROM claims_claim c JOIN json_to_recordset(%(pairs)s::json) AS w(orcid_id text, doi text)"
        " USING (orcid_id, doi)",
        {"pairs": pairs(wanted)},
    )
    return {(claim.orcid_id, claim.doi): claim for claim in found}


def blocked_among(wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return those of the (iD, DOI) pairs that their person called "not mine"."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.orcid_id, b.doi FROM claims_block b"
            " JOIN json_to_recordset(%(pairs)s::json) AS w(orcid_id text, doi text) USING (orcid_id, doi)",
            {"pairs": pairs(wanted)},
        )
        return set(cursor.fetchall())


def is_blocked(orcid_id: str, doi: str) -> bool:
    """Say whether the person called this work "not mine"."""
    return Block.objects.filter(orcid_id=orcid_id, doi=doi).exists()


def blocks_of(orcid_id: str) -> QuerySet[Block]:
    """List what a person called "not mine"."""
    return Block.objects.filter(orcid_id=orcid_id).order_by("-at")


def create_claims_count(orcid_id: str) -> int:
    """Count the works we want on this record; the quota is measured by it."""
    return (
        Claim.objects.filter(orcid_id=orcid_id, action=ClaimAction.CREATE)
        .exclude(state__in=[ClaimState.IGNORED, ClaimState.DELETED])
        .count()
    )


def history_of(claim: Claim) -> list[ClaimHistory]:
    """Tell a claim's story, oldest first."""
    return list(claim.history.order_by("id"))


def attempts_of(claim: Claim) -> list[Attempt]:
    """List the calls to ORCID for a claim, oldest first."""
    return list(claim.attempts.order_by("id"))


def merged_into(kept: str) -> list[str]:
    """Return the iDs of which ORCID answered, at some push, that they were merged into this one."""
    told = Claim.objects.filter(problem=problems.RECORD_MOVED.code, detail=f"kept iD: {kept}")
    return list(told.values_list("orcid_id", flat=True).distinct())


def put_codes_of(orcid_id: str) -> list[tuple[str, int]]:
    """List the works that we know to be on a record: the client that added each, and its number there."""
    known = Claim.objects.filter(orcid_id=orcid_id, put_code__isnull=False)
    return [(client_id, code) for client_id, code in known.values_list("owner_client", "put_code") if code]


def is_anything_moving(orcid_id: str) -> bool:
    """Say whether something is, or may just be, on its way to this record."""
    return Claim.objects.filter(orcid_id=orcid_id, state=ClaimState.WORKING).exists()


def moves_soon(orcid_id: str, *, within: timedelta) -> bool:
    """Say whether something is on its way to or from this record that may be settled so soon."""
    soon = Q(state=ClaimState.WAITING, due_at__lte=clock.now() + within) | Q(state=ClaimState.WORKING)
    return Claim.objects.filter(soon, orcid_id=orcid_id).exists()


def everything_of(orcid_id: str) -> list[dict[str, Any]]:
    """Return all that is kept of a person's claims, with their history and every call, ready for a file."""
    found = Claim.objects.filter(orcid_id=orcid_id).order_by("id")
    return [_everything(claim) for claim in found.prefetch_related("history", "attempts")]


def _everything(claim: Claim) -> dict[str, Any]:
    moments = ("requested_at", "claimed_at", "removed_by_owner_at", "created_at", "updated_at")
    return {
        "id": str(claim.uuid),
        "doi": claim.doi,
        "wanted": claim.action,
        "source": claim.origin,
        "state": claim.state,
        "problem": claim.problem,
        "detail": claim.detail,
        "put_code": claim.put_code,
        "added_by_client": claim.owner_client,
        **{name: getattr(claim, name) for name in moments},
        "history": [
            {
                "at": line.at,
                "event": line.event,
                "from": line.from_state,
                "to": line.to_state,
                "problem": line.problem,
                "actor": line.actor,
                "note": line.note,
            }
            for line in sorted(claim.history.all(), key=lambda line: line.pk)
        ],
        "calls": [
            {
                "at": one.at,
                "verb": one.verb,
                "status": one.status,
                "problem": one.problem,
                "seconds": one.seconds,
            }
            for one in sorted(claim.attempts.all(), key=lambda one: one.pk)
        ],
    }


def oldest_due() -> datetime | None:
    """Return since when the oldest claim that may be sent has waited.

    Looked for on the lanes that wait longest: a claim is never due before its lane.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(c.due_at) FROM (SELECT orcid_id FROM claims_lane WHERE due_at <= now()"
            " ORDER BY due_at LIMIT 200) lane JOIN claims_claim c USING (orcid_id)"
            " WHERE c.due_at <= now() AND c.state IN ('waiting', 'working')"
        )
        found: datetime | None = cursor.fetchone()[0]
        return found


def workers_alive() -> int:
    """Count the workers that hold the lock of a living lane worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database AND d.datname ="
            " current_database() WHERE locktype = 'advisory' AND classid = %s AND granted",
            [HOLDERS],
        )
        return int(cursor.fetchone()[0])
