"""Turn a decision into a request for a claim."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from profiles.claims import selectors
from profiles.claims import services as claims
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.eligibility.case import ClaimStatus, Source
from profiles.domain.eligibility.rules import Result
from profiles.intake import services
from profiles.pipeline.intake.facts import WITHDRAWN_BY_RULE, PeopleFacts
from profiles.pipeline.intake.incoming import SECOND_LOOK

MAX_NEWCOMERS: Final = 20
"""First works of newcomers that go before others, of all that are decided at once."""


def origin_of_chosen(*, switched_on: bool) -> Origin:
    """Return the origin of a chosen work, which decides with which permission it is sent.

    Without Auto-Update, the person has chosen the work by hand.
    """
    return Origin.AUTO_UPDATE if switched_on else Origin.SEARCH_AND_LINK


def request_of(
    decision: services.NewDecision, facts: PeopleFacts, *, is_interactive: bool = False
) -> claims.ClaimRequest | None:
    """Return the claim request that follows from a decision, if any.

    A work that the person added themselves keeps its origin: it is updated through the permission with which
    it was added, because only that client may change it.
    """
    result = decision.verdict.result
    pair = (decision.orcid_id, decision.doi)
    claim = facts.claims.get(pair)
    note = f"{decision.verdict.reason} {decision.verdict.field}".strip()
    if decision.asked_by:
        note += f", when {decision.asked_by} had the rules asked again"
    person = facts.people.get(decision.orcid_id)
    origin = origin_of_chosen(switched_on=person is not None and person.switched_on is not None)
    if claim is not None and facts.standing(pair) in {ClaimStatus.ON_RECORD, ClaimStatus.BEING_SENT}:
        origin = Origin(claim.origin)
    if result in {Result.CLAIM, Result.UPDATE}:
        chosen = decision.source is Source.BACK_FILL
        actor = decision.orcid_id if chosen else decision.asked_by or "auto-update"
        return claims.ClaimRequest(
            orcid_id=decision.orcid_id,
            doi=decision.doi,
            origin=origin,
            by_owner=chosen,
            urgent=chosen and is_interactive,
            actor=actor,
            note=note,
            traceparent=decision.traceparent,
            doi_changed_at=_changed_at(decision),
        )
    if result is Result.REMOVE:
        return claims.ClaimRequest(
            orcid_id=decision.orcid_id,
            doi=decision.doi,
            origin=origin,
            action=ClaimAction.DELETE,
            actor=WITHDRAWN_BY_RULE,
            note=note,
            traceparent=decision.traceparent,
            doi_changed_at=_changed_at(decision),
        )
    return None


def _changed_at(decision: services.NewDecision) -> datetime | None:
    """Return when the DOI changed, if that change is the cause and was looked at when it came."""
    is_later = decision.asked_by or decision.source in {Source.BACK_FILL, Source.FILE, Source.STAFF}
    return None if is_later or decision.trigger.startswith(SECOND_LOOK) else decision.doi_updated


def with_newcomers_first(claim_requests: Sequence[claims.ClaimRequest]) -> list[claims.ClaimRequest]:
    """Send the first work of a newcomer, if it is a single one, as soon as a click: they wait to see it.

    With many newcomers at once none goes first, because then it is they who would keep others waiting.
    """
    works = Counter(request.orcid_id for request in claim_requests)
    single = [orcid_id for orcid_id, count in works.items() if count == 1]
    if not 0 < len(single) <= MAX_NEWCOMERS:
        return list(claim_requests)
    newcomers = selectors.newcomers_among(single)
    return [
        msgspec.structs.replace(request, urgent=True) if request.orcid_id in newcomers else request
        for request in claim_requests
    ]
