"""Read claims, for pages, the API, support and the pipeline."""

import uuid as uuids
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connection
from django.db.models import Count, Max, Q, QuerySet, TextField, Window
from django.db.models.expressions import RawSQL
from django.db.models.functions import MD5, Left

from profiles.claims.lanes import WORKER_LOCKS
from profiles.claims.models import Attempt, Block, Claim, ClaimHistory, Lane
from profiles.domain import problems
from profiles.domain.claim import ClaimAction, ClaimEvent, ClaimState
from profiles.infra import clock
from profiles.infra.postgres.sql_params import pairs, words

MAX_BIGINT: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """The number of a person's claims in each group of states."""

    created: int
    removed: int
    queued: int
    failed: int
    left_out: int
    failed_at: datetime | None = None
    """When the last of the failed ones failed."""
    added: Sequence[tuple[int, str, int]] = ()
    """How many of the works on the record were added in which year, by their origin."""

    @property
    def total(self) -> int:
        """The number of all claims."""
        return self.created + self.removed + self.queued + self.failed + self.left_out


def dois_on_records(*, part: int, of: int) -> list[str]:
    """Return one of as many parts of the DOIs that are on ORCID records, each DOI once."""
    digests = [f"{number:02x}" for number in range(part, 256, of)]
    on_record = Claim.objects.filter(action=ClaimAction.CREATE, put_code__isnull=False)
    some = on_record.annotate(digest=Left(MD5("doi"), 2)).filter(digest__in=digests)
    return list(some.order_by("doi").values_list("doi", flat=True).distinct())


_COUNTS: Final = {
    "created": Count("id", filter=Q(state=ClaimState.DONE)),
    "removed": Count("id", filter=Q(state=ClaimState.DELETED)),
    "queued": Count("id", filter=Q(state__in=[ClaimState.WAITING, ClaimState.WORKING, ClaimState.NOTIFIED])),
    "failed": Count("id", filter=Q(state=ClaimState.FAILED)),
    "left_out": Count("id", filter=Q(state=ClaimState.IGNORED)),
    "failed_at": Max("updated_at", filter=Q(state=ClaimState.FAILED)),
}


FAILED_COUNT: Final = "SELECT count(*) FROM claims_claim WHERE orcid_id = %(orcid_id)s AND state = 'failed'"
"""The statement that counts a person's failed claims, for a use case that joins it with others."""


_ADDED: Final = """
(SELECT json_agg(json_build_array(year, origin, works))::text FROM (
    SELECT extract(year FROM claimed_at AT TIME ZONE 'UTC')::int AS year, origin, count(*) AS works
    FROM claims_claim WHERE orcid_id = %s AND state = 'done' AND claimed_at IS NOT NULL GROUP BY 1, 2
) by_year)
"""


def latest_with_counts(orcid_id: str, *, limit: int) -> tuple[list[Claim], ClaimCounts]:
    """Return a person's claims that changed last, and the counts of all, in one query."""
    counts = {name: Window(counted) for name, counted in _COUNTS.items()}
    added = RawSQL(_ADDED, [orcid_id], output_field=TextField())  # noqa: S611  nothing of a caller's
    rows = Claim.objects.filter(orcid_id=orcid_id).annotate(**counts, added=added)
    latest: list[Any] = list(rows.order_by("-updated_at", "-id")[:limit])
    if not latest:
        return [], ClaimCounts(0, 0, 0, 0, 0)
    counted = {name: getattr(latest[0], name) for name in _COUNTS}
    years = msgspec.json.decode(latest[0].added or "[]", type=list[tuple[int, str, int]])
    return latest, ClaimCounts(**counted, added=years)


def newcomers_among(orcid_ids: Collection[str]) -> set[str]:
    """Return those of these records for which nothing was ever requested."""
    known = Lane.objects.filter(orcid_id__in=orcid_ids).values_list("orcid_id", flat=True)
    return set(orcid_ids) - set(known)


def claims_of(
    orcid_id: str, *, states: Sequence[ClaimState] = (), origin: str = "", limit: int = 25
) -> list[Claim]:
    """List a person's claims, latest change first."""
    rows = Claim.objects.filter(orcid_id=orcid_id)
    if states:
        rows = rows.filter(state__in=[state.value for state in states])
    if origin:
        rows = rows.filter(origin=origin)
    return list(rows.order_by("-updated_at", "-id")[:limit])


