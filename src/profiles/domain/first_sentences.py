"""The first sentence about a work: whether it is on the record, and what that is due to.

One sentence for one fact, for three readers: its owner, DataCite's staff, and anyone. It is made from what
is stored (the state of the claim and its put-code), so that it cannot contradict it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.problem import Retry
from profiles.domain.problems import AFTER_RESTORE, CATALOGUE
from profiles.domain.reasons_for_readers import Reader, reason_for
from profiles.domain.work_status import OnRecord


def _(text: str) -> str:
    """Mark a sentence for translation; the pages translate it."""
    return text


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to translate: its text, and what is put into its places.

    The values of ``translated`` are sentences themselves. Dates are left to the page.
    """

    text: str
    translated: dict[str, str] = field(default_factory=dict)
    since: datetime | None = None
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """What is stored about a claim."""

    state: ClaimState
    action: ClaimAction
    origin: Origin
    is_on_record: bool
    since: datetime | None = None
    problem: str = ""
    detail: str = ""
    is_in_doubt: bool = False
    removed_at: datetime | None = None
    seen: OnRecord = OnRecord.UNKNOWN
    """What the record showed when it was read last; our own later changes are in the other fields."""
    source: str = ""
    """The other source that the record showed, for its owner."""


_OWN: Final = {"record": _("your ORCID record"), "permission": _("your permission")}
_ADDED: Final = {
    Origin.SEARCH_AND_LINK: _("On %(record)s since %(since)s: %(who)s added it."),
    Origin.AUTO_UPDATE: _("On %(record)s since %(since)s: Auto-Update added it."),
}
_REMOVED: Final = _("Not on %(record)s: %(who)s removed it on %(since)s.")
_TO_OWNER: Final = {
    _ADDED[Origin.SEARCH_AND_LINK]: _("On %(record)s since %(since)s: you added it."),
    _REMOVED: _("Not on %(record)s: you removed it on %(since)s."),
}
"""Sentences about a person, as that person reads them."""
_STILL_ON: Final = {
    ClaimState.WAITING: _("On %(record)s. A change of it is on its way."),
    ClaimState.WORKING: _("On %(record)s. A change of it is on its way."),
    ClaimState.FAILED: _("On %(record)s. Its last change was not sent: %(reason)s"),
    ClaimState.NOTIFIED: _("On %(record)s. Its last change waits for %(permission)s."),
    ClaimState.IGNORED: _("On %(record)s. Its last change was not sent: %(reason)s"),
    ClaimState.DONE: _("On %(record)s."),
}
_BEING_REMOVED: Final = {
    ClaimState.WAITING: _("On %(record)s. It is being removed."),
    ClaimState.WORKING: _("On %(record)s. It is being removed."),
    ClaimState.FAILED: _("Still on %(record)s. Its removal was not sent: %(reason)s"),
    ClaimState.NOTIFIED: _("Still on %(record)s. Its removal waits for %(permission)s."),
    ClaimState.IGNORED: _("Still on %(record)s. Its removal was not sent: %(reason)s"),
    ClaimState.DONE: _("On %(record)s."),
}
_NOT_ON: Final = {
    ClaimState.WAITING: _("Not on %(record)s yet: it is on its way."),
    ClaimState.WORKING: _("Not on %(record)s yet: it is on its way."),
    ClaimState.FAILED: _("Not on %(record)s: %(reason)s"),
    ClaimState.NOTIFIED: _("Not on %(record)s: it waits for %(permission)s."),
    ClaimState.IGNORED: _("Not on %(record)s: %(reason)s"),
    ClaimState.DONE: _("On %(record)s."),
    ClaimState.DELETED: _("Not on %(record)s: it was removed."),
}
_FROM_ELSEWHERE: Final = {
    ClaimState.WAITING: _("On %(record)s, from %(source)s. DataCite's entry is on its way."),
    ClaimState.WORKING: _("On %(record)s, from %(source)s. DataCite's entry is on its way."),
    ClaimState.FAILED: _("On %(record)s, from %(source)s. DataCite has not added it: %(reason)s"),
    ClaimState.NOTIFIED: _("On %(record)s, from %(source)s. DataCite's entry waits for %(permission)s."),
    ClaimState.IGNORED: _("On %(record)s, from %(source)s. DataCite has not added it: %(reason)s"),
    ClaimState.DONE: _("On %(record)s."),
    ClaimState.DELETED: _("On %(record)s, from %(source)s. DataCite's entry was removed."),
}
_NOT_BY_DATACITE: Final = {
    ClaimState.WAITING: _("DataCite's entry is on its way to %(record)s."),
    ClaimState.WORKING: _("DataCite's entry is on its way to %(record)s."),
    ClaimState.FAILED: _("DataCite has not added it to %(record)s: %(reason)s"),
    ClaimState.NOTIFIED: _("DataCite has not added it to %(record)s: it waits for %(permission)s."),
    ClaimState.IGNORED: _("DataCite has not added it to %(record)s: %(reason)s"),
    ClaimState.DONE: _("On %(record)s."),
    ClaimState.DELETED: _("DataCite's entry was removed from %(record)s."),
}
"""For staff, who are not shown what other sources put there."""
_GIVEN_UP: Final = frozenset({Retry.NETWORK, Retry.SOON, Retry.SLOW})
"""Problems that we try again; a claim that failed with one was tried for long."""
_MAY_BE_THERE: Final = frozenset({"work-exists", "wrong-source", "private-item", "on-record"})
"""Problems and reasons which say that the work is there from elsewhere, or may be."""
_WITHOUT_CLAIM: Final = {
    "claim": _("DataCite has not added it to %(record)s. Its metadata allow it."),
    "update": _("DataCite has not added it to %(record)s. Its metadata allow it."),
    "ask": _("DataCite has not added it to %(record)s: %(reason)s"),
    "skip": _("DataCite has not added it to %(record)s: %(reason)s"),
    "offer-removal": _("DataCite has not added it to %(record)s: %(reason)s"),
    "remove": _("DataCite has not added it to %(record)s: %(reason)s"),
}
_METADATA: Final = {
    "claim": _("The metadata name this ORCID iD: Auto-Update adds this work where its owner uses it."),
    "update": _("The metadata name this ORCID iD: Auto-Update adds this work where its owner uses it."),
    "ask": _("Auto-Update asks the owner of this ORCID iD before it adds this work."),
    "skip": _("Auto-Update does not add this work: %(reason)s"),
    "offer-removal": _("Auto-Update does not add this work: %(reason)s"),
    "remove": _("Auto-Update does not add this work: %(reason)s"),
}


