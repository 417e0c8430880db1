"""Request one work on a record, or its removal: used by every click and every single claim of the API."""

import uuid as uuids

import msgspec
from django.db import IntegrityError, transaction

from profiles.claims import selectors, services
from profiles.claims.models import Claim
from profiles.claims.services import ClaimRequest
from profiles.domain.claim import ClaimAction, Origin


def request_work(
    *,
    orcid_id: str,
    doi: str,
    origin: Origin,
    action: ClaimAction = ClaimAction.CREATE,
    by_owner: bool = False,
    actor: str = "",
    note: str = "",
    uuid: uuids.UUID | None = None,
) -> Claim:
    """Open or reopen a claim. The owner's own request has priority, and lifts their earlier "not mine".

    A new claim gets the id ``uuid`` if that is free.
    """
    claim_request = ClaimRequest(
        orcid_id=orcid_id,
        doi=doi,
        origin=origin,
        action=action,
        urgent=by_owner,
        by_owner=by_owner,
        actor=actor or orcid_id,
        note=note,
        uuid=uuid or uuids.uuid4(),
    )
    try:
        return _request(claim_request)
    except IntegrityError:
        # Another claim has this id, because callers choose ids themselves.
        return _request(with_new_uuid(claim_request))


@transaction.atomic
def _request(claim_request: ClaimRequest) -> Claim:
    if claim_request.by_owner and claim_request.action is ClaimAction.CREATE:
        services.unblock(orcid_id=claim_request.orcid_id, doi=claim_request.doi)
    return services.request_claim(claim_request)


def with_new_uuid(claim_request: ClaimRequest) -> ClaimRequest:
    """Return the request with a new random id."""
    return msgspec.structs.replace(claim_request, uuid=uuids.uuid4())


def try_again(claim: Claim, *, actor: str) -> Claim:
    """Request the claim's action again, for its owner."""
    return request_work(
        orcid_id=claim.orcid_id,
        doi=claim.doi,
        origin=Origin(claim.origin),
        action=ClaimAction(claim.action),
        by_owner=True,
        actor=actor,
        note="try again",
    )


def send_newer_version(claim: Claim, *, actor: str) -> Claim:
    """Bring the work up to date at its owner's click, whatever the switch of Auto-Update says."""
    return request_work(
        orcid_id=claim.orcid_id,
        doi=claim.doi,
        origin=Origin.SEARCH_AND_LINK,
        by_owner=True,
        actor=actor,
        note="newer version",
    )


def remove(claim: Claim, *, actor: str) -> Claim:
    """Request the removal of the work from the record."""
    return request_work(
        orcid_id=claim.orcid_id,
        doi=claim.doi,
        origin=Origin(claim.origin),
        action=ClaimAction.DELETE,
        by_owner=True,
        actor=actor,
        note="remove",
    )


def restore(claim: Claim, *, actor: str) -> Claim:
    """Add a work again that was removed, here or in ORCID, or that was called "not mine"."""
    return request_work(
        orcid_id=claim.orcid_id,
        doi=claim.doi,
        origin=Origin(claim.origin),
        action=ClaimAction.CREATE,
        by_owner=True,
        actor=actor,
        note="restore",
    )


def not_mine(*, orcid_id: str, doi: str, reason: str = "") -> None:
    """Remove the work from the record and never send it again, until its person asks for it."""
    services.block(orcid_id=orcid_id, doi=doi, reason=reason, actor=orcid_id)


def is_blocked(*, orcid_id: str, doi: str) -> bool:
    """Tell whether the person called the work "not mine"."""
    return selectors.is_blocked(orcid_id, doi)
