"""What a repository's metadata say about people: how many creators carry an ORCID iD, and which are wrong.

About the metadata alone, which are public. It never shows who gave permission for what.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from profiles.domain.matching.named_ids import namings, unreadable
from profiles.domain.records.sighting import Sighting, text

FEWEST: Final = 5
"""Counts of fewer people are hidden, because they could reveal a person (k-anonymity)."""
MAX_MALFORMED: Final = 500
"""As many examples as a page or a program can use; the rest is counted."""
_ORGANISATION: Final = "organizational"


@dataclass(frozen=True, slots=True)
class Malformed:
    """An identifier that says it is an ORCID iD and is none."""

    doi: str
    field: str
    value: str


@dataclass(slots=True)
class MetadataReport:
    """What was counted. Creators are people; organisations cannot have an iD and do not count."""

    dois: int = 0
    creators: int = 0
    with_id: int = 0
    malformed_total: int = 0
    malformed: list[Malformed] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """How many of the creators carry a valid iD, between 0 and 1; None where there are none."""
        return round(self.with_id / self.creators, 4) if self.creators else None

    def add(self, record: Sighting) -> None:
        """Count one record."""
        self.dois += 1
        named = {naming.person.field for naming in namings(record) if naming.is_creator}
        people = _people(record)
        self.creators += len(people)
        self.with_id += len(named & people)
        for one in unreadable(record):
            self.malformed_total += 1
            if len(self.malformed) < MAX_MALFORMED:
                self.malformed.append(Malformed(record.doi, one.field, one.deposited))


def _people(record: Sighting) -> set[str]:
    return {
        person.field
        for person, shown in zip(record.creators, record.shown.creators or (), strict=True)
        if text(shown.name_type).lower() != _ORGANISATION
    }


def without_small_counts(counts: Iterable[tuple[str, int, int]]) -> dict[str, int | None]:
    """Return counts by code; None hides a count that concerns too few people.

    Each is a code, how many works, and of how many different people.
    """
    return {code: works if people >= FEWEST else None for code, works, people in counts}