def failed_claims(
    *, problem: str = "", orcid_id: str = "", doi_prefix: str = "", since: datetime | None = None
) -> QuerySet[Claim]:
    """List the failed claims that match all given filters, latest change first.

    ``doi_prefix`` is the beginning of a DOI in lower case; ``since`` leaves out claims that failed earlier.
    """
    rows = Claim.objects.filter(state=ClaimState.FAILED)
    if problem:
        rows = rows.filter(problem=problem)
    if orcid_id:
        rows = rows.filter(orcid_id=orcid_id)
    if doi_prefix:
        rows = rows.filter(doi__startswith=doi_prefix)
    if since is not None:
        rows = rows.filter(updated_at__gte=since)
    return rows.order_by("-updated_at")


def claim_of(orcid_id: str, doi: str) -> Claim | None:
    """Return the claim of one work on one record."""
    return Claim.objects.filter(orcid_id=orcid_id, doi=doi).first()


def claim_by_uuid(uuid: uuids.UUID) -> Claim | None:
    """Return the claim with this public id."""
    return Claim.objects.filter(uuid=uuid).first()


def claims_numbered(number: int, *, limit: int) -> list[Claim]:
    """Return the claims with this put-code, or this id."""
    if number > MAX_BIGINT:
        return []
    return list(Claim.objects.filter(Q(put_code=number) | Q(pk=number)).order_by("pk")[:limit])


def own_claims(
    orcid_id: str, *, public_ids: Iterable[uuids.UUID] = (), ids: Iterable[int] = ()
) -> list[Claim]:
    """Return those claims of a person that have one of these public or own ids."""
    rows = Claim.objects.filter(orcid_id=orcid_id)
    return list(rows.filter(Q(uuid__in=list(public_ids)) | Q(pk__in=list(ids))).order_by("pk"))


# Parts of SQL for statements of other packages that need claims beside rows of other tables.
CLAIMS: Final = "claims_claim c"
ON_RECORD_OR_ON_ITS_WAY: Final = """c.put_code IS NOT NULL AND c.state <> 'deleted'
    OR c.action = 'create' AND c.state IN ('waiting', 'working')"""
"""Whether adding the work of ``c`` would change nothing."""
ON_RECORD_OF_CLIENT: Final = """c.put_code IS NOT NULL AND c.owner_client = %(owner_client)s
    AND (c.state = 'done' OR (c.reassert AND c.state IN ('waiting', 'working', 'failed')))
    AND c.action = 'create'"""
"""Whether the work of ``c`` is on its record, put there by the ORCID client ``owner_client``."""


def active_works_among(orcid_ids: Iterable[str]) -> dict[str, int]:
    """Count the works of each of these people that are, or are to be, on their record, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT orcid_id, count(*) FROM claims_claim WHERE orcid_id = ANY(string_to_array(%s, ' '))"
            " AND action = 'create' AND state NOT IN ('ignored', 'deleted') GROUP BY orcid_id",
            [words(orcid_ids)],
        )
        return dict(cursor.fetchall())


def claims_among(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Claim]:
    """Return the claims of these (iD, DOI) pairs, in one query."""
    rows = Claim.objects.raw(
        "SELECT c.* FROM claims_claim c JOIN json_to_recordset(%(pairs)s::json) AS w(orcid_id text, doi text)"
        " USING (orcid_id, doi)",
        {"pairs": pairs(wanted)},
    )
    return {(claim.orcid_id, claim.doi): claim for claim in rows}


def claims_and_blocks_among(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """Return the claims of these pairs in one query; ``is_blocked``: its person called it "not mine"."""
    rows = Claim.objects.raw(
        "SELECT c.*, EXISTS (SELECT FROM claims_block b WHERE b.orcid_id = c.orcid_id AND b.doi = c.doi)"
        " AS is_blocked FROM claims_claim c"
        " JOIN json_to_recordset(%(pairs)s::json) AS w(orcid_id text, doi text) USING (orcid_id, doi)",
        {"pairs": pairs(wanted)},
    )
    return {(claim.orcid_id, claim.doi): claim for claim in rows}


def blocked_among(wanted: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the (iD, DOI) pairs that their person called "not mine"."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.orcid_id, b.doi FROM claims_block b"
            " JOIN json_to_recordset(%(pairs)s::json) AS w(orcid_id text, doi text) USING (orcid_id, doi)",
            {"pairs": pairs(wanted)},
        )
        return set(cursor.fetchall())


def claimed_dois(dois: Collection[str]) -> set[str]:
    """Return which of these DOIs there are claims for, of any person and in any state."""
    return set(Claim.objects.filter(doi__in=list(dois)).values_list("doi", flat=True).distinct())


def is_blocked(orcid_id: str, doi: str) -> bool:
    """Tell whether the person called this work "not mine"."""
    return Block.objects.filter(orcid_id=orcid_id, doi=doi).exists()


def blocks_of(orcid_id: str) -> QuerySet[Block]:
    """List the works that a person called "not mine"."""
    return Block.objects.filter(orcid_id=orcid_id).order_by("-at")


def create_claims_count(orcid_id: str) -> int:
    """Count the works that are on this record or to be added; the quota uses this number."""
    return (
        Claim.objects.filter(orcid_id=orcid_id, action=ClaimAction.CREATE)
        .exclude(state__in=[ClaimState.IGNORED, ClaimState.DELETED])
        .count()
    )


def history_of(claim: Claim) -> list[ClaimHistory]:
    """List the history of a claim, oldest first."""
    return list(claim.history.order_by("id"))


def attempts_of(claim: Claim) -> list[Attempt]:
    """List the calls to ORCID for a claim, oldest first."""
    return list(claim.attempts.order_by("id"))


def merged_into(kept: str) -> list[str]:
    """Return the iDs that were merged into this one, according to ORCID's answer to a push."""
    moved = Claim.objects.filter(problem=problems.RECORD_MOVED.code, detail=f"kept iD: {kept}")
    return list(moved.values_list("orcid_id", flat=True).distinct())


