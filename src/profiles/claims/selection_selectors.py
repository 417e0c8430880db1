"""Read selections: the works that a person is choosing, or has requested together."""

import uuid as uuids
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, Q, QuerySet, When

from profiles.claims.models import SelectedWork, Selection
from profiles.domain.work_status import Finding

_CAN_BE_ADDED: Final = Q(works__finding__in=["", Finding.DATACITE.value])


@dataclass(frozen=True, slots=True)
class OpenSelection:
    """What a person is choosing, counted: all works, chosen ones, those to be looked up, refused ones.

    ``chosen_dois`` are those of the DOIs that were asked about.
    """

    selection: Selection | None = None
    total: int = 0
    chosen: int = 0
    waiting: int = 0
    refused: int = 0
    chosen_dois: frozenset[str] = frozenset()


def open_selection(orcid_id: str, *, dois: Collection[str] = ()) -> OpenSelection:
    """Return the person's open selection with its counts, and which of ``dois`` they chose; one query."""
    is_chosen = Q(works__is_chosen=True) & _CAN_BE_ADDED
    counted = Selection.objects.filter(orcid_id=orcid_id, asked_at=None).annotate(
        total=Count("works"),
        chosen=Count("works", filter=is_chosen),
        waiting=Count("works", filter=Q(works__finding="")),
        refused=Count("works", filter=~_CAN_BE_ADDED & Q(works__isnull=False)),
        chosen_dois=ArrayAgg("works__doi", filter=is_chosen & Q(works__doi__in=list(dois)), default=[]),
    )
    found: Any = counted.first()
    if found is None:
        return OpenSelection()
    return OpenSelection(
        found, found.total, found.chosen, found.waiting, found.refused, frozenset(found.chosen_dois)
    )


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
