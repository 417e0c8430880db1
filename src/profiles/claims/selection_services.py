"""Change selections: choose and deselect works, store look-up results, close the selection."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from profiles.claims.models import SelectedWork, Selection
from profiles.domain.work_status import NOT_READ, Finding
from profiles.infra import clock
from profiles.infra.postgres.deleting import delete_in_batches

MAX_SELECTED: Final = 5_000
"""How many works a person can choose at once; a longer list is added in parts."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A work to choose: from a search, or as written by the person and still to be looked up."""

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
    left_out: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The result of looking up one selected work; ``choice`` holds what is known now."""

    work_id: int
    choice: Choice
    is_chosen: bool = True


@transaction.atomic
def choose(*, orcid_id: str, choices: Sequence[Choice], deselected: Collection[str] = ()) -> Selection:
    """Add works to the person's selection, and remove the ``deselected`` ones. Safe to run twice.

    What the person pasted stays in their list when it is deselected, so that they can choose it again.
    Works beyond the limit are left out: the page shows how many there are.
    """
    selection = _open(orcid_id)
    if deselected:
        _deselect(selection, doi__in=list(deselected))
    existing = dict(selection.works.exclude(doi="").values_list("doi", "pk"))
    chosen_again = [existing[choice.doi] for choice in choices if choice.doi in existing]
    selection.works.filter(pk__in=chosen_again).update(is_chosen=True)
    new_choices = {choice.doi or choice.written: choice for choice in choices if choice.doi not in existing}
    last_position = selection.works.aggregate(last=Max("position"))["last"] or 0
    room = max(0, MAX_SELECTED - selection.works.count())
    SelectedWork.objects.bulk_create(
        [
            SelectedWork(
                selection=selection,
                position=position,
                is_chosen=not choice.is_mended and choice.finding not in NOT_READ,
                **_columns(choice),
            )
            for position, choice in enumerate(list(new_choices.values())[:room], last_position + 1)
        ],
        ignore_conflicts=True,
    )
    return selection


def _deselect(selection: Selection, **which: object) -> None:
    selection.works.filter(written="", **which).delete()
    selection.works.filter(is_chosen=True, **which).update(is_chosen=False)


def _open(orcid_id: str) -> Selection:
    selection, _new = Selection.objects.get_or_create(orcid_id=orcid_id, asked_at=None)
    # Lock the row, so that two tabs choose one after the other.
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
        "left_out": choice.left_out,
        "language": choice.language,
    }


@transaction.atomic
def set_chosen(*, orcid_id: str, shown: Collection[str], kept: Collection[str]) -> Selection:
    """Of the works that a page showed, choose exactly the ``kept`` ones."""
    selection = _open(orcid_id)
    shown_works = selection.works.filter(doi__in=list(shown)).exclude(doi="")
    shown_works.exclude(doi__in=list(kept)).update(is_chosen=False)
    shown_works.filter(doi__in=list(kept), finding__in=["", Finding.DATACITE.value]).update(is_chosen=True)
    return selection


@transaction.atomic
def deselect_all(*, orcid_id: str) -> None:
    """Choose nothing; what the person pasted stays in their list."""
    _deselect(_open(orcid_id))


@transaction.atomic
def clear(*, orcid_id: str) -> None:
    """Delete the person's open selection."""
    Selection.objects.filter(orcid_id=orcid_id, asked_at=None).delete()


@transaction.atomic
def close(*, selection_id: int) -> Selection:
    """Close the selection: its chosen works are requested now, or as soon as they are looked up."""
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    if selection.asked_at is None:
        selection.asked_at = clock.now()
        selection.save(update_fields=["asked_at"])
        # Works that cannot be added stay, so that the page of results shows why.
        selection.works.filter(is_chosen=False, finding__in=["", Finding.DATACITE.value]).delete()
    return selection


def mark_requested(*, selection_id: int, dois: Collection[str]) -> None:
    """Mark works as requested, so that each is requested once."""
    SelectedWork.objects.filter(selection_id=selection_id, doi__in=list(dois)).update(is_asked=True)


@transaction.atomic
def record_lookup_results(*, selection_id: int, results: Sequence[LookupResult]) -> None:
    """Store look-up results. When two entries turn out to be the same DOI, the first stays."""
    selection = Selection.objects.select_for_update().get(pk=selection_id)
    selection.problem, selection.looks_again_at = "", None
    selection.save(update_fields=["problem", "looks_again_at"])
    work_of_doi = dict(selection.works.exclude(doi="").values_list("doi", "pk"))
    works = selection.works.in_bulk([result.work_id for result in results])
    for result in results:
        work = works.get(result.work_id)
        if work is None:
            continue
        if result.choice.doi and work_of_doi.setdefault(result.choice.doi, work.pk) != work.pk:
            work.delete()
            continue
        for name, value in _columns(result.choice).items():
            setattr(work, name, value)
        work.is_chosen = work.is_chosen and result.is_chosen
        work.save()


@transaction.atomic
def record_lookup_problem(*, selection_id: int, problem: str, looks_again_at: datetime) -> None:
    """Store why the look-up is paused, and when it continues automatically."""
    Selection.objects.filter(pk=selection_id).update(problem=problem, looks_again_at=looks_again_at)


def delete_old_selections(*, older_than: datetime) -> int:
    """Delete selections made before this moment; return the number of rows. Their claims stay."""
    return delete_in_batches(Selection.objects.filter(created_at__lt=older_than))