def about_claim(claim: StoredClaim, reader: Reader, *, name: str = "") -> Sentence:
    """Return the first sentence about a work with a claim, for its owner or for staff."""
    places = _places(reader, name)
    code = claim.problem or claim.detail.partition(" ")[0]
    reason = reason_for(code, reader)
    is_deleted = claim.state is ClaimState.DELETED
    if not is_deleted and (claim.is_on_record or claim.seen is OnRecord.DATACITE):
        return _on_record(claim, places, reason)
    if claim.seen is OnRecord.ELSEWHERE:
        places.names["source"] = claim.source
        return _said(_from_elsewhere(claim), places, reason=reason)
    if is_deleted and claim.removed_at and claim.problem != AFTER_RESTORE.code:
        return _said(_REMOVED, places, since=claim.removed_at)
    if claim.is_in_doubt and claim.state in {ClaimState.WAITING, ClaimState.WORKING}:
        return _said(_("Sent to %(record)s. We are checking whether it has arrived."), places)
    if claim.action is ClaimAction.DELETE and not is_deleted:
        return _said(_("Not on %(record)s, as far as we know. Its removal is asked for."), places)
    return _said(_not_on_record(claim, code), places, reason=reason)


def _from_elsewhere(claim: StoredClaim) -> str:
    if claim.action is ClaimAction.DELETE and claim.state is not ClaimState.DELETED:
        if claim.source:
            return _("On %(record)s, from %(source)s. The removal of DataCite's entry is asked for.")
        return _("The removal of DataCite's entry from %(record)s is asked for.")
    return (_FROM_ELSEWHERE if claim.source else _NOT_BY_DATACITE)[claim.state]


def _not_on_record(claim: StoredClaim, code: str) -> str:
    problem = CATALOGUE.get(claim.problem)
    if code == AFTER_RESTORE.code:
        return _("Not on %(record)s: %(reason)s")
    if code in _MAY_BE_THERE and claim.state in {ClaimState.FAILED, ClaimState.IGNORED}:
        return _("DataCite has not added it to %(record)s: %(reason)s")
    if claim.state is ClaimState.FAILED and problem is not None and problem.retry in _GIVEN_UP:
        return _("Not on %(record)s. We have stopped trying: %(reason)s")
    if claim.state is ClaimState.WAITING and problem is not None and problem.retry is Retry.PERMISSION:
        return _("Not on %(record)s yet: %(reason)s")
    if claim.state is ClaimState.WAITING and problem is not None:
        return _("Not on %(record)s yet: %(reason)s We try again automatically.")
    return _NOT_ON[claim.state]


def _on_record(claim: StoredClaim, places: "_Places", reason: str) -> Sentence:
    if claim.action is ClaimAction.DELETE:
        return _said(_BEING_REMOVED[claim.state], places, reason=reason)
    if claim.state is ClaimState.DONE and claim.since:
        return _said(_ADDED[claim.origin], places, since=claim.since)
    return _said(_STILL_ON[claim.state], places, reason=reason)


def without_claim(
    result: str,
    reason: str,
    reader: Reader,
    *,
    name: str = "",
    on_record: OnRecord = OnRecord.UNKNOWN,
    source: str = "",
) -> Sentence:
    """Return the first sentence about a work without a claim, from the rules and the record."""
    said = reason_for(reason, reader)
    if reader is Reader.ANYONE:
        return Sentence(_METADATA[result], {"reason": said})
    places = _places(reader, name)
    if on_record is OnRecord.ELSEWHERE and source:
        places.names["source"] = source
        return _said(_("On %(record)s, from %(source)s and not from DataCite."), places)
    if on_record is OnRecord.ELSEWHERE:
        return _said(_("On %(record)s, from another source and not from DataCite."), places)
    if on_record is OnRecord.DATACITE:
        return _said(_("On %(record)s, from DataCite. It was added before we kept a history."), places)
    return _said(_WITHOUT_CLAIM[result], places, reason=said)


@dataclass(frozen=True, slots=True)
class _Places:
    translated: dict[str, str]
    names: dict[str, str]


def _places(reader: Reader, name: str) -> _Places:
    if reader is Reader.OWNER:
        return _Places(dict(_OWN), {})
    if name:
        record = {"record": _("the ORCID record of %(name)s"), "permission": _("the permission")}
        return _Places(record, {"name": name, "who": name})
    record = {"record": _("this ORCID record"), "permission": _("the permission")}
    return _Places({**record, "who": _("its owner")}, {})


def _said(text: str, places: _Places, *, reason: str = "", since: datetime | None = None) -> Sentence:
    if places.translated == _OWN:
        text = _TO_OWNER.get(text, text)
    return Sentence(text, {**places.translated, "reason": reason}, since, places.names)
