"""Texts for people about states, problems and permissions."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.domain.access.roles import Role
from profiles.domain.consent import ConsentHealth, ReceiptKind
from profiles.domain.problem import Problem
from profiles.domain.problems import CATALOGUE
from profiles.infra.web.moments import with_moment

SCOPE_WORDS: Final = {
    "/activities/update": gettext_lazy("add works, and change or remove what DataCite added"),
    "/read-limited": gettext_lazy("read what you show to organisations you trust"),
    "openid": gettext_lazy("know your ORCID iD"),
}
RECEIPTS: Final = {
    ReceiptKind.GRANTED.value: gettext_lazy("You gave permission"),
    ReceiptKind.REFRESHED.value: gettext_lazy("ORCID gave us a new token for it"),
    ReceiptKind.LOST.value: gettext_lazy("ORCID no longer accepted it"),
    ReceiptKind.NOTIFIED.value: gettext_lazy("We notified you that it was lost"),
    ReceiptKind.WITHDRAWN.value: gettext_lazy("You took it back; we stopped using it"),
    ReceiptKind.REVOKED_AT_ORCID.value: gettext_lazy("ORCID confirmed that it is revoked"),
}
STAFF_ACTS: Final = {
    "looked": gettext_lazy("DataCite’s staff looked at your data"),
    "tried again": gettext_lazy("DataCite’s staff had works sent again"),
    "replayed": gettext_lazy("DataCite’s staff had the rules run again"),
    "cancelled": gettext_lazy("DataCite’s staff cancelled works that were not sent yet"),
    "parked": gettext_lazy("DataCite’s staff put off what was to be sent"),
    "let parked works go on": gettext_lazy("DataCite’s staff let sending go on"),
    "blocked": gettext_lazy("DataCite’s staff recorded that a work is not yours"),
    "unblocked": gettext_lazy("DataCite’s staff lifted the note that a work is not yours"),
    "ended sessions": gettext_lazy("DataCite’s staff signed you out"),
    "asked to reset the second step": gettext_lazy("DataCite’s staff asked to reset your second step"),
    "reset the second step": gettext_lazy("DataCite’s staff reset your second step"),
    "sent a message": gettext_lazy("DataCite’s staff had a message sent to you again"),
    "changed a role": gettext_lazy("DataCite’s staff changed your role"),
}
ROLES: Final = {
    Role.USER.value: gettext_lazy("Researcher"),
    Role.STAFF_ADMIN.value: gettext_lazy("DataCite staff, administrator"),
    Role.STAFF_USER.value: gettext_lazy("DataCite staff"),
}
STATES: Final = {
    "waiting": gettext_lazy("Waiting to be sent"),
    "working": gettext_lazy("Being sent"),
    "failed": gettext_lazy("Not sent"),
    "done": gettext_lazy("On your ORCID record"),
    "ignored": gettext_lazy("Not added"),
    "deleted": gettext_lazy("Removed"),
    "notified": gettext_lazy("You were asked in your ORCID inbox"),
}
REMOVING: Final = {
    "waiting": gettext_lazy("Waiting to be removed"),
    "working": gettext_lazy("Being removed"),
    "failed": gettext_lazy("Not removed"),
    "notified": STATES["notified"],
}
"""The same for works that are being removed from the record."""
SOURCES: Final = {
    "orcid_search": gettext_lazy("Search & Link"),
    "orcid_update": gettext_lazy("Auto-Update"),
}
_FOR_PEOPLE: Final = {
    "consent-missing": gettext_lazy("Your permission is missing"),
    "consent-expired": gettext_lazy("Your permission has expired"),
    "record-full": gettext_lazy("Your ORCID record is full"),
}
"""Titles for pages, where the API contract fixes another title."""


def problem_title(problem: Problem) -> str:
    """Return the short title of a problem for pages."""
    return str(_FOR_PEOPLE.get(problem.code, _(problem.title)))


def problem_of(code: str) -> Problem | None:
    """Return the problem with this code, or None."""
    return CATALOGUE.get(code)


def health_sentence(consent: Any) -> str:
    """Return the status of a permission as a sentence."""
    if consent is None:
        return _("Not given yet.")
    health = ConsentHealth(consent.health)
    if health is ConsentHealth.WORKS:
        return with_moment(_("Works, last used %(when)s."), consent.last_used_at)
    if health is ConsentHealth.UNUSED:
        return _("Given, not used yet.")
    if health is ConsentHealth.DOUBTED:
        return _("ORCID refused it once. We try again before we call it lost.")
    if health is ConsentHealth.LOST:
        return with_moment(_("Lost since %(when)s: ORCID no longer accepts it."), consent.lost_at)
    return with_moment(_("Taken back on %(when)s; we no longer use it."), consent.updated_at)
