"""The first sentence about a work, in the reader's language."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from profiles.accounts.models import Account
from profiles.accounts.selectors import account_of
from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.consent import Purpose
from profiles.domain.first_sentences import Sentence, StoredClaim, about_claim, without_claim
from profiles.domain.reasons_for_readers import Reader
from profiles.domain.work_status import Naming, OnRecord
from profiles.infra import wiring
from profiles.pipeline import sync_clients
from profiles.pipeline.works.explain import Explanation
from profiles.pipeline.works.own_record import OwnRecord, read_record, record_as_last_read
from profiles.pipeline.works.work_status import claim_on_record, statuses_with_record

_FULL_STOPS: Final = (".", "?")
WriteDay = Callable[[datetime], str]


def spoken(sentence: Sentence, write_day: WriteDay | None = None) -> str:
    """Return a sentence with everything in its places, and a full stop.

    ``write_day``: how a page writes a date; the sentence is then HTML.
    """
    places = dict(sentence.names)
    if sentence.since is not None:
        write = write_day or (lambda since: date_format(since, "DATE_FORMAT"))
        places["since"] = write(sentence.since)
    for place, text in sentence.translated.items():
        places[place] = _(text) % sentence.names if "%(" in text else _(text)
    if places.get("reason"):
        places["reason"] = _after_a_colon(places["reason"])
    if write_day is None:
        return _(sentence.text) % places
    escaped = {place: conditional_escape(text) for place, text in places.items()}
    return SafeString(conditional_escape(_(sentence.text)) % escaped)


def _after_a_colon(reason: str) -> str:
    """Return a reason as it follows a colon, with a full stop.

    In English its first letter becomes small, unless a name begins it (ORCID, DataCite, Auto-Update).
    """
    first_word = reason.partition(" ")[0]
    is_name = first_word[1:] != first_word[1:].lower()
    if (get_language() or "").startswith("en") and not is_name:
        reason = f"{reason[0].lower()}{reason[1:]}"
    return reason if reason.endswith(_FULL_STOPS) else f"{reason}."


def first_sentence_of(
    claim: Any,
    reader: Reader = Reader.OWNER,
    *,
    name: str = "",
    record: OwnRecord | None = None,
    write_day: WriteDay | None = None,
) -> str:
    """Return the first sentence about a work with a claim.

    ``record`` is what the person's ORCID record showed; None: what was read in the last minutes.
    """
    seen = record if record is not None else record_as_last_read(claim.orcid_id)
    on_record, source = claim_on_record(claim, seen.entries)
    # What other sources put there is shown to the owner alone.
    shown_source = (source or _("another source")) if reader is Reader.OWNER else ""
    is_elsewhere = on_record is OnRecord.ELSEWHERE
    stored_claim = stored(claim, on_record, shown_source if is_elsewhere else "")
    return spoken(about_claim(stored_claim, reader, name=name), write_day)


def stored(claim: Any, seen: OnRecord = OnRecord.UNKNOWN, source: str = "") -> StoredClaim:
    """Return what is stored about a claim, and what the record showed."""
    return StoredClaim(
        ClaimState(claim.state),
        ClaimAction(claim.action),
        _who_added(claim),
        is_on_record=claim.put_code is not None or claim.state == ClaimState.DONE,
        since=claim.claimed_at,
        problem=claim.problem,
        detail=claim.detail,
        is_in_doubt=claim.in_doubt,
        removed_at=claim.removed_by_owner_at,
        seen=seen,
        source=source,
    )


def _who_added(claim: Any) -> Origin:
    """Return through which client the work came onto the record; a later click does not change that."""
    clients = {purpose: wiring.orcid_client(purpose).client_id for purpose in Purpose}
    if clients[Purpose.SEARCH_AND_LINK] != clients[Purpose.AUTO_UPDATE]:
        if claim.owner_client == clients[Purpose.AUTO_UPDATE]:
            return Origin.AUTO_UPDATE
        if claim.owner_client == clients[Purpose.SEARCH_AND_LINK]:
            return Origin.SEARCH_AND_LINK
    return Origin(claim.origin)


def reader_of(explanation: Explanation, visitor: Any) -> Reader:
    """Return who reads an explanation."""
    if not explanation.personal:
        return Reader.ANYONE
    is_owner = isinstance(visitor, Account) and visitor.orcid_id == explanation.orcid_id
    return Reader.OWNER if is_owner else Reader.STAFF


def name_for_staff(orcid_id: str) -> str:
    """Return the name with which staff read about a person; empty without an account."""
    owner = account_of(orcid_id)
    return owner.display_name if owner else ""


def first_sentence(explanation: Explanation, reader: Reader, write_day: WriteDay | None = None) -> str:
    """Return whether the work is on the record, and what that is due to, in the reader's voice."""
    verdict, orcid_id, claim = explanation.verdict, explanation.orcid_id, explanation.claim
    name = name_for_staff(orcid_id) if reader is Reader.STAFF else ""
    if claim is not None:
        is_owner_asking = reader is Reader.OWNER and claim.put_code is None
        record = read_record(orcid_id, sync_clients.orcid_works()) if is_owner_asking else None
        return first_sentence_of(claim, reader, name=name, record=record, write_day=write_day)
    status = None
    if reader is Reader.OWNER:
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
        ),
        write_day,
    )
