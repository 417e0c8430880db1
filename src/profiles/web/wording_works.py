"""Texts for people about works: whom they name, whether they are on a record, their history."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.domain import problems
from profiles.domain.dois.repositories import Page, page_of
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.ids import is_orcid_id
from profiles.pipeline.requests.many import BATCH_NOTE_PREFIX
from profiles.web.wording import EVENTS, problem_of, problem_title

NAMINGS: Final = {
    "creator": gettext_lazy("yes, as creator"),
    "contributor": gettext_lazy("yes, as contributor"),
    "by-name": gettext_lazy("maybe: a person of your name, without an iD"),
    "other-id": gettext_lazy("a person of your name, with another iD"),
    "no": gettext_lazy("no"),
    "": gettext_lazy("not known yet"),
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


def on_record_sentence(standing: Any, *, trouble: str = "") -> str:
    """Say whether a work is on the ORCID record, and from which source.

    ``trouble``: the record could not be read.
    """
    if standing.on_record == "unknown" and trouble:
        return _("not known: your record could not be read")
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


_REQUESTED: Final = {
    ("create", "orcid_search"): gettext_lazy("Asked for"),
    ("create", "orcid_update"): gettext_lazy("Auto-Update asked for it"),
    ("delete", "orcid_search"): gettext_lazy("Removal asked for"),
    ("delete", "orcid_update"): gettext_lazy("Removal asked for"),
}
_ACTORS: Final = {
    "permission": gettext_lazy("because you gave permission"),
    "reconcile": gettext_lazy("when we compared your ORCID record"),
    "auto-update": gettext_lazy("by Auto-Update"),
    "rule:withdrawn": gettext_lazy("because the DOI was withdrawn"),
}
_NOTES: Final = {
    "try again": gettext_lazy("again"),
    "restore": gettext_lazy("to bring it back"),
    "remove": gettext_lazy("from My works"),
    "not mine": gettext_lazy("because it is not yours"),
    "chosen in Find works": gettext_lazy("from Find works"),
    "put-code adopted": gettext_lazy("it was there from us already, and was brought up to date"),
    "it was gone already": gettext_lazy("it was gone already"),
    "not on the record any more": gettext_lazy("it was not on the record any more"),
    "found on the record": gettext_lazy("it was found there"),
    "to let Auto-Update vouch for it": gettext_lazy("to let Auto-Update vouch for it"),
    "taken over by Auto-Update": gettext_lazy("Auto-Update is its source now"),
    "the person agreed": gettext_lazy("as you agreed"),
    "replayed by staff": gettext_lazy("by DataCite's staff"),
    "tried again by command": gettext_lazy("again, by DataCite's staff"),
}


def history_sentence(line: Any, orcid_id: str) -> str:
    """Describe an event of a work: what happened, why, and who requested it."""
    event = _REQUESTED.get((line.action, line.origin)) if line.event == "request" else None
    parts = [str(event or EVENTS[line.event]), _actor_phrase(line, orcid_id), _note_phrase(line)]
    text = ", ".join(part for part in parts if part)
    problem = problem_of(line.problem)
    if problem:
        text = f"{text}: {problem_title(problem)}"
    reason = reason_of(line.note)
    return _("%(told)s. %(reason)s") % {"told": text, "reason": reason["sentence"]} if reason else text


def _actor_phrase(line: Any, orcid_id: str) -> str:
    if line.note in {"replayed by staff", "tried again by command"}:
        return ""
    if line.actor == orcid_id:
        return _("by you") if line.event == "request" else ""
    if line.event == "request" and line.actor == "auto-update" and line.origin == "orcid_update":
        return ""  # The sentence already begins with Auto-Update.
    if is_orcid_id(line.actor):
        return _("by a service of DataCite")  # It uses the key of a staff member.
    return str(_ACTORS.get(line.actor, line.actor))


def _note_phrase(line: Any) -> str:
    if reason_of(line.note) or (line.note == "remove" and line.event != "request"):
        return ""
    if line.note.startswith(BATCH_NOTE_PREFIX):
        return _("in one request with others")
    return str(_NOTES.get(line.note, line.note))


def reason_of(note: str) -> dict[str, str] | None:
    """Return the sentence and remedy of the rule whose code begins the note, or None.

    The deciding field may follow the code.
    """
    reason = REASONS.get(note.partition(" ")[0])
    if reason is None:
        return None
    return {"sentence": _(reason.sentence), "remedy": _(reason.remedy) if reason.remedy else ""}


_CALLS: Final = {
    "add": gettext_lazy("We asked ORCID to add the work"),
    "add-many": gettext_lazy("We asked ORCID to add it together with others"),
    "update": gettext_lazy("We asked ORCID to bring the work up to date"),
    "remove": gettext_lazy("We asked ORCID to remove the work"),
    "find": gettext_lazy("We looked for the work on your record"),
}


def attempt_sentence(attempt: Any) -> str:
    """Describe a call to ORCID and its answer, without codes or numbers."""
    call = str(_CALLS.get(attempt.verb, attempt.verb))
    problem = problem_of(attempt.problem)
    if problem is None and attempt.verb == "find":
        return _("%(call)s. ORCID showed us what is there.") % {"call": call}
    if problem is None:
        return _("%(call)s, and it did.") % {"call": call}
    return _("%(call)s. The answer: %(title)s. %(we)s") % {
        "call": call,
        "title": problem_title(problem),
        "we": _(problem.we),
    }
