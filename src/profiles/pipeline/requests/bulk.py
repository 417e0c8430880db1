"""Act on many of a person's works at once, in a fixed number of statements, and undo it."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

from django.db import transaction

from profiles.claims import services
from profiles.claims.models import Claim
from profiles.claims.services import ClaimRequest
from profiles.domain.claim import ClaimAction, Origin

OPEN: Final = frozenset({"waiting", "working", "notified", "failed"})
"""Requests in these states can be cancelled."""


class Act(StrEnum):
    """What a person can do with works."""

    AGAIN = "again"
    REMOVE = "remove"
    CALL_OFF = "call-off"
    RESTORE = "restore"
    NOT_MINE = "not-mine"
    TAKE_BACK = "take-back"
    """Undo a restoration: remove what has arrived, call off the rest."""
    ONE_ENTRY = "one-entry"
    """Take an entry off, because the person wants one for all versions of the work."""
    UNBLOCK = "unblock"
    """Undo "not mine" for a work that was not wanted before: it stays off the record."""


CHOSEN_BY_PEOPLE: Final = frozenset({Act.AGAIN, Act.REMOVE, Act.CALL_OFF, Act.RESTORE, Act.NOT_MINE})
UNDONE_BY: Final = {
    Act.REMOVE: Act.RESTORE,
    Act.CALL_OFF: Act.RESTORE,
    Act.NOT_MINE: Act.RESTORE,
    Act.RESTORE: Act.TAKE_BACK,
    Act.ONE_ENTRY: Act.RESTORE,
}


def is_being_removed(claim: Claim) -> bool:
    """Tell whether a removal was requested that is not carried out yet."""
    return claim.action == ClaimAction.DELETE.value and claim.state in OPEN


def is_not_on_record(claim: Claim) -> bool:
    """Tell whether the work is requested and not on the record yet, so that it can be called off."""
    return claim.put_code is None and claim.state in OPEN


def _can_be_taken_off(claim: Claim) -> bool:
    return claim.state == "done" or (claim.state in OPEN and not is_being_removed(claim))


_FITS: Final[dict[Act, Callable[[Claim], bool]]] = {
    Act.AGAIN: lambda claim: claim.state == "failed",
    Act.REMOVE: lambda claim: _can_be_taken_off(claim) and not is_not_on_record(claim),
    Act.ONE_ENTRY: lambda claim: _can_be_taken_off(claim) and not is_not_on_record(claim),
    Act.CALL_OFF: lambda claim: _can_be_taken_off(claim) and is_not_on_record(claim),
    Act.TAKE_BACK: _can_be_taken_off,
    Act.RESTORE: lambda claim: claim.state in {"deleted", "ignored"} or is_being_removed(claim),
    Act.NOT_MINE: lambda claim: claim.problem != "not-mine",
    Act.UNBLOCK: lambda _claim: True,
}


@transaction.atomic
def act_on_works(act: Act, claims: Iterable[Claim], *, orcid_id: str) -> list[int]:
    """Do this for those of a person's works that it fits; return the ids of their claims."""
    chosen = [claim for claim in claims if claim.orcid_id == orcid_id and _FITS[act](claim)]
    if act is Act.NOT_MINE:
        services.block_all(orcid_id=orcid_id, dois=[claim.doi for claim in chosen], actor=orcid_id)
    else:
        requests = [_request(act, claim) for claim in chosen]
        lifting = [r for r in requests if r.action is ClaimAction.CREATE or act is Act.UNBLOCK]
        services.unblock_all(pairs=[(request.orcid_id, request.doi) for request in lifting])
        services.request_claims(requests)
    return [claim.pk for claim in chosen]


_NOTES: Final = {Act.AGAIN: "try again", Act.ONE_ENTRY: "one entry for all versions"}


def _request(act: Act, claim: Claim) -> ClaimRequest:
    removes = act in {Act.REMOVE, Act.ONE_ENTRY, Act.CALL_OFF, Act.TAKE_BACK, Act.UNBLOCK}
    action = ClaimAction.DELETE if removes else ClaimAction.CREATE
    return ClaimRequest(
        orcid_id=claim.orcid_id,
        doi=claim.doi,
        origin=Origin(claim.origin),
        action=ClaimAction(claim.action) if act is Act.AGAIN else action,
        urgent=True,
        by_owner=True,
        actor=claim.orcid_id,
        note=_NOTES.get(act, "remove" if removes else "restore"),
    )
