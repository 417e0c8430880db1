"""Somebody asks for a work on a record, or off it: the way of every click and every claim by the API."""

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
    """Open or reopen a claim. The person's own wish goes first, and lifts what they had ruled out before.

    A new claim gets the id ``uuid`` where that is free.
    """
    wish = ClaimRequest(
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
        return _request(wish)
    except IntegrityError:
        # Another claim has this id; callers make up their own.
        return _request(with_an_id_of_its_own(wish))


@transaction.atomic
def _request(wish: ClaimRequest) -> Claim:
    if wish.by_owner and wish.action is ClaimAction.CREATE:
        services.unblock(orcid_id=wish.orcid_id, doi=wish.doi)
    return services.request_claim(wish)


def with_an_id_of_its_own(wish: ClaimRequest) -> ClaimRequest:
    """Return the wish with an id that nobody has."""
    return msgspec.structs.replace(wish, uuid=uuids.uuid4())


def try_again(claim: Claim, *, actor: str) -> Claim:
    """Ask once more for what the claim wants, because its owner says so."""
    return request_work(
        orcid_id=claim.orcid_id,
        doi=claim.doi,
        origin=Origin(claim.origin),
        action=ClaimAction(claim.action),
        by_owner=True,
        actor=actor,
        note="try again",
    )


def remove(claim: Claim, *, actor: str) -> Claim:
    """Ask for the work to be taken off the record."""
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
    """Bring back a work that was removed, here or in ORCID, or that was called "not mine"."""
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
    """Take the work off the record and never send it again, until its person says otherwise."""
    services.block(orcid_id=orcid_id, doi=doi, reason=reason, actor=orcid_id)


def is_blocked(*, orcid_id: str, doi: str) -> bool:
    """Say whether the person called the work "not mine"."""
    return selectors.is_blocked(orcid_id, doi)
