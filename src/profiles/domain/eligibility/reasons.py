"""The answers that rules can give: a code for machines, a sentence for people, and what can be done.

The sentences are message ids of the translations. They hold no values: the field and the value that
decided are shown beside them, the same in every language.
"""

from dataclasses import dataclass
from typing import Final

from profiles.domain import problems


def _(message: str) -> str:
    """Mark a message for translation; the page that shows it translates it."""
    return message


@dataclass(frozen=True, slots=True)
class Reason:
    """One possible answer of a rule."""

    code: str
    sentence: str
    remedy: str = ""


_ALL: Final = (
    # Facts of the metadata
    Reason("findable", _("The DOI is public.")),
    Reason(
        "not-findable",
        _("The DOI is not public: it is a draft, was registered without being shown, or was withdrawn."),
        _("Ask the repository to make the DOI findable. Auto-Update then looks at it again automatically."),
    ),
    Reason(
        "not-found",
        _("DataCite does not know this DOI, or it is not public."),
        problems.DOI_UNKNOWN.you,
    ),
    Reason(
        "no-longer-shown",
        _("The DOI was public, and is withdrawn or hidden now."),
        problems.DOI_WITHDRAWN.you,
    ),
    Reason(
        "state-unreadable",
        _("The record does not say whether the DOI is public."),
        _("Nothing is taken off an ORCID record for this. We look at the DOI again within a day."),
    ),
    Reason("datacite", _("The DOI is registered with DataCite.")),
    Reason(
        "other-agency",
        _("The DOI belongs to another registration agency; DataCite holds only a copy of its metadata."),
        problems.DOI_ELSEWHERE.you,
    ),
    Reason("named", _("The metadata name this ORCID iD.")),
    Reason(
        "not-named",
        _("The metadata do not name this ORCID iD."),
        _("Ask the repository to add your ORCID iD to your name, or add the work with Search & Link."),
    ),
    Reason(
        "unreadable-id",
        _("The metadata do not name this ORCID iD, but hold one that cannot be read."),
        _("Ask the repository to correct it; the right form is https://orcid.org/0000-0000-0000-0000."),
    ),
    Reason(
        "people-unreadable",
        _("The list of creators is empty or damaged, so it is unclear whether it names this ORCID iD."),
        _("Ask the repository to correct it. Nothing is taken off an ORCID record for this without asking."),
    ),
    Reason(
        "named-without-id",
        _("The metadata name a person of this name, but no longer this ORCID iD."),
        _("Ask the repository to add the iD again. Nothing is taken off an ORCID record without asking."),
    ),
    Reason(
        "example-id",
        _("This ORCID iD is an example from documentation. Works are never sent to it."),
        _("Ask the repository to replace it with your own ORCID iD."),
    ),
    Reason("creator", _("The iD belongs to a creator.")),
    Reason(
        "contributor-wanted",
        _("The iD belongs to a contributor, in a role that its owner wants to have added."),
    ),
    Reason(
        "contributor-only",
        _("The iD belongs to a contributor. Auto-Update adds only works whose creators carry your iD."),
        _("Its owner can choose contributor roles under Settings, or add the work with Search & Link."),
    ),
    Reason("not-raid", _("The DOI does not come from the registry of project identifiers (RAiD).")),
    Reason("raid", _("The DOI identifies a project (RAiD), which is not a work.")),
    Reason("prefix-included", _("DataCite excludes neither the prefix nor the repository.")),
    Reason(
        "prefix-excluded",
        _("DataCite excludes this prefix from Auto-Update."),
        _("Add the work with Search & Link."),
    ),
    Reason(
        "repository-excluded",
        _("DataCite excludes this repository from Auto-Update."),
        _("Add the work with Search & Link."),
    ),
    Reason("not-a-part", _("The DOI is a work of its own.")),
    Reason("parts-wanted", _("The DOI is a part of another work, and its owner wants parts added.")),
    Reason(
        "related-work",
        _("The DOI says that it belongs to another work; Auto-Update does not add such DOIs."),
        _("Add the work with Search & Link, or allow parts under Settings."),
    ),
    # Own rules
    Reason("version-wanted", _("No rule about versions excludes it.")),
    Reason(
        "not-the-concept",
        _("This is one version of a work, and only the DOI for all versions together is wanted."),
        _("The rule about versions can be changed under Settings."),
    ),
    Reason(
        "not-the-newest",
        _("There is a newer version of this work, and only the newest is wanted."),
        _("The rule about versions can be changed under Settings."),
    ),
    Reason("type-wanted", _("No rule about types of works excludes it.")),
    Reason(
        "type-unwanted",
        _("Works of this type are not wanted."),
        _("The list of types can be changed under Settings."),
    ),
    Reason("repository-wanted", _("No rule about repositories excludes it.")),
    Reason(
        "repository-unwanted",
        _("Works from this repository are not wanted."),
        _("The list of repositories can be changed under Settings."),
    ),
    # Facts about the person
    Reason("switched-on", _("Auto-Update is on.")),
    Reason(
        "switched-off",
        _("Auto-Update is off."),
        _("Switch Auto-Update on under Settings."),
    ),
    Reason("after-switch-on", _("The DOI was registered or updated after Auto-Update was switched on.")),
    Reason("asked-for", _("The iD's owner has chosen this work, or said yes to it.")),
    Reason("on-record", _("The work is on the ORCID record already, so only changes matter.")),
    Reason(
        "before-switch-on",
        _("The DOI was registered and last updated before Auto-Update was switched on."),
        _("Past works are never added without asking: choose them in Find works."),
    ),
    Reason("new", _("The DOI is new.")),
    Reason("became-findable", _("The DOI has become public.")),
    Reason("no-longer-findable", _("The DOI is not public any more.")),
    Reason("trigger-field", _("Creators, related identifiers or funding references changed.")),
    Reason("content-changed", _("The metadata changed, and the work on the record follows.")),
    Reason(
        "under-way",
        _("The metadata changed, and the work is asked for or asked about already: it follows."),
    ),
    Reason("first-named", _("The DOI names this iD for the first time.")),
    Reason(
        "content-only",
        _("Neither creators nor related identifiers nor funding references changed."),
        _("Choose the work in Find works."),
    ),
    Reason(
        "unchanged",
        _("Nothing has changed since the DOI was last looked at."),
        _("If the work is missing on the record, choose it in Find works."),
    ),
    Reason("overtaken", _("A later change of this DOI has been looked at already.")),
    Reason(
        "seen-in-file",
        _("The DOI is older than Auto-Update, and a data file does not show what changed."),
        _("Choose the work in Find works."),
    ),
    Reason(
        "not-looked-back",
        _("The DOI is older than Auto-Update. Past works are not looked up yet, so what changed is unknown."),
        _("Choose the work in Find works."),
    ),
    Reason("not-blocked", _("The work was not marked as another person's.")),
    Reason(
        "blocked",
        _("The work was marked as “not mine”."),
        _("Take the mark away on the list of works."),
    ),
    Reason("not-removed", _("The work was not removed before.")),
    Reason(
        "removed-in-orcid",
        _("The work was removed in ORCID, and what people remove stays away."),
        _("Restore it on the list of works."),
    ),
    Reason(
        "removed-here",
        _("The work was removed on request, and what people remove stays away."),
        _("Restore it on the list of works."),
    ),
    Reason("not-refused", _("The work was not refused before.")),
    Reason(
        "refused",
        _("The question whether to add this work was answered with no."),
        _("Add the work with Search & Link."),
    ),
    Reason("name-resembles", _("No name in the metadata speaks against the iD's owner.")),
    Reason(
        "name-differs",
        _("No name in the metadata resembles the name of the iD's owner, so we ask first."),
        _("Answer under “Works to decide”. If it is not yours, say so: then the repository can correct it."),
    ),
    Reason("not-asked", _("Works are added without asking.")),
    Reason("ask-first", _("The iD's owner wants to be asked first."), _("Answer under “Works to decide”.")),
    Reason("below-quota", _("There is room on the ORCID record.")),
    Reason(
        "quota",
        _("An ORCID record holds no more than 10,000 works, and this one is full."),
        _("Remove works from the record, then choose this one in Find works."),
    ),
    Reason("permitted", _("DataCite has permission to write to the ORCID record.")),
    Reason(
        "permission-missing",
        _("DataCite has no permission to write to the ORCID record. The work waits for it."),
        _("Give the Auto-Update permission in Settings; waiting works are then sent automatically."),
    ),
    Reason(
        "permission-lost",
        _("The permission to write to the ORCID record was withdrawn or has ended; the work waits for it."),
        _("Give the Auto-Update permission again in Settings; waiting works are then sent automatically."),
    ),
)

REASONS: Final[dict[str, Reason]] = {reason.code: reason for reason in _ALL}
