"""The sentences of a work's timeline: one for each event, in the owner's voice or in staff's."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.domain.claim import BATCH_NOTE_PREFIX
from profiles.domain.consent import Purpose, ReceiptKind
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.ids import is_orcid_id
from profiles.domain.problems import CATALOGUE
from profiles.domain.reasons_for_readers import Reader, reason_for

_OWNER, _STAFF = Reader.OWNER, Reader.STAFF

EVENTS: Final = {
    "request": gettext_lazy("Asked for"),
    "start": gettext_lazy("Taken by a worker"),
    "succeed": gettext_lazy("On the ORCID record"),
    "remove": gettext_lazy("Off the ORCID record"),
    "wait": gettext_lazy("Put off"),
    "fail": gettext_lazy("Could not be sent"),
    "skip": gettext_lazy("Not added"),
    "notify": gettext_lazy("Asked in the ORCID inbox"),
    "vanish": gettext_lazy("Found removed in ORCID"),
}
_REQUESTED: Final = {
    ("create", "orcid_search"): gettext_lazy("Asked for"),
    ("create", "orcid_update"): gettext_lazy("Auto-Update asked for it"),
    ("delete", "orcid_search"): gettext_lazy("Removal asked for"),
    ("delete", "orcid_update"): gettext_lazy("Removal asked for"),
}
_ACTORS: Final = {
    "permission": {
        _OWNER: gettext_lazy("because you gave permission"),
        _STAFF: gettext_lazy("because permission was given"),
    },
    "reconcile": {
        _OWNER: gettext_lazy("when we compared your ORCID record"),
        _STAFF: gettext_lazy("when we compared the ORCID record"),
    },
    "auto-update": {_OWNER: gettext_lazy("by Auto-Update"), _STAFF: gettext_lazy("by Auto-Update")},
    "rule:withdrawn": {
        _OWNER: gettext_lazy("because the DOI was withdrawn"),
        _STAFF: gettext_lazy("because the DOI was withdrawn"),
    },
}
_NOTES: Final = {
    "try again": gettext_lazy("again"),
    "restore": gettext_lazy("to bring it back"),
    "remove": gettext_lazy("from My works"),
    "newer version": gettext_lazy("to send the newer version"),
    "chosen in Find works": gettext_lazy("from Find works"),
    "put-code adopted": gettext_lazy("it was there from us already, and was brought up to date"),
    "it was gone already": gettext_lazy("it was gone already"),
    "not on the record any more": gettext_lazy("it was not on the record any more"),
    "found on the record": gettext_lazy("it was found there"),
    "to let Auto-Update vouch for it": gettext_lazy("to let Auto-Update vouch for it"),
    "taken over by Auto-Update": gettext_lazy("Auto-Update is its source now"),
    "moved in": gettext_lazy("as DataCite's previous service recorded it"),
    "replayed by staff": gettext_lazy("by DataCite's staff"),
    "tried again by command": gettext_lazy("again, by DataCite's staff"),
}
_NOTES_BY_READER: Final = {
    "not mine": {
        _OWNER: gettext_lazy("because it is not yours"),
        _STAFF: gettext_lazy("because its owner says that it is not theirs"),
    },
    "the person agreed": {_OWNER: gettext_lazy("as you agreed"), _STAFF: gettext_lazy("as its owner agreed")},
}


def history_sentence(line: Any, orcid_id: str, reader: Reader) -> str:
    """Describe an event of a work: what happened, why, and who requested it."""
    event = _REQUESTED.get((line.action, line.origin)) if line.event == "request" else None
    parts = [
        str(event or EVENTS[line.event]),
        _actor_phrase(line, orcid_id, reader),
        _note_phrase(line, reader),
    ]
    text = ", ".join(part for part in parts if part)
    if line.problem in CATALOGUE:
        return f"{text}: {_sentence(line.problem, reader)}"
    code = line.note.partition(" ")[0]
    if code in REASONS:
        return f"{text}. {_sentence(code, reader)}"
    return f"{text}."


def _actor_phrase(line: Any, orcid_id: str, reader: Reader) -> str:
    if line.note in {"replayed by staff", "tried again by command"}:
        return ""
    if line.actor == orcid_id:
        by_owner = _("by you") if reader is Reader.OWNER else _("by its owner")
        return by_owner if line.event == "request" else ""
    if line.event == "request" and line.actor == "auto-update" and line.origin == "orcid_update":
        return ""  # The sentence already begins with Auto-Update.
    if is_orcid_id(line.actor):
        return _("by a service of DataCite")  # It uses the key of a staff member.
    phrases = _ACTORS.get(line.actor)
    return str(phrases[reader]) if phrases else str(line.actor)


def _note_phrase(line: Any, reader: Reader) -> str:
    if line.note.partition(" ")[0] in REASONS or (line.note == "remove" and line.event != "request"):
        return ""
    if line.note.startswith(BATCH_NOTE_PREFIX):
        return _("in one request with others")
    if line.note in _NOTES_BY_READER:
        return str(_NOTES_BY_READER[line.note][reader])
    return str(_NOTES.get(line.note, line.note))


def _sentence(code: str, reader: Reader) -> str:
    text = _(reason_for(code, reader))
    return text if text.endswith((".", "?")) else f"{text}."


_CALLS: Final = {
    "add": gettext_lazy("We asked ORCID to add the work"),
    "add-many": gettext_lazy("We asked ORCID to add it together with others"),
    "update": gettext_lazy("We asked ORCID to bring the work up to date"),
    "remove": gettext_lazy("We asked ORCID to remove the work"),
    "find": gettext_lazy("We looked for the work on the ORCID record"),
}


def attempt_sentence(attempt: Any, reader: Reader) -> str:
    """Describe a call to ORCID and its answer, without codes or numbers."""
    call = str(_CALLS.get(attempt.verb, attempt.verb))
    problem = CATALOGUE.get(attempt.problem)
    if problem is None and attempt.verb == "find":
        return _("%(call)s. ORCID showed us what is there.") % {"call": call}
    if problem is None:
        return _("%(call)s, and it did.") % {"call": call}
    # What we do about it is said to the owner: staff know it, and see it happen.
    we = _(problem.we) if reader is Reader.OWNER else ""
    text = _("%(call)s. The answer: %(title)s %(we)s")
    return (text % {"call": call, "title": _sentence(problem.code, reader), "we": we}).strip()


_DECIDED: Final = {
    "claim": gettext_lazy("By the rules, Auto-Update adds this work."),
    "update": gettext_lazy("By the rules, Auto-Update brings a change of this work to the record."),
    "skip": gettext_lazy("By the rules, Auto-Update does nothing for this work."),
    "ask": gettext_lazy("By the rules, its owner is asked first."),
    "offer-removal": gettext_lazy("By the rules, this work no longer qualifies; its removal is offered."),
    "remove": gettext_lazy("By the rules, Auto-Update takes this work off the record."),
}
_ANSWERS: Final = {
    "yes": {_OWNER: gettext_lazy("You answered yes."), _STAFF: gettext_lazy("Its owner answered yes.")},
    "no": {_OWNER: gettext_lazy("You answered no."), _STAFF: gettext_lazy("Its owner answered no.")},
}


def decision_sentence(decision: Any, reader: Reader) -> str:
    """Describe a decision of the rules with the reason that decided."""
    reason = _sentence(decision.reason, reader) if decision.reason in REASONS else ""
    return f"{_DECIDED[decision.result]} {reason}".strip()


def answer_sentence(answer: str, reader: Reader) -> str:
    """Describe the owner's answer to a question; empty where there is none."""
    return str(_ANSWERS[answer][reader]) if answer in _ANSWERS else ""


_PURPOSES: Final = {
    Purpose.SEARCH_AND_LINK.value: gettext_lazy("Search & Link"),
    Purpose.AUTO_UPDATE.value: gettext_lazy("Auto-Update"),
}
_RECEIPTS: Final = {
    ReceiptKind.GRANTED.value: {
        _OWNER: gettext_lazy("You gave permission for %(purpose)s."),
        _STAFF: gettext_lazy("Its owner gave permission for %(purpose)s."),
    },
    ReceiptKind.LOST.value: {
        _OWNER: gettext_lazy("ORCID no longer accepted your permission for %(purpose)s."),
        _STAFF: gettext_lazy("ORCID no longer accepted the permission for %(purpose)s."),
    },
    ReceiptKind.WITHDRAWN.value: {
        _OWNER: gettext_lazy("You took your permission for %(purpose)s back."),
        _STAFF: gettext_lazy("Its owner took the permission for %(purpose)s back."),
    },
}


def receipt_sentence(receipt: Any, reader: Reader) -> str:
    """Describe a change of a permission; empty for those that change nothing for a work."""
    sentences = _RECEIPTS.get(receipt.kind)
    return str(sentences[reader]) % {"purpose": _PURPOSES[receipt.purpose]} if sentences else ""
