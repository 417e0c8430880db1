"""Stop additions that are no longer wanted, without losing sight of a work that may have arrived."""

from collections.abc import Sequence

import msgspec
from django.db import transaction

from profiles.claims import services
from profiles.claims.models import Claim
from profiles.claims.services import ClaimRequest
from profiles.domain.claim import ClaimEvent, ClaimState, ForbiddenTransitionError, Origin


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
