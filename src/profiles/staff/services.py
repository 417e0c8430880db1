"""Reads and replays for support. No one edits a claim, permission or account by hand."""

from dataclasses import dataclass

from django.db.models import Count

from profiles.claims import services
from profiles.claims.models import Block, Claim
from profiles.claims.selectors import failed_claims
from profiles.domain.claim import ClaimState
from profiles.domain.problems import CATALOGUE
from profiles.intake.selectors import skips_by_reason

MAX_REPLAYED = 1000


@dataclass(frozen=True, slots=True)
class FailedCount:
    """The number of failed claims with one problem."""

    code: str
    title: str
    count: int


def count_failed() -> list[FailedCount]:
    """Count the failed claims by their problem, the most frequent first."""
    counted = (
        Claim.objects.filter(state=ClaimState.FAILED.value)
        .values_list("problem")
        .annotate(count=Count("id"))
        .order_by("-count")
    )
    return [
        FailedCount(code, CATALOGUE[code].title if code in CATALOGUE else code, count)
        for code, count in counted
    ]


def replay(*, problem: str, orcid_id: str, by: str, dry_run: bool) -> int:
    """Request the failed claims of a problem again, at most a thousand; return their number."""
    failed = failed_claims(problem=problem, orcid_id=orcid_id)
    ids = list(failed.values_list("pk", flat=True)[:MAX_REPLAYED])
    if dry_run or not ids:
        return len(ids)
    return services.replay(claim_ids=ids, actor=by, note="replayed by staff")


def latest_blocks() -> list[Block]:
    """Return the works that people called "not mine", latest first."""
    return list(Block.objects.order_by("-at")[:100])


def skips() -> list[tuple[str, int]]:
    """Count skips by reason, most frequent first; a changed rule can be replayed over them."""
    return sorted(skips_by_reason().items(), key=lambda pair: -pair[1])
