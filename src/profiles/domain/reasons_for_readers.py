"""The reason of a problem or of a rule, in words for its reader: only the owner reads "you"."""

from enum import StrEnum
from typing import Final

from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.problems import CATALOGUE


def _(text: str) -> str:
    """Mark a sentence for translation; the pages translate it."""
    return text


class Reader(StrEnum):
    """Who reads the sentence."""

    OWNER = "owner"
    STAFF = "staff"
    ANYONE = "anyone"
    """What concerns the person is not shown to them: they read what the metadata say."""


_ALL: Final = {
    "missing-data": _("The metadata lack what ORCID requires"),
    "work-gone": _("It is no longer there"),
    "doi-elsewhere": _("The DOI is not registered with DataCite"),
    "state-unreadable": _("The metadata do not say whether the DOI is public."),
    "not-updated": _("Auto-Update is switched off"),
}
"""Problems whose title, after the fact, would say it twice or is fixed by the outer contract."""
_OWNER: Final = {
    **_ALL,
    "consent-missing": _("Your permission is missing"),
    "consent-expired": _("Your permission has expired"),
    "scope-missing": _("Your permission does not cover adding works"),
    "record-full": _("Your ORCID record is full"),
    "removed-by-owner": _("You removed it there"),
    "after-restore": _(
        "Our database was restored from a backup. You may have removed the work since, so we do not add it."
    ),
    "account-closed": _("Your account was closed"),
    "record-unclaimed": _("You have not claimed your ORCID record yet"),
    "record-unknown": _("ORCID knows no record with your iD"),
    "work-exists": _("The work is on your record already"),
    "private-item": _("The work is private on your record"),
    "inbox-closed": _("Your permission is missing, and you accept no messages in your ORCID inbox"),
    "not-named": _("The metadata do not name your ORCID iD."),
    "unreadable-id": _("The metadata do not name your ORCID iD, but hold one that cannot be read."),
    "people-unreadable": _(
        "The list of creators is empty or damaged, so it is unclear whether it names your ORCID iD."
    ),
    "named-without-id": _("The metadata name a person of your name, but no longer your ORCID iD."),
    "contributor-only": _(
        "Your iD belongs to a contributor. Auto-Update adds only works whose creators carry it."
    ),
    "not-the-concept": _(
        "This is one version of a work, and you want only the DOI for all versions together."
    ),
    "not-the-newest": _("There is a newer version of this work, and you want only the newest."),
    "type-unwanted": _("You do not want works of this type."),
    "repository-unwanted": _("You do not want works from this repository."),
    "contributor-wanted": _("Your iD belongs to a contributor, in a role that you want to have added."),
    "parts-wanted": _("The DOI is a part of another work, and you want parts added."),
    "asked-for": _("You have chosen this work, or said yes to it."),
    "name-resembles": _("No name in the metadata speaks against you."),
    "blocked": _("You said that this work is not yours."),
    "removed-in-orcid": _("You removed it in ORCID, and what you remove stays away."),
    "removed-here": _("It was removed on request, and what is removed stays away."),
    "refused": _("You answered no when we asked whether to add it."),
    "name-differs": _("No name in the metadata resembles yours, so we ask you first."),
    "ask-first": _("You want to be asked first."),
    "quota": _("An ORCID record holds no more than 10,000 works, and yours is full."),
    "permission-missing": _(
        "DataCite has no permission to write to your ORCID record. The work waits for it."
    ),
    "permission-lost": _(
        "Your permission to write to the ORCID record was withdrawn or has ended; the work waits for it."
    ),
}
_OTHERS: Final = {
    **_ALL,
    "consent-missing": _("The permission is missing"),
    "consent-expired": _("The permission has expired"),
    "record-full": _("The ORCID record is full"),
    "consent-lost": _("ORCID no longer accepts the permission"),
    "token-refused": _("ORCID refused the permission once"),
    "removed-by-owner": _("Its owner removed it there"),
    "after-restore": _(
        "The database was restored from a backup. Its owner may have removed this work since."
    ),
    "not-mine": _("Its owner said that this work is not theirs"),
    "inbox-closed": _("The permission is missing, and its owner accepts no messages in the ORCID inbox"),
    "record-moved": _("The ORCID iD was merged into another one"),
    "record-locked": _("ORCID has locked the record"),
    "record-deactivated": _("The ORCID record is deactivated"),
    "visibility-refused": _("Only its owner can change who sees this work"),
    "contributor-only": _(
        "The iD belongs to a contributor. Auto-Update adds only works whose creators carry the iD."
    ),
}
"""Problems and reasons that the catalogue says to the owner, in words for staff and anyone."""


def reason_for(code: str, reader: Reader) -> str:
    """Return the sentence of a problem or of a rule's reason; some have no full stop."""
    own_words = _OWNER if reader is Reader.OWNER else _OTHERS
    if code in own_words:
        return own_words[code]
    if code in CATALOGUE:
        return CATALOGUE[code].title
    return REASONS[code].sentence if code in REASONS else _("no reason was stored.")
