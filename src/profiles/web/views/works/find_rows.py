"""The rows of Find works and of its result page: what each work is, and what is known of it."""

from dataclasses import dataclass, field
from typing import Any, Final

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.claims.selection_services import Choice
from profiles.domain.ids import doi_url, exact_doi
from profiles.domain.work_status import BY_ID, Finding, OnRecord
from profiles.pipeline.requests.choose_works import choice_of
from profiles.pipeline.works.find_works import ListedWork
from profiles.pipeline.works.work_status import WorkStatus
from profiles.web.views.works.my_works import described
from profiles.web.wording import problem_of, problem_title
from profiles.web.wording_types import type_name
from profiles.web.wording_works import NAMINGS, finding_words, reason_of

_SALT: Final = "find-works-row"
ADDED_STATES: Final = {"done": "done", "failed": "failed", "ignored": "failed", "deleted": "failed"}
"""How each final state of a claim counts on the result page; every other state is in progress."""


@dataclass(slots=True)
class Row:
    """One work in a list. ``state`` is the icon and colour, ``words`` say the same."""

    title: str
    language: str = ""
    doi: str = ""
    url: str = ""
    facts: list[str] = field(default_factory=list)
    naming: str = ""
    state: str = ""
    words: str = ""
    notes: list[str] = field(default_factory=list)
    """Sentences below the facts: what was read, why it cannot be added, what can be done."""
    why: str = ""
    """Where the decision about the work is explained."""
    link: str = ""
    """The page of the work in My works."""
    can_be_chosen: bool = False
    is_chosen: bool = False
    signed: str = ""
    """What is stored when a work of a search is chosen."""
    end: str = "moving"
    """On the result page: done, failed, not (it cannot be added) or moving."""

    @property
    def key(self) -> str:
        """The part of element ids that is this work's."""
        return self.doi or self.title


def row_of_found(work: ListedWork, *, orcid_id: str, is_chosen: bool) -> Row:
    """Describe a work that a search found."""
    choice = choice_of(work)
    row = _row(work, work.repository_name or work.publisher)
    if work.creators and work.standing.naming not in BY_ID:
        row.facts.insert(0, work.creators)
    row.signed = sign(choice)
    row.is_chosen = is_chosen
    _describe_status(row, work.standing, orcid_id)
    return row


def row_of_selected(work: Any, status: WorkStatus | None, *, orcid_id: str) -> Row:
    """Describe a work of the person's own list: pasted, or chosen before."""
    if work.finding not in {"", Finding.DATACITE}:
        return row_of_refused(work)
    row = _row(work, work.publisher)
    row.is_chosen = work.is_chosen
    if work.is_mended:
        row.notes.append(
            _("You wrote “%(written)s”. Tick it if this is the work you meant.") % {"written": work.written}
        )
    elif work.written and exact_doi(work.written) != work.doi:
        row.notes.append(_("Read from “%(written)s”") % {"written": work.written})
    if status is None:
        row.state, row.words, row.can_be_chosen = "waiting", _("Being looked up"), True
        return row
    _describe_status(row, status, orcid_id)
    return row


def row_of_refused(work: Any) -> Row:
    """Describe what was pasted and cannot be added, with the reason."""
    words = finding_words(work.finding, work.written)
    row = Row(work.doi or f"“{work.written}”", doi=work.doi, url=doi_url(work.doi) if work.doi else "")
    row.state, row.words, row.end = "ignored", _("Cannot be added"), "not"
    row.notes.append(f"{words['title']}. {words['you']}")
    if work.doi and work.written and work.written != work.doi:
        row.notes.append(_("Read from “%(written)s”") % {"written": work.written})
    return row


def row_of_result(work: Any, claim: Any) -> Row:
    """Describe what became of a work that was added together with others."""
    if work.finding not in {"", Finding.DATACITE}:
        return row_of_refused(work)
    row = _row(work, work.publisher)
    if claim is None:
        row.state, row.words = "waiting", _("Being looked up")
        if work.finding and not work.is_chosen:
            row.state, row.words, row.end = "done", _("On your record"), "done"
        return row
    shown = described(claim)
    row.state, row.words = claim.state, str(shown["state"])
    row.end = ADDED_STATES.get(claim.state, "moving")
    row.link = reverse("work", args=[claim.uuid])
    if problem := shown["problem"]:
        row.notes.append(f"{problem['title']}. {problem['we']} {problem['you']}")
        if shown["detail"]:
            row.notes.append(_("In detail: %(detail)s") % {"detail": shown["detail"]})
    return row


def _row(work: Any, place: str) -> Row:
    facts = [fact for fact in (type_name(work.kind), work.year, place) if fact]
    return Row(work.title or work.doi, work.language, work.doi, doi_url(work.doi) if work.doi else "", facts)


def _describe_status(row: Row, status: WorkStatus, orcid_id: str) -> None:
    """Say what is known of a work: whom it names, whether it is on the record, and what speaks against it."""
    row.naming = str(NAMINGS[status.naming.value])
    row.can_be_chosen = status.can_be_added
    row.words = _("Can be added")
    if status.has_claim:
        row.link = f"{reverse('works')}?text={row.doi}"
    problem = problem_of(status.problem)
    if status.is_on_its_way:
        row.state, row.words = "waiting", _("On its way")
    elif status.on_record is OnRecord.DATACITE:
        row.state, row.words = "done", _("On your record")
    elif status.on_record is OnRecord.ELSEWHERE:
        source = status.source or _("another source")
        row.state, row.words = "done", _("On your record, from %(source)s") % {"source": source}
    elif status.on_record is OnRecord.REMOVED:
        row.state, row.words = "deleted", _("Removed by you")
    elif problem:
        row.state, row.words = "failed", _("Not sent: %(problem)s") % {"problem": problem_title(problem)}
    elif status.left_out and (reason := reason_of(status.left_out)):
        row.state, row.words = "ignored", _("Left out by Auto-Update")
        row.notes.append(f"{reason['sentence']} {_('You can add it yourself.')}")
        row.why = f"{reverse('why')}?doi={row.doi}&orcid={orcid_id}"


def sign(choice: Choice) -> str:
    """Return a choice as a page carries it: what is stored is what we showed."""
    shown = [
        choice.doi,
        choice.title,
        choice.year,
        choice.kind,
        choice.publisher,
        choice.naming,
        choice.left_out,
        choice.language,
    ]
    return signing.dumps(shown, salt=_SALT, compress=True)


def read_signed(row: str) -> Choice | None:
    """Return the choice in a signed row of our page; None if the signature is wrong."""
    try:
        shown: list[Any] = signing.loads(row, salt=_SALT)
        doi, title, year, kind, publisher, naming, left_out, language = shown
    except (signing.BadSignature, ValueError):
        return None
    return Choice(
        doi,
        finding=Finding.DATACITE.value,
        title=title,
        year=year,
        kind=kind,
        publisher=publisher,
        naming=naming,
        left_out=left_out,
        language=language,
    )
