"""Changes of selections: choose and let go, note what looking up led to, ask for all in one go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from profiles.claims.models import SelectedWork, Selection
from profiles.domain.doi_lists.reading import MOST
from profiles.domain.work_status import Finding
from profiles.infra import clock


@dataclass(frozen=True, slots=True)
class Choice:
    """A work to choose: as a search showed it, or as it was written and is still to be looked up."""

    doi: str
    others: Sequence[str] = ()
    written: str = ""
    is_mended: bool = False
    finding: str = ""
    title: str = ""
    year: str = ""
    kind: str = ""
    publisher: str = ""
    naming: str = ""


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What looking up one selected work led to; ``choice`` is what is now known of it."""

    work_id: int
    choice: Choice
    is_chosen: bool = True


@transaction.atomic
def choose(*, orcid_id: str, choices: Sequence[Choice], let_go: Collection[str] = ()) -> Selection:
    """Add works to what the person is choosing, and take others out of it. Twice is the same as once.

    More than fits is left out: the page says how many there are.
    """
    selection = _open(orcid_id)
    if let_go:
        selection.works.filter(doi__in=list(let_go), finding=Finding.DATACITE.value).delete()
        selection.works.filter(doi__in=list(let_go)).update(is_chosen=False)
    known = dict(selection.works.exclude(doi="").values_list("doi", "pk"))
    again = [known[choice.doi] for choice in choices if choice.doi in known]
    selection.works.filter(pk__in=again).update(is_chosen=True)
    fresh = {choice.doi or choice.written: choice for choice in choices if choice.doi not in known}
    last = selection.works.aggregate(last=Max("position"))["last"] or 0
    room = max(0, 2 * MOST - selection.works.count())
    SelectedWork.objects.bulk_create(
        [
            SelectedWork(
                selection=selection,
                position=position,
                is_chosen=not choice.is_mended and choice.finding != Finding.UNREADABLE.value,
                **_columns(choice),
            )
            for position, choice in enumerate(list(fresh.values())[:room], last + 1)
        ],
        ignore_conflicts=True,
    )
    return selection


def _open(orcid_id: str) -> Selection:
    selection, _new = Selection.objects.get_or_create(orcid_id=orcid_id, asked_at=None)
    # Two tabs choose one after the other.
    return Selection.objects.select_for_update().get(pk=selection.pk)


def _columns(choice: Choice) -> dict[str, object]:
    return {
        "doi": choice.doi,
        "others": list(choice.others),
        "written": choice.written,
        "is_mended": choice.is_mended,
        "finding": choice.finding,
        "title": choice.title,
        "year": choice.year,
        "kind": choice.kind,
        "publisher": choice.publisher,
        "naming": choice.naming,
    }


@transaction.atomic
def keep(*, orcid_id: str, shown: Collection[str], kept: Collection[str]) -> Selection:
    """Of the listed works that a page showed, choose exactly these."""
    selection = _open(orcid_id)
    listed = selection.works.filter(doi__in=list(shown)).exclude(doi="")
    listed.exclude(doi__in=list(kept)).update(is_chosen=False)
    listed.filter(doi__in=list(kept), finding__in=["", Finding.DATACITE.value]).update(is_chosen=True)
    return selection


@transaction.atomic
def empty(*, orcid_id: str) -> None:
    """Let all go."""
    Selection.objects.filter(orcid_id=orcid_id, asked_at=None).delete()


@transaction.atomic
def ask(*, selection_id: int) -> Selection:
    """Close the selection: what is chosen in it is asked for, now or as soon as it was looked up."""
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    if selection.asked_at is None:
        selection.asked_at = clock.now()
        selection.save(update_fields=["asked_at"])
        # What can not be added stays, so that the page of results says why.
        selection.works.filter(is_chosen=False, finding__in=["", Finding.DATACITE.value]).delete()
    return selection


def note_asked(*, selection_id: int, dois: Collection[str]) -> None:
    """Remember which works were asked for, so that each is asked for once."""
    SelectedWork.objects.filter(selection_id=selection_id, doi__in=list(dois)).update(is_asked=True)


@transaction.atomic
def note_found(*, selection_id: int, found: Sequence[LookupResult]) -> None:
    """Keep what looking up led to. Where two ways of writing meet in one DOI, the first stays."""
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    selection.problem, selection.looks_again_at = "", None
    selection.save(update_fields=["problem", "looks_again_at"])
    taken = dict(selection.works.exclude(doi="").values_list("doi", "pk"))
    works = selection.works.in_bulk([one.work_id for one in found])
    for one in found:
        work = works.get(one.work_id)
        if work is None:
            continue
        if one.choice.doi and taken.setdefault(one.choice.doi, work.pk) != work.pk:
            work.delete()
            continue
        for name, value in _columns(one.choice).items():
            setattr(work, name, value)
        work.is_chosen = work.is_chosen and one.is_chosen
        work.save()


@transaction.atomic
def note_trouble(*, selection_id: int, problem: str, looks_again_at: datetime) -> None:
    """Say why looking up stands still, and when it goes on by itself."""
    Selection.objects.filter(pk=selection_id).update(problem=problem, looks_again_at=looks_again_at)


def clean_up(*, older_than: datetime) -> int:
    """Drop selections made before this moment; say how many. Claims that came of them stay."""
    deleted, _each = Selection.objects.filter(created_at__lt=older_than).delete()
    return deleted
