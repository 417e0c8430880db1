"""Texts for people about works: whom they name, and whether they are on a record."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.domain import problems
from profiles.domain.dois.repositories import Page, page_of
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.reasons_for_readers import Reader, reason_for

NAMINGS: Final = {
    "creator": gettext_lazy("names you as creator"),
    "contributor": gettext_lazy("names you as contributor"),
    "by-name": gettext_lazy("names a person of your name, without an iD"),
    "other-id": gettext_lazy("names a person of your name, with another iD"),
    "no": gettext_lazy("does not name you"),
}
ON_RECORD: Final = {
    "datacite": gettext_lazy("yes, from DataCite"),
    "elsewhere": gettext_lazy("yes, from another source"),
    "removed": gettext_lazy("removed by you"),
    "no": gettext_lazy("no"),
    "not-by-datacite": gettext_lazy("not by DataCite"),
    "unknown": gettext_lazy("not known without your permission"),
}
FINDINGS: Final[dict[str, dict[str, Any]]] = {
    "unknown": {"title": problems.DOI_UNKNOWN.title, "you": problems.DOI_UNKNOWN.you},
    "elsewhere": {"title": problems.DOI_ELSEWHERE.title, "you": problems.DOI_ELSEWHERE.you},
    "unreadable": {
        "title": gettext_lazy("We found no DOI in this"),
        "you": gettext_lazy("A DOI begins with 10. and has a slash, such as 10.5281/zenodo.17."),
    },
    "short-doi": {
        "title": gettext_lazy("This is a short DOI"),
        "you": gettext_lazy(
            "It leads to the work, but its full DOI is needed here. Open it in your browser, and copy the "
            "DOI from the work's own page."
        ),
    },
    "page": {
        "title": gettext_lazy("We cannot tell the DOI from this address"),
        "you": gettext_lazy("Look for “DOI” or “Cite” on that page, and paste what is there."),
    },
}
_PAGES: Final = {
    Page.ZENODO: gettext_lazy("On a Zenodo record, the DOI is at the right, under “Details”. Paste that."),
    Page.FIGSHARE: gettext_lazy(
        "On Figshare, press “Cite” on the published item, and paste the DOI from there."
    ),
    Page.OSF: gettext_lazy(
        "On OSF, the DOI is on the project's or preprint's own page, under “Citation”. A project "
        "has one only after “Create DOI”."
    ),
    Page.DATAVERSE: gettext_lazy(
        "In a Dataverse, the DOI is part of the citation at the top of the dataset's page. Paste that."
    ),
    Page.DRYAD: gettext_lazy(
        "On Dryad, the DOI is in the citation at the top of the dataset's page. Paste that."
    ),
    Page.PANGAEA: gettext_lazy(
        "On PANGAEA, the DOI is the end of the citation at the top of the page. Paste that."
    ),
    Page.CODE: gettext_lazy(
        "Code gets a DOI when a release is archived, for example by Zenodo. Follow the DOI badge in the "
        "README, and paste the DOI from there."
    ),
}
"""Where the DOI is found on the pages of repositories whose address does not tell it."""


def finding_words(finding: str, written: str) -> dict[str, str]:
    """Return the title of what looking up a DOI led to, and what the person can do."""
    words = {name: _(text) for name, text in FINDINGS[finding].items()}
    hint = _PAGES.get(page_of(written) or Page.OTHER) if finding == "page" else None
    return {**words, "you": str(hint)} if hint else words


def on_record_sentence(standing: Any) -> str:
    """Say whether a work is on the ORCID record, and from which source."""
    if standing.on_record == "elsewhere" and standing.source:
        return _("yes, from %(source)s") % {"source": standing.source}
    return str(ON_RECORD[standing.on_record])


DRIFT: Final[dict[str, dict[str, Any]]] = {
    "removed": {
        "title": gettext_lazy("You removed them in ORCID"),
        "we": gettext_lazy("We noticed, and do not add them again automatically."),
        "you": gettext_lazy("If that was not meant, restore them under My works."),
    },
    "hidden": {
        "title": gettext_lazy("Their DOIs are not public any more"),
        "we": gettext_lazy("They are still on your record."),
        "you": gettext_lazy("Your answer to whether they should stay is asked for under Works to decide."),
    },
    "doubled": {
        "title": gettext_lazy("They are on your record twice, both from us"),
        "we": gettext_lazy("We change only the one that we know of, and leave the other alone."),
        "you": gettext_lazy("Remove the one that you do not want in ORCID."),
    },
    "elsewhere": {
        "title": gettext_lazy("Another source has put them there, too"),
        "we": gettext_lazy("ORCID shows both as one work. There is nothing to do."),
        "you": "",
    },
    "foreign": {
        "title": gettext_lazy("Another source has put them there, and DataCite has not added them"),
        "we": gettext_lazy("The page of each work says why we have not added it."),
        "you": "",
    },
    "private": {
        "title": gettext_lazy("You made them private in ORCID"),
        "we": gettext_lazy("They stay private; we do not change who may see them."),
        "you": "",
    },
    "adopted": {
        "title": gettext_lazy("We found them on your record again"),
        "we": gettext_lazy("Our note of where they are had been lost. Changes reach them again."),
        "you": "",
    },
}
"""Differences between an ORCID record and our data; those that need the person come first."""


def names_sentence(names_owner: bool | None) -> str:  # noqa: FBT001  three answers, one of them "unknown"
    """Say whether the metadata of a work name its owner."""
    if names_owner is None:
        return _("not known yet")
    return _("yes") if names_owner else _("no")


def reason_of(note: str) -> dict[str, str] | None:
    """Return the sentence and remedy of the rule whose code begins the note, or None, for the owner.

    The deciding field may follow the code.
    """
    reason = REASONS.get(note.partition(" ")[0])
    if reason is None:
        return None
    return {
        "sentence": _(reason_for(reason.code, Reader.OWNER)),
        "remedy": _(reason.remedy) if reason.remedy else "",
    }
