"""Claims as tests need them."""

from profiles.claims.models import Claim
from profiles.claims.services import ClaimRequest, request_claim
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.consent import SCOPES, Purpose
from profiles.pipeline.permissions import grant

ALICE = "0000-0002-1825-0097"
DOI = "10.5072/alice-1"


def waiting_claim(
    orcid_id: str = ALICE,
    doi: str = DOI,
    *,
    origin: Origin = Origin.SEARCH_AND_LINK,
    action: ClaimAction = ClaimAction.CREATE,
    **changes,
) -> Claim:
    """Return a claim that somebody has just asked for."""
    return request_claim(ClaimRequest(orcid_id=orcid_id, doi=doi, origin=origin, action=action, **changes))


def permitted_claim(orcid_id: str, doi: str, access_token: str) -> int:
    """Keep a permission for Search & Link, ask for a work, and return the claim's number."""
    token = TokenAnswer(access_token, None, SCOPES, orcid_id, "Alice", None)
    grant.grant_permission(orcid_id=orcid_id, purpose=Purpose.SEARCH_AND_LINK, token=token)
    return waiting_claim(orcid_id, doi, by_owner=True, urgent=True, actor=orcid_id).pk


def asked_again(orcid_id: str, doi: str) -> int:
    """Ask for a work as its owner does, and return the claim's number."""
    return waiting_claim(orcid_id, doi, by_owner=True, actor=orcid_id).pk


def story_of(claim: Claim) -> list[str]:
    """Describe what happened to a claim, in order of time: its history and its calls to ORCID."""
    happened = [
        (
            row.at,
            f"{row.event} {row.action} {row.actor} {row.from_state}>{row.to_state} {row.problem} {row.note}",
        )
        for row in claim.history.all()
    ]
    happened += [
        (row.at, f"  {row.verb} {row.seconds:.2f} s {row.status} {row.problem} put-code {row.put_code}")
        for row in claim.attempts.all()
    ]
    return [f"{at:%H:%M:%S.%f} {what}" for at, what in sorted(happened)]
