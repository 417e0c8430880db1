"""List what a repository is asked to correct in its metadata, and follow it until the metadata change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from profiles.clients.blocking import call
from profiles.confirmations import selectors as confirmations
from profiles.confirmations import services
from profiles.confirmations.models import Confirmation
from profiles.domain.confirmation import Answer
from profiles.domain.ids import orcid_uri
from profiles.domain.matching.id_corrections import Advice, correction_of
from profiles.domain.matching.named_ids import namings, unreadable
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.infra import clock
from profiles.intake import repositories
from profiles.intake.models import UnreadableId
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.facts import deployment
from profiles.pipeline.works.repository_view import make_report

MAX_CORRECTIONS: Final = 2000
"""How many are listed and followed; the rest come when these are corrected."""
_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class MetadataCorrection:
    """One value to change: where, from what to what, why, and since when it is changed."""

    doi: str
    field: str
    old: str
    new: str
    advice: Advice
    name: str
    since: datetime
    changed_at: datetime | None


def corrections_of(repository: str) -> list[MetadataCorrection]:
    """List the corrections: what people asked for, then unreadable iDs; in each, open ones first."""
    asked = [_asked_for(row) for row in confirmations.corrections_asked(repository)[:MAX_CORRECTIONS]]
    unread = [_unread(row) for row in repositories.unreadable_ids(repository)[:MAX_CORRECTIONS]]
    return asked + unread


def _asked_for(row: Confirmation) -> MetadataCorrection:
    is_other = row.answer == Answer.OTHER_ID
    return MetadataCorrection(
        doi=row.doi,
        field=row.field,
        old=row.written,
        new=orcid_uri(row.orcid_id) if is_other else "",
        advice=Advice.OTHER_ID if is_other else Advice.NOT_MINE,
        name=row.name,
        since=row.at,
        changed_at=row.changed_at,
    )


def _unread(row: UnreadableId) -> MetadataCorrection:
    correction = correction_of(row.value)
    return MetadataCorrection(
        doi=row.doi,
        field=row.field,
        old=row.value,
        new=correction.new,
        advice=correction.advice,
        name=row.name,
        since=row.found_at,
        changed_at=row.changed_at,
    )


def follow_all() -> None:
    """Start a new report for each repository that has something open, unless its report is fresh."""
    for repository in sorted(repositories.repositories_with_open_ids() | confirmations.repositories_asked()):
        repositories.report_of(repository)


def report_and_follow(repository: str) -> None:
    """Make the report about a repository, and store which corrections its metadata now have.

    DOIs that are not among the newest are read too. One that DataCite no longer shows needs no correction.

    Raises:
        ServiceError: DataCite does not answer; nothing counts as changed.
    """
    unread = list(repositories.unreadable_ids(repository).filter(changed_at=None)[:MAX_CORRECTIONS])
    asked = list(confirmations.corrections_asked(repository).filter(changed_at=None)[:MAX_CORRECTIONS])
    watched = {row.doi for row in unread} | {row.doi for row in asked}
    seen: dict[str, Sighting] = {}

    def see(record: Sighting) -> None:
        if record.doi in watched:
            seen[record.doi] = record

    make_report(repository, see=see)
    missing = sorted(watched - set(seen))
    for start in range(0, len(missing), _BATCH):
        for raw in call(sync_clients.datacite().named(missing[start : start + _BATCH])).records:
            try:
                see(read_sighting(raw))
            except UnreadableRecordError:
                # It is shown, and no one can say what it names: keep all open until it can be read.
                return
    _store_unread(unread, seen)
    services.mark_as_changed(row.pk for row in asked if _is_as_asked(row, seen.get(row.doi)))


def _is_as_asked(row: Confirmation, record: Sighting | None) -> bool:
    """Tell whether a record no longer names the iD of someone else, or now names the right one."""
    if record is None:
        return True
    named = {naming.orcid_id for naming in namings(record, sandbox=deployment().sandbox_ids)}
    return (row.orcid_id in named) is (row.answer == Answer.OTHER_ID)


def _store_unread(rows: Sequence[UnreadableId], seen: Mapping[str, Sighting]) -> None:
    changed: list[int] = []
    moved: list[int] = []
    for row in rows:
        places = {
            (identifier.field, identifier.deposited[: repositories.MAX_VALUE])
            for identifier in (unreadable(seen[row.doi]) if row.doi in seen else ())
        }
        if (row.field, row.value) in places:
            continue
        # A value that only moved is in a new row for its new place.
        (moved if row.value in {value for _field, value in places} else changed).append(row.pk)
    repositories.mark_as_changed(changed, at=clock.now())
    repositories.forget_ids(moved)
