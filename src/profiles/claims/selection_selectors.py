"""Read selections: the works that a person is choosing, or has requested together."""

import uuid as uuids
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from profiles.claims.models import SelectedWork, Selection
from profiles.domain.work_status import Finding


def open_selection_of(orcid_id: str) -> Selection | None:
    """Return the person's open selection."""
    return Selection.objects.filter(orcid_id=orcid_id, asked_at=None).first()


def selection_by_uuid(uuid: uuids.UUID) -> Selection | None:
    """Return the selection with this public id."""
    return Selection.objects.filter(uuid=uuid).first()


def last_requested(orcid_id: str) -> Selection | None:
    """Return the selection that the person requested last."""
    return Selection.objects.filter(orcid_id=orcid_id, asked_at__isnull=False).order_by("-asked_at").first()


def works_of(selection: Selection) -> QuerySet[SelectedWork]:
    """List the works of a selection in their order."""
    return selection.works.order_by("position", "id")


def page_of_works(selection: Selection, size: int, page: int) -> list[SelectedWork]:
    """List one page of a selection: first the works that can be added, then those that cannot."""
    addable_first = Case(When(finding__in=["", Finding.DATACITE.value], then=0), default=1)
    ordered = selection.works.order_by(addable_first, "position", "id")
    return list(ordered[(page - 1) * size : page * size])


def chosen_dois(orcid_id: str, dois: Sequence[str]) -> set[str]:
    """Return the DOIs that the person has chosen and not yet requested."""
    chosen = SelectedWork.objects.filter(
        selection__orcid_id=orcid_id, selection__asked_at=None, is_chosen=True, doi__in=list(dois)
    )
    return set(chosen.values_list("doi", flat=True))


def counts_of(selection: Selection) -> dict[str, int]:
    """Count the works of a selection: all, chosen and addable, still to be looked up, and refused."""
    can_be_added = Q(finding__in=["", Finding.DATACITE.value])
    return selection.works.aggregate(
        total=Count("id"),
        chosen=Count("id", filter=Q(is_chosen=True) & can_be_added),
        waiting=Count("id", filter=Q(finding="")),
        refused=Count("id", filter=~can_be_added),
    )


def to_look_up(selection: Selection, limit: int) -> list[SelectedWork]:
    """List the works that are still to be looked up, in their order."""
    return list(selection.works.filter(finding="").order_by("position", "id")[:limit])


def everything_of(orcid_id: str) -> list[dict[str, Any]]:
    """Return the stored data about a person's selections, for the data export."""
    selections = Selection.objects.filter(orcid_id=orcid_id).order_by("id").prefetch_related("works")
    return [
        {
            "created_at": selection.created_at,
            "asked_at": selection.asked_at,
            "works": [
                {"doi": work.doi, "written": work.written, "chosen": work.is_chosen, "finding": work.finding}
                for work in sorted(selection.works.all(), key=lambda work: work.position)
            ],
        }
        for selection in selections
    ]
