"""Park what waits to be sent to a record, and let it go on, for support."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from profiles.claims import services
from profiles.claims.models import Claim, Lane
from profiles.claims.services import ClaimRequest
from profiles.domain.claim import ClaimAction, ClaimEvent, ClaimState, Origin
from profiles.domain.problems import PUT_OFF
from profiles.infra import clock

PARKED_FOR: Final = timedelta(days=14)
"""Then it goes on automatically: a claim that is parked and forgotten would be lost."""


def parkable(orcid_id: str, doi: str = "") -> QuerySet[Claim]:
    """List the claims of a person, or of one work, that wait to be sent and are not parked."""
    rows = Claim.objects.filter(orcid_id=orcid_id, state=ClaimState.WAITING).exclude(problem=PUT_OFF.code)
    return rows.filter(doi=doi) if doi else rows


def parked(orcid_id: str, doi: str = "") -> QuerySet[Claim]:
    """List the claims of a person, or of one work, that are parked."""
    rows = Claim.objects.filter(orcid_id=orcid_id, state=ClaimState.WAITING, problem=PUT_OFF.code)
    return rows.filter(doi=doi) if doi else rows


@transaction.atomic
def park(*, orcid_id: str, doi: str = "", actor: str, limit: int) -> int:
    """Put off what waits, for two weeks or until it is asked for again; return the number of claims.

    What a worker holds at this moment is not stopped.
    """
    ids = _locked(parkable(orcid_id, doi), orcid_id, limit)
    for claim_id in ids:
        services.move(claim_id=claim_id, event=ClaimEvent.WAIT, problem=PUT_OFF.code, actor=actor)
    Claim.objects.filter(pk__in=ids).update(due_at=clock.now() + PARKED_FOR)
    return len(ids)


@transaction.atomic
def resume(*, orcid_id: str, doi: str = "", actor: str, limit: int) -> int:
    """Let what is parked be sent now; return the number of claims."""
    ids = _locked(parked(orcid_id, doi), orcid_id, limit)
    requests = [
        ClaimRequest(
            claim.orcid_id,
            claim.doi,
            Origin(claim.origin),
            ClaimAction(claim.action),
            actor=actor,
            note="replayed by staff",
            stop_reason=claim.stop_reason,
        )
        for claim in Claim.objects.filter(pk__in=ids)
    ]
    return len(services.request_claims(requests))


def _locked(rows: QuerySet[Claim], orcid_id: str, limit: int) -> Sequence[int]:
    """Return the ids of these claims, after locking lane and claims, so that newer requests count."""
    list(Lane.objects.select_for_update().filter(orcid_id=orcid_id).values_list("orcid_id"))
    return list(rows.select_for_update().order_by("id").values_list("pk", flat=True)[:limit])
