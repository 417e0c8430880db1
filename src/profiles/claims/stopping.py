"""Stop additions that are no longer wanted, without losing sight of a work that may have arrived."""

from collections.abc import Sequence

import msgspec
from django.db import connection, transaction

from profiles.claims import services
from profiles.claims.models import Claim, Lane
from profiles.claims.services import ClaimRequest
from profiles.domain.claim import (
    PUSHABLE,
    ClaimAction,
    ClaimEvent,
    ClaimState,
    ForbiddenTransitionError,
    Origin,
)
from profiles.domain.problems import AFTER_RESTORE, REMOVED_BY_OWNER


class Stop(msgspec.Struct, frozen=True):
    """An addition that is no longer wanted: the claim as it was when that was decided, and why."""

    claim: Claim
    reason: str
    actor: str


@transaction.atomic
def request_and_stop(claim_requests: Sequence[ClaimRequest], stops: Sequence[Stop]) -> None:
    """Make these requests, and stop these additions.

    What is not on the record is ignored from now on. What is in doubt may be there: a call is under way, its
    answer was lost, or its worker was killed. A worker reads the record for it and adds nothing: the claim is
    done when the work is there, so that it can be removed, and ignored when it is not.

    Raises:
        ForbiddenTransitionError: a claim has changed since it was decided about; nothing was done.
    """
    in_doubt = [stop for stop in stops if stop.claim.in_doubt]
    services.request_claims_in_bulk([*claim_requests, *map(_request_to_read, in_doubt)])
    _require_no_other_request([stop.claim for stop in in_doubt])
    for stop in stops:
        if not stop.claim.in_doubt:
            services.move(
                claim_id=stop.claim.pk,
                event=ClaimEvent.SKIP,
                detail=stop.reason,
                actor=stop.actor,
                seen=stop.claim,
            )


def _request_to_read(stop: Stop) -> ClaimRequest:
    return ClaimRequest(
        stop.claim.orcid_id,
        stop.claim.doi,
        Origin(stop.claim.origin),
        actor=stop.actor,
        note=stop.reason,
        stop_reason=stop.reason,
    )


def _require_no_other_request(seen: Sequence[Claim]) -> None:
    """Check, now that these claims are locked, that only our own request came since they were read."""
    versions = dict(Claim.objects.filter(pk__in=[c.pk for c in seen]).values_list("pk", "request_version"))
    for claim in seen:
        if versions.get(claim.pk) != claim.request_version + 1:
            raise ForbiddenTransitionError(ClaimState(claim.state), ClaimEvent.SKIP)


# --- after the database was restored -----------------------------------------------------------------
# Each of these may have been sent after the backup, and its owner may have removed it since. A worker reads
# the record and adopts what is there; what is not there is added only when its owner asks for it again.
_DOUBT = """
UPDATE claims_claim SET in_doubt = true, stop_reason = %(reason)s, request_version = request_version + 1,
    started_at = coalesce(started_at, now()), state = CASE state WHEN 'working' THEN 'waiting' ELSE state END
WHERE action = 'create' AND put_code IS NULL AND state = ANY(%(states)s)
"""
_UNSURE = [*PUSHABLE, ClaimState.FAILED, ClaimState.NOTIFIED]


@transaction.atomic
def doubt_unsent() -> int:
    """Have the record read before a work is added that is not known to be there; return how many.

    No worker may run. Requests of owners count as carried out: a deletion on the record may be newer.
    """
    Lane.objects.exclude(leased_until=None).update(leased_until=None, leased_by=None)
    Claim.objects.filter(owner_version__gt=0).update(owner_version=0)
    with connection.cursor() as cursor:
        cursor.execute(_DOUBT, {"reason": AFTER_RESTORE.code, "states": [state.value for state in _UNSURE]})
        return int(cursor.rowcount)


def updates_on_their_way(orcid_id: str) -> list[Claim]:
    """Return the claims of works on the record that are to be sent again, because their metadata changed."""
    waiting = Claim.objects.filter(orcid_id=orcid_id, state__in=PUSHABLE, action=ClaimAction.CREATE)
    return list(waiting.exclude(put_code=None).order_by("id"))


def note_content(*, claim_id: int, digest: bytes) -> None:
    """Store what the record has of a work: it may have been sent after the backup."""
    Claim.objects.filter(pk=claim_id, put_code__isnull=False).update(sent_digest=digest, sent_inputs=None)


def note_removal(*, claim_id: int) -> None:
    """Store that the work is not on the record any more: its owner removed it after the backup."""
    services.move(
        claim_id=claim_id,
        event=ClaimEvent.VANISH,
        problem=REMOVED_BY_OWNER.code,
        actor="reconcile",
        note="not on the record any more",
    )
