"""Claims as tests need them."""

from profiles.claims.models import Claim
from profiles.claims.services import ClaimRequest, request_claim
from profiles.domain.claim import ClaimAction, Origin

ALICE = "0000-0002-1825-0097"
DOI = "10.5072/alice-1"


def waiting_claim(
    orcid_id: str = ALICE,
    doi: str = DOI,
    *,
    origin: Origin = Origin.SEARCH_AND_LINK,
    action: ClaimAction = ClaimAction.CREATE,
    **wish,
) -> Claim:
    """Return a claim that somebody has just asked for."""
    return request_claim(ClaimRequest(orcid_id=orcid_id, doi=doi, origin=origin, action=action, **wish))
