"""List what a repository is asked to correct in its metadata, and follow it until the metadata change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from profiles.clients.blocking import call
from profiles.domain.matching.id_corrections import Advice, correction_of
from profiles.domain.matching.named_ids import unreadable
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.infra import clock
from profiles.intake import repositories
from profiles.intake.models import UnreadableId
from profiles.pipeline import sync_clients
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
    """List the corrections: open ones first, then those that changed last."""
    found = []
    for row in repositories.unreadable_ids(repository)[:MAX_CORRECTIONS]:
        correction = correction_of(row.value)
        found.append(
            MetadataCorrection(
                doi=row.doi,
                field=row.field,
                old=row.value,
                new=correction.new,
                advice=correction.advice,
                name=row.name,
                since=row.found_at,
                changed_at=row.changed_at,
            )
        )
    return found


def report_and_follow(repository: str) -> None:
    """Make the report about a repository, and store which open corrections its metadata now have.

    DOIs that are not among the newest are read too. One that DataCite no longer shows needs no correction.

    Raises:
        ServiceError: DataCite does not answer; what was found out so far is stored.
    """
    open_rows = list(repositories.unreadable_ids(repository).filter(changed_at=None)[:MAX_CORRECTIONS])
    watched = {row.doi for row in open_rows}
    seen: dict[str, Sighting] = {}

    def see(record: Sighting) -> None:
        if record.doi in watched:
            seen[record.doi] = record

    make_report(repository, see=see)
    missing = sorted(watched - set(seen))[:MAX_CORRECTIONS]
    for start in range(0, len(missing), _BATCH):
        for raw in call(sync_clients.datacite().named(missing[start : start + _BATCH])).records:
            try:
                see(read_sighting(raw))
            except UnreadableRecordError:
                # It is shown, and no one can say what it names: keep all open until it can be read.
                return
    _store(open_rows, seen)


def _store(rows: Sequence[UnreadableId], seen: Mapping[str, Sighting]) -> None:
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
