"""The first sentence about a work: whether it is on the record, and what that is due to.

One sentence for one fact, for three readers: its owner, DataCite's staff, and anyone. It is made from what
is stored (the state of the claim and its put-code), so that it cannot contradict it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.problems import CATALOGUE
from profiles.domain.work_status import OnRecord


def _(text: str) -> str:
    """Mark a sentence for translation; the pages translate it."""
    return text


class Reader(StrEnum):
    """Who reads the sentence."""

    OWNER = "owner"
    STAFF = "staff"
    ANYONE = "anyone"
    """What concerns the person is not shown to them: they read what the metadata say."""


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


_OWN: Final = {"record": _("your ORCID record"), "who": _("you")}
_OWNER: Final = {
    "consent-missing": _("Your permission is missing"),
    "consent-expired": _("Your permission has expired"),
    "record-full": _("Your ORCID record is full"),
}
"""Problems whose title is fixed by the outer contract, in words for the owner."""
_OTHERS: Final = {
    "consent-missing": _("The permission is missing"),
    "consent-expired": _("The permission has expired"),
    "record-full": _("The ORCID record is full"),
    "consent-lost": _("ORCID no longer accepts the permission"),
    "token-refused": _("ORCID refused the permission once"),
    "removed-by-owner": _("Its owner removed this work from the record"),
    "not-mine": _("Its owner said that this work is not theirs"),
    "record-moved": _("The ORCID iD was merged into another one"),
    "record-locked": _("ORCID has locked the record"),
    "record-deactivated": _("The ORCID record is deactivated"),
    "visibility-refused": _("Only its owner can change who sees this work"),
    "contributor-only": _(
        "The iD belongs to a contributor. Auto-Update adds only works whose creators carry the iD."
    ),
}
"""Problems and reasons that the catalogue says to the owner, in words for staff and anyone."""

_ADDED: Final = {
    Origin.SEARCH_AND_LINK: _("On %(record)s since %(since)s: %(who)s added it."),
    Origin.AUTO_UPDATE: _("On %(record)s since %(since)s: Auto-Update added it."),
}
_STILL_ON: Final = {
    ClaimState.WAITING: _("On %(record)s. A change of it is on its way."),
    ClaimState.WORKING: _("On %(record)s. A change of it is on its way."),
    ClaimState.FAILED: _("On %(record)s. Its last change was not sent: %(reason)s"),
    ClaimState.NOTIFIED: _("On %(record)s. Its last change waits for the permission."),
    ClaimState.IGNORED: _("On %(record)s. Its last change was not sent: %(reason)s"),
    ClaimState.DONE: _("On %(record)s."),
}
_BEING_REMOVED: Final = {
    ClaimState.WAITING: _("On %(record)s. It is being removed."),
    ClaimState.WORKING: _("On %(record)s. It is being removed."),
    ClaimState.FAILED: _("Still on %(record)s. Its removal was not sent: %(reason)s"),
    ClaimState.NOTIFIED: _("Still on %(record)s. Its removal waits for the permission."),
    ClaimState.IGNORED: _("Still on %(record)s. Its removal was not sent: %(reason)s"),
    ClaimState.DONE: _("On %(record)s."),
}
_NOT_ON: Final = {
    ClaimState.WAITING: _("Not on %(record)s yet: it is on its way."),
    ClaimState.WORKING: _("Not on %(record)s yet: it is on its way."),
    ClaimState.FAILED: _("Not on %(record)s: %(reason)s"),
    ClaimState.NOTIFIED: _("Not on %(record)s: it waits for the permission."),
    ClaimState.IGNORED: _("Not on %(record)s: %(reason)s"),
    ClaimState.DONE: _("On %(record)s."),
    ClaimState.DELETED: _("Not on %(record)s: it was removed."),
}
_MAY_BE_THERE: Final = frozenset({"work-exists", "wrong-source", "private-item", "on-record"})
"""Problems and reasons which say that the work is there from elsewhere, or may be."""
_WITHOUT_CLAIM: Final = {
    "claim": _("DataCite has not added it to %(record)s. Its metadata allow it."),
    "update": _("DataCite has not added it to %(record)s. Its metadata allow it."),
    "ask": _("DataCite has not added it to %(record)s: its owner is asked first."),
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
    reason = _reason(code, reader)
    if claim.is_on_record and claim.state is not ClaimState.DELETED:
        return _on_record(claim, places, reason)
    if claim.state is ClaimState.DELETED and claim.removed_at:
        return _said(_("Not on %(record)s: %(who)s removed it on %(since)s."), places, since=claim.removed_at)
    if claim.is_in_doubt and claim.state in {ClaimState.WAITING, ClaimState.WORKING}:
        return _said(_("Sent to %(record)s. We are checking whether it has arrived."), places)
    if claim.action is ClaimAction.DELETE and claim.state is not ClaimState.DELETED:
        return _said(_("Not on %(record)s, as far as we know. Its removal is asked for."), places)
    text = _NOT_ON[claim.state]
    if code in _MAY_BE_THERE and claim.state in {ClaimState.FAILED, ClaimState.IGNORED}:
        text = _("DataCite has not added it to %(record)s: %(reason)s")
    if claim.state is ClaimState.WAITING and claim.problem:
        text = _("Not on %(record)s yet: %(reason)s We try again automatically.")
    return _said(text, places, reason=reason)


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
    said = _reason(reason, reader)
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
        return _Places({"record": _("the ORCID record of %(name)s")}, {"name": name, "who": name})
    return _Places({"record": _("this ORCID record"), "who": _("its owner")}, {})


def _said(text: str, places: _Places, *, reason: str = "", since: datetime | None = None) -> Sentence:
    return Sentence(text, {**places.translated, "reason": reason}, since, places.names)


def _reason(code: str, reader: Reader) -> str:
    """Return the sentence of a problem or of a rule's reason; only the owner reads "you"."""
    own_words = _OWNER if reader is Reader.OWNER else _OTHERS
    if code in own_words:
        return own_words[code]
    if code in CATALOGUE:
        return CATALOGUE[code].title
    return REASONS[code].sentence if code in REASONS else _("no reason was stored.")