def put_codes_of(orcid_id: str) -> list[tuple[str, int]]:
    """List the works known to be on a record: the client that added each, and its put-code."""
    claims = Claim.objects.filter(orcid_id=orcid_id, put_code__isnull=False)
    return [(client_id, code) for client_id, code in claims.values_list("owner_client", "put_code") if code]


def requested_since(orcid_id: str, *, claim_ids: Sequence[int], since: datetime) -> set[int]:
    """Return those of these claims about which their person asked for something after a moment."""
    requests = ClaimHistory.objects.filter(claim__in=claim_ids, event=ClaimEvent.REQUEST.value)
    return set(requests.filter(actor=orcid_id, at__gt=since).values_list("claim_id", flat=True))


def has_calls_under_way(orcid_id: str) -> bool:
    """Tell whether a call for a claim of this record is, or may be, under way."""
    under_way = Q(state=ClaimState.WORKING) | Q(in_doubt=True)
    return Claim.objects.filter(under_way, orcid_id=orcid_id).exists()


def last_write_at(orcid_id: str, *, since: datetime) -> datetime | None:
    """Return when this record was last written to, or may have been; None: not since then.

    A call is stored when it has ended; until then its claim is being worked on.
    """
    if Claim.objects.filter(orcid_id=orcid_id, state=ClaimState.WORKING).exists():
        return clock.now()
    calls = Attempt.objects.filter(claim__orcid_id=orcid_id, at__gte=since).exclude(verb="find")
    latest: datetime | None = calls.aggregate(latest=Max("at"))["latest"]
    return latest


def may_change_soon(orcid_id: str, *, within: timedelta) -> bool:
    """Tell whether a claim of this record may change ``within`` this time."""
    soon = Q(state=ClaimState.WAITING, due_at__lte=clock.now() + within) | Q(state=ClaimState.WORKING)
    return Claim.objects.filter(soon, orcid_id=orcid_id).exists()


def everything_of(orcid_id: str) -> list[dict[str, Any]]:
    """Return the stored data about a person's claims, with history and calls, for the data export."""
    rows = Claim.objects.filter(orcid_id=orcid_id).order_by("id")
    return [_everything(claim) for claim in rows.prefetch_related("history", "attempts")]


def _everything(claim: Claim) -> dict[str, Any]:
    times = ("requested_at", "claimed_at", "removed_by_owner_at", "created_at", "updated_at")
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
        **{name: getattr(claim, name) for name in times},
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
                "at": call.at,
                "verb": call.verb,
                "status": call.status,
                "problem": call.problem,
                "seconds": call.seconds,
            }
            for call in sorted(claim.attempts.all(), key=lambda call: call.pk)
        ],
    }


def oldest_due() -> datetime | None:
    """Return since when the oldest due claim has waited.

    Only the lanes that wait longest are read: a claim is never due before its lane.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(c.due_at) FROM (SELECT orcid_id FROM claims_lane WHERE due_at <= now()"
            " ORDER BY due_at LIMIT 200) lane JOIN claims_claim c USING (orcid_id)"
            " WHERE c.due_at <= now() AND c.state IN ('waiting', 'working')"
        )
        moment: datetime | None = cursor.fetchone()[0]
        return moment


def due_lanes() -> int:
    """Count the records for which a claim is due."""
    return Lane.objects.filter(due_at__lte=clock.now()).count()


def workers_alive() -> int:
    """Count the living lane workers, by the locks that they hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database AND d.datname ="
            " current_database() WHERE locktype = 'advisory' AND classid = %s AND granted",
            [WORKER_LOCKS],
        )
        return int(cursor.fetchone()[0])
