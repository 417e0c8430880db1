"""The brake on mass removals: when too many DOIs look gone or unnamed at once, nothing is removed.

DataCite may answer 404 by mistake, or show records without their people, for many DOIs together. The result
would be thousands of removals and questions. So losses are counted, and when there are more than a few, and
more than a small share of all stored DOIs, their events are held until staff have checked them. A released
event is fetched again: a DOI that has come back meanwhile causes no removal.
"""

from collections.abc import Collection, Sequence

import structlog
from django.conf import settings

from profiles.domain.eligibility.rules import Result
from profiles.intake import removals
from profiles.intake.services import NewDecision

log = structlog.get_logger("profiles.intake")


def dois_to_hold(decisions: Sequence[NewDecision], *, released: Collection[str]) -> set[str]:
    """Return the DOIs whose loss must not take effect now; ``released`` ones pass."""
    lost = {decision.doi for decision in decisions if _is_loss(decision)}.difference(released)
    if not lost:
        return set()
    env = settings.ENVIRONMENT
    brake = removals.count_losses(
        len(lost), at_least=env.PROFILES_REMOVALS_FREE, share=env.PROFILES_REMOVALS_SHARE
    )
    if brake.stopped_now:
        log.error("intake.removals_stopped", lost=brake.losses, limit=brake.limit, dois=sorted(lost)[:10])
    if not brake.is_stopped:
        return set()
    log.warning("intake.removals_held", dois=len(lost))
    return lost


def _is_loss(decision: NewDecision) -> bool:
    """Tell whether a decision removes a work, asks to remove it, or will ask after a second look."""
    verdict = decision.verdict
    return verdict.looks_again or verdict.result in {Result.REMOVE, Result.OFFER_REMOVAL}
