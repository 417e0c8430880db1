"""The sentences of support's timelines that researchers do not read elsewhere, in staff's voice."""

from types import SimpleNamespace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.consents.wording import PURPOSES
from profiles.domain.consent import Purpose, ReceiptKind
from profiles.domain.reasons_for_readers import Reader
from profiles.infra.postgres.event_rows import EventRow
from profiles.pipeline.works.timeline_words import receipt_sentence

_PERMISSIONS: Final = {
    ReceiptKind.REFRESHED.value: gettext_lazy("ORCID renewed the permission for %(purpose)s."),
    ReceiptKind.NOTIFIED.value: gettext_lazy(
        "Its owner was notified that the permission for %(purpose)s is lost."
    ),
    ReceiptKind.REVOKED_AT_ORCID.value: gettext_lazy("ORCID confirmed the end of the one for %(purpose)s."),
}
_ACCOUNT: Final = {
    "opened": gettext_lazy("The account was opened."),
    "first-signed-in": gettext_lazy("Its owner signed in for the first time."),
    "auto-update-on": gettext_lazy("Auto-Update was switched on."),
    "auto-update-off": gettext_lazy("Auto-Update was switched off."),
    "email-confirmed": gettext_lazy("The e-mail address was confirmed."),
    "email-refused": gettext_lazy("The mail server refused the e-mail address; it must be confirmed again."),
    "closed": gettext_lazy("The account was closed."),
}
MAILS: Final = {
    "permission-lost": gettext_lazy("“DataCite needs your permission again”"),
    "account-security": gettext_lazy("a notice about sign-in"),
    "email-proof": gettext_lazy("the link that confirms the address"),
}
_MAIL_STATES: Final = {
    "sent": gettext_lazy("An e-mail was sent: %(mail)s."),
    "waiting": gettext_lazy("An e-mail waits to be sent: %(mail)s."),
    "given up": gettext_lazy("An e-mail could not be sent: %(mail)s."),
}
_ACTS: Final = {
    "looked": gettext_lazy("%(who)s of the staff looked at this page."),
    "tried again": gettext_lazy("%(who)s of the staff had works sent again: %(count)s."),
    "replayed": gettext_lazy("%(who)s of the staff had the rules run again: %(count)s changed."),
    "cancelled": gettext_lazy("%(who)s of the staff cancelled works that were not sent yet: %(count)s."),
    "parked": gettext_lazy("%(who)s of the staff parked what was to be sent: %(count)s."),
    "let parked works go on": gettext_lazy("%(who)s of the staff let parked works go on: %(count)s."),
    "blocked": gettext_lazy("%(who)s of the staff blocked a work."),
    "unblocked": gettext_lazy("%(who)s of the staff lifted a block."),
    "ended sessions": gettext_lazy("%(who)s of the staff ended sessions: %(count)s."),
    "asked to reset the second step": gettext_lazy("%(who)s of the staff asked to reset the second step."),
    "reset the second step": gettext_lazy("%(who)s of the staff confirmed the reset of the second step."),
    "sent a message": gettext_lazy("%(who)s of the staff had a message sent again."),
    "changed a role": gettext_lazy("%(who)s changed the role: %(note)s."),
}
_EVENTS_OF_DOIS: Final = {
    "poll": gettext_lazy("DataCite reported a change of the DOI: found by our regular question."),
    "queue": gettext_lazy("DataCite reported a change of the DOI, by a message."),
    "agent": gettext_lazy("A service of DataCite reported a change of the DOI."),
    "file": gettext_lazy("The DOI was in a data file."),
    "back-fill": gettext_lazy("The DOI was found in a search for earlier works."),
    "staff": gettext_lazy("Staff had the DOI looked at."),
}


def permission_sentence(row: EventRow) -> str:
    """Describe a receipt; the code is its purpose and kind."""
    purpose, _space, kind = row.code.partition(" ")
    sentence = receipt_sentence(SimpleNamespace(purpose=purpose, kind=kind), Reader.STAFF)
    return sentence or str(_PERMISSIONS[kind]) % {"purpose": PURPOSES[Purpose(purpose)]["name"]}


def account_sentence(row: EventRow) -> str:
    """Describe what happened to an account as such."""
    return str(_ACCOUNT[row.code])


def mail_sentence(row: EventRow) -> str:
    """Describe an e-mail; the code is its kind, the note what became of it."""
    return str(_MAIL_STATES[row.note]) % {"mail": MAILS.get(row.code, row.code)}


def invitation_sentence(_row: EventRow) -> str:
    """Describe the invitation of an author without an account."""
    return _("Its owner was asked in the ORCID inbox to sign in.")


def block_sentence(row: EventRow) -> str:
    """Describe a work that was called not theirs."""
    said = _("Blocked, because it is not its owner's work.")
    return f"{said} “{row.note}”" if row.note else said


def staff_sentence(row: EventRow) -> str:
    """Describe what staff did; the code is the act, the note who, how many, and details."""
    who, count, note = (*row.note.split("\n"), "", "", "")[:3]
    return str(_ACTS.get(row.code, row.code)) % {"who": who, "count": count or 0, "note": note}


def doi_event_sentence(row: EventRow) -> str:
    """Describe a reported change of a DOI; the code is its source, the note why it is not decided yet."""
    said = str(_EVENTS_OF_DOIS.get(row.code, row.code))
    return said if row.note != "waiting" else f"{said} {_('It is not decided yet.')}"
