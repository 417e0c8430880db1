"""Cancel additions that are asked for and not on the record, for support."""

from collections.abc import Sequence

from django.db.models import QuerySet

from profiles.claims.models import Claim
from profiles.claims.stopping import Stop, request_and_stop
from profiles.domain.claim import ClaimAction, ClaimState
from profiles.domain.problems import CANCELLED


def cancellable(orcid_id: str, doi: str = "") -> QuerySet[Claim]:
    """List the additions of a person, or of one work, that are asked for and not on the record."""
    states = [ClaimState.WAITING, ClaimState.FAILED, ClaimState.NOTIFIED]
    rows = Claim.objects.filter(orcid_id=orcid_id, action=ClaimAction.CREATE, state__in=states, put_code=None)
    return rows.filter(doi=doi) if doi else rows


def cancel(*, claims: Sequence[Claim], actor: str) -> int:
    """Cancel these additions; return their number. Their owner can ask for the works again.

    Raises:
        ForbiddenTransitionError: a claim has changed since it was read; nothing was done.
    """
    request_and_stop([], [Stop(claim, CANCELLED.code, actor) for claim in claims])
    return len(claims)
