"""The first sentence about a work, in the reader's language."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from profiles.accounts.models import Account
from profiles.accounts.selectors import account_of
from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.first_sentences import Reader, Sentence, StoredClaim, about_claim, without_claim
from profiles.domain.work_status import Naming, OnRecord
from profiles.pipeline.works.explain import Explanation
from profiles.pipeline.works.work_status import statuses_with_record


def spoken(sentence: Sentence) -> str:
    """Return a sentence with everything in its places, and a full stop."""
    places = dict(sentence.names)
    if sentence.since is not None:
        places["since"] = date_format(sentence.since, "DATE_FORMAT")
    for place, text in sentence.translated.items():
        places[place] = _(text) % sentence.names if "%(" in text else _(text)
    reason = places.get("reason", "")
    if reason and not reason.endswith((".", "?")):
        places["reason"] = f"{reason}."
    return _(sentence.text) % places


def first_sentence_of(claim: Any, reader: Reader = Reader.OWNER, *, name: str = "") -> str:
    """Return the first sentence about a work with a claim."""
    return spoken(about_claim(stored(claim), reader, name=name))


def stored(claim: Any) -> StoredClaim:
    """Return what is stored about a claim."""
    return StoredClaim(
        ClaimState(claim.state),
        ClaimAction(claim.action),
        Origin(claim.origin),
        is_on_record=claim.put_code is not None or claim.state == ClaimState.DONE,
        since=claim.claimed_at,
        problem=claim.problem,
        detail=claim.detail,
        is_in_doubt=claim.in_doubt,
        removed_at=claim.removed_by_owner_at,
    )


def first_sentence(explanation: Explanation, visitor: Any) -> str:
    """Return whether the work is on the record, and what that is due to, in the reader's voice."""
    verdict, orcid_id = explanation.verdict, explanation.orcid_id
    is_owner = isinstance(visitor, Account) and visitor.orcid_id == orcid_id
    reader = Reader.ANYONE if not explanation.personal else Reader.OWNER if is_owner else Reader.STAFF
    owner = account_of(orcid_id) if reader is Reader.STAFF else None
    name = owner.display_name if owner else ""
    if explanation.claim is not None:
        return first_sentence_of(explanation.claim, reader, name=name)
    status = None
    if is_owner:
        # What others put on the record counts too, as far as a permission lets us read it.
        statuses, _problem = statuses_with_record(orcid_id, {explanation.doi: Naming.NO})
        status = statuses[explanation.doi]
    return spoken(
        without_claim(
            verdict.result.value,
            verdict.reason,
            reader,
            name=name,
            on_record=status.on_record if status else OnRecord.UNKNOWN,
            source=status.source if status else "",
        )
    )
