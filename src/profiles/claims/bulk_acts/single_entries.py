"""Store which works people want as one entry on their records, and read the entries of their works."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from profiles.claims.bulk_acts.models import BulkAct, SingleEntry
from profiles.domain.eligibility.researcher_rules import Versions
from profiles.infra import clock

ALL_WORKS: Final = ""
"""Instead of a work: the choice holds for all works of the person."""

# Parts of SQL for a statement that needs choices beside metadata.
SINGLE_ENTRIES: Final = "claims_singleentry e"
IS_ASKED_FOR: Final = """EXISTS (SELECT 1 FROM claims_claimhistory h WHERE h.claim_id = c.id
    AND h.event = 'request' AND h.action = 'create' AND h.at > %(since)s AND (h.actor = c.orcid_id
    OR h.origin = 'orcid_search' AND h.from_state IN ('', 'deleted', 'ignored')))"""
"""Whether the owner of ``c`` asked for it after a moment, here or through another service.

A change of the metadata asks again, too, for what is on the record already: that is not the owner's request.
"""


@transaction.atomic
def choose(*, orcid_id: str, work: str, keep: Versions) -> SingleEntry:
    """Store the choice for a work, or for all; what the person asked for before does not speak against it."""
    row, _new = SingleEntry.objects.update_or_create(
        orcid_id=orcid_id, work=work, defaults={"keep": keep.value, "chosen_at": clock.now()}
    )
    return row


def choices_of(orcid_id: str) -> QuerySet[SingleEntry]:
    """Return a person's choices, the latest first."""
    return SingleEntry.objects.filter(orcid_id=orcid_id).order_by("-chosen_at")


def choices_among(orcid_ids: Iterable[str]) -> dict[tuple[str, str], Versions]:
    """Return which entry these people want to have of which work."""
    rows = SingleEntry.objects.filter(orcid_id__in=list(orcid_ids)).exclude(work=ALL_WORKS)
    return {(row.orcid_id, row.work): Versions(row.keep) for row in rows}


def drop(row: SingleEntry) -> None:
    """Delete a choice; entries that were taken off stay away."""
    row.delete()


def acts_of(orcid_id: str, *, act: str, since: datetime) -> QuerySet[BulkAct]:
    """Return the acts by which entries of a person were taken off since then, the latest first."""
    return BulkAct.objects.filter(orcid_id=orcid_id, act=act, created_at__gte=since).order_by("-id")


def move_person(*, old_orcid_id: str, new_orcid_id: str) -> None:
    """Move the choices of a merged iD to the new iD, whose own choices stay."""
    own = SingleEntry.objects.filter(orcid_id=new_orcid_id).values("work")
    SingleEntry.objects.filter(orcid_id=old_orcid_id).exclude(work__in=own).update(orcid_id=new_orcid_id)


def everything_of(orcid_id: str) -> list[dict[str, Any]]:
    """Return the stored choices of a person, for the data export."""
    return [{"work": row.work, "keep": row.keep, "chosen_at": row.chosen_at} for row in choices_of(orcid_id)]
