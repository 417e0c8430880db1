"""Answers of people to what they were asked: add this work? take that one off?"""

from collections.abc import Iterable

from django.db import transaction

from profiles.claims import selectors as claims
from profiles.claims import services
from profiles.claims.services import ClaimRequest
from profiles.clients.datacite import DataCite
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.eligibility.rules import Result
from profiles.intake import selectors
from profiles.intake.models import Decision
from profiles.intake.services import answer_question
from profiles.pipeline.intake.facts import WITHDRAWN_BY_RULE
from profiles.pipeline.requests.backfill import decide_chosen, fetch_chosen


def answer(orcid_id: str, decision_ids: Iterable[int], *, yes: bool, datacite: DataCite | None = None) -> int:
    """Take answers to open questions and do what was answered; say how many were open.

    An answer that came before, or is about somebody else, counts for nothing.

    Raises:
        ServiceError: DataCite could not be asked; the answers to add works are open still.
    """
    wanted = set(decision_ids)
    asked = [question for question in selectors.open_questions(orcid_id) if question.pk in wanted]
    adding = [question.doi for question in asked if question.result == Result.ASK]
    records = fetch_chosen(adding, datacite=datacite) if yes and adding else []
    with transaction.atomic():
        taken = [q for q in asked if answer_question(decision_id=q.pk, orcid_id=orcid_id, yes=yes)]
        if yes:
            agreed = {question.doi for question in taken if question.result == Result.ASK}
            shown = [record for record in records if record.doi in agreed]
            decide_chosen(orcid_id, shown, gone=sorted(agreed.difference(record.doi for record in shown)))
            _remove([question for question in taken if question.result == Result.OFFER_REMOVAL])
    return len(taken)


def _remove(questions: list[Decision]) -> None:
    """Take works off the record whose DOIs were withdrawn; they may come back when the DOIs do."""
    found = claims.claims_among([(question.orcid_id, question.doi) for question in questions])
    services.request_claims(
        [
            ClaimRequest(
                orcid_id=claim.orcid_id,
                doi=claim.doi,
                origin=Origin(claim.origin),
                action=ClaimAction.DELETE,
                urgent=True,
                actor=WITHDRAWN_BY_RULE,
                note="the person agreed",
            )
            for claim in found.values()
        ]
    )
