"""Report on a repository's metadata: how many creators have an ORCID iD, and which iDs are malformed.

It covers the metadata alone, which are public, and never shows who gave permission for what.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from profiles.domain.matching.named_ids import namings, unreadable
from profiles.domain.records.sighting import Sighting, text

MIN_PEOPLE: Final = 5
"""Counts of fewer people are hidden, because they could reveal a person (k-anonymity)."""
MAX_MALFORMED: Final = 500
"""The number of examples that are listed; the rest is only counted."""
_ORGANISATION: Final = "organizational"


@dataclass(frozen=True, slots=True)
class MalformedId:
    """An identifier that claims to be an ORCID iD and is not."""

    doi: str
    field: str
    value: str
    name: str = ""
    """The person whom the metadata name beside it."""


@dataclass(slots=True)
class MetadataReport:
    """The counts. Only people count as creators: organisations cannot have an iD."""

    dois: int = 0
    creators: int = 0
    with_id: int = 0
    malformed_total: int = 0
    malformed: list[MalformedId] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """The share of creators with a valid iD, between 0 and 1; None when there are no creators."""
        return round(self.with_id / self.creators, 4) if self.creators else None

    def add(self, record: Sighting) -> None:
        """Count one record."""
        self.dois += 1
        named = {naming.person.field for naming in namings(record) if naming.is_creator}
        people = _people(record)
        self.creators += len(people)
        self.with_id += len(named & people)
        for identifier in unreadable(record):
            self.malformed_total += 1
            if len(self.malformed) < MAX_MALFORMED:
                self.malformed.append(
                    MalformedId(record.doi, identifier.field, identifier.deposited, identifier.person.name)
                )


def _people(record: Sighting) -> set[str]:
    return {
        person.field
        for person, shown in zip(record.creators, record.shown.creators or (), strict=True)
        if text(shown.name_type).lower() != _ORGANISATION
    }


def without_small_counts(counts: Iterable[tuple[str, int, int]]) -> dict[str, int | None]:
    """Return counts by code; None hides a count that concerns too few people.

    Each count is a code, the number of works, and the number of different people.
    """
    return {code: works if people >= MIN_PEOPLE else None for code, works, people in counts}
