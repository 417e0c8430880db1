"""What support may do: read, and request again. No one edits a claim, permission or account by hand."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from profiles.claims import services
from profiles.claims.models import Block, Claim
from profiles.claims.selectors import failed_claims
from profiles.domain.claim import ClaimState
from profiles.domain.problems import CATALOGUE
from profiles.intake.models import Decision
from profiles.intake.selectors import skips_by_reason

MOST = 1000


@dataclass(frozen=True, slots=True)
class Stuck:
    """How many claims have stopped with this problem."""

    code: str
    title: str
    count: int


def stuck() -> list[Stuck]:
    """Count the failed claims by their problem, the most frequent first."""
    counted = (
        Claim.objects.filter(state=ClaimState.FAILED.value)
        .values_list("problem")
        .annotate(count=Count("id"))
        .order_by("-count")
    )
    return [
        Stuck(code, CATALOGUE[code].title if code in CATALOGUE else code, count) for code, count in counted
    ]


def replay(*, problem: str, orcid_id: str, by: str, dry_run: bool) -> int:
    """Ask again for the failed claims of a problem, at most a thousand at a time; say how many it are."""
    found = failed_claims(problem=problem, orcid_id=orcid_id)
    ids = list(found.values_list("pk", flat=True)[:MOST])
    if dry_run or not ids:
        return len(ids)
    return services.replay(claim_ids=ids, actor=by, note="replayed by staff")


def blocks_of(orcid_id: str = "", doi: str = "") -> list[Block]:
    """List what people called "not mine", the latest first."""
    found: Any = Block.objects.order_by("-at")
    if orcid_id:
        found = found.filter(orcid_id=orcid_id)
    if doi:
        found = found.filter(doi=doi)
    return list(found[:100])


def claims_of_doi(doi: str) -> list[Claim]:
    """List everybody's claims of one DOI."""
    return list(Claim.objects.filter(doi=doi).order_by("-updated_at")[:100])


def decisions_about(*, orcid_id: str, doi: str) -> list[Decision]:
    """List what the rules decided about a person or a DOI, the latest first; skips too."""
    found = Decision.objects.order_by("-at")
    if orcid_id:
        found = found.filter(orcid_id=orcid_id)
    if doi:
        found = found.filter(doi=doi)
    return list(found[:100]) if orcid_id or doi else []


def skips() -> list[tuple[str, int]]:
    """Count what the rules skipped, by reason; a changed rule can be replayed over them."""
    return sorted(skips_by_reason().items(), key=lambda pair: -pair[1])
