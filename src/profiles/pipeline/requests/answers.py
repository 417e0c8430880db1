"""Take people's answers to open questions: add this work, or remove that one."""

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
    """Take answers to open questions and act on them; return how many of the questions were open.

    Answers to questions that are closed, or that belong to another person, have no effect.

    Raises:
        ServiceError: DataCite could not be asked; the questions about adding works stay open.
    """
    requested_ids = set(decision_ids)
    questions = [question for question in selectors.open_questions(orcid_id) if question.pk in requested_ids]
    dois_to_add = [question.doi for question in questions if question.result == Result.ASK]
    records = fetch_chosen(dois_to_add, datacite=datacite) if yes and dois_to_add else []
    with transaction.atomic():
        taken = [q for q in questions if answer_question(decision_id=q.pk, orcid_id=orcid_id, yes=yes)]
        if yes:
            agreed = {question.doi for question in taken if question.result == Result.ASK}
            available = [record for record in records if record.doi in agreed]
            decide_chosen(
                orcid_id, available, gone=sorted(agreed.difference(record.doi for record in available))
            )
            _remove([question for question in taken if question.result == Result.OFFER_REMOVAL])
    return len(taken)


def _remove(questions: list[Decision]) -> None:
    """Remove works whose DOIs were withdrawn; they may be added again when the DOIs come back."""
    withdrawn = claims.claims_among([(question.orcid_id, question.doi) for question in questions])
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
            for claim in withdrawn.values()
        ]
    )
