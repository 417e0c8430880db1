"""Reads and replays for support. No one edits a claim, permission or account by hand."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from profiles.accounts.models import Account
from profiles.accounts.selectors import account_of
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.claims import services
from profiles.claims.models import Block, Claim
from profiles.claims.selectors import failed_claims
from profiles.domain.claim import ClaimAction, ClaimState
from profiles.domain.problems import CATALOGUE
from profiles.intake.selectors import skips_by_reason

MAX_REPLAYED = 1000
FAILED = ClaimState.FAILED.value


@dataclass(frozen=True, slots=True)
class FailedCount:
    """The number of failed claims with one problem."""

    code: str
    title: str
    count: int


def count_failed() -> list[FailedCount]:
    """Count the failed claims by their problem, the most frequent first."""
    counted = (
        # Both have an index; a failed removal of a work that is still there is shown as done.
        Claim.objects.filter(Q(shown_state=FAILED) | Q(action=ClaimAction.DELETE.value), state=FAILED)
        .values_list("problem")
        .annotate(count=Count("id"))
        .order_by("-count")
    )
    return [
        FailedCount(code, CATALOGUE[code].title if code in CATALOGUE else code, count)
        for code, count in counted
    ]


@transaction.atomic
def replay(*, problem: str, orcid_id: str, by: Account, dry_run: bool) -> int:
    """Request the failed claims of a problem again, at most a thousand; return their number."""
    failed = failed_claims(problem=problem, orcid_id=orcid_id)
    ids = list(failed.values_list("pk", flat=True)[:MAX_REPLAYED])
    if dry_run or not ids:
        return len(ids)
    count = services.replay(claim_ids=ids, actor=by.orcid_id, note="replayed by staff")
    person = account_of(orcid_id) if orcid_id else None
    audit.write(StaffAct.TRIED_AGAIN, by=by, person=person, count=count, note=problem)
    return count


def latest_blocks() -> list[Block]:
    """Return the works that people called "not mine", latest first."""
    return list(Block.objects.order_by("-at")[:100])


def skips() -> list[tuple[str, int]]:
    """Count skips by reason, most frequent first; a changed rule can be replayed over them."""
    return sorted(skips_by_reason().items(), key=lambda pair: -pair[1])
