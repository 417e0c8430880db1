"""A work's status for a person: two separate facts, and whether it can be added.

Whether the metadata name the person and whether the work is on their ORCID record are independent. One word
for both confuses people (lupo#623, datacite#1175).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from profiles.domain.claim import ClaimAction, ClaimState
from profiles.domain.matching.named_ids import namings, orcid_id_in
from profiles.domain.matching.names import name_parts
from profiles.domain.records.sighting import NamedPerson, Sighting


class Finding(StrEnum):
    """What looking up a DOI led to."""

    DATACITE = "datacite"
    """DataCite knows it and shows it: it can be added."""
    UNKNOWN = "unknown"
    """Its prefix is DataCite's, but no findable DOI has this name."""
    ELSEWHERE = "elsewhere"
    """It is not registered with DataCite."""
    UNREADABLE = "unreadable"
    """What was written holds no DOI that we can read."""
    SHORT_DOI = "short-doi"
    """It is a short DOI, which leads to a DOI but is none."""
    PAGE = "page"
    """It is the address of a page that does not tell the DOI."""


NOT_READ: Final = frozenset({Finding.UNREADABLE, Finding.SHORT_DOI, Finding.PAGE})
"""What was written led to no DOI."""


class Naming(StrEnum):
    """How the metadata name a person."""

    CREATOR = "creator"
    CONTRIBUTOR = "contributor"
    BY_NAME = "by-name"
    """A person of this name, without an iD: possibly the same."""
    OTHER_ID = "other-id"
    """A person of this name, with another iD: probably another person."""
    NO = "no"


BY_ID: Final = frozenset({Naming.CREATOR, Naming.CONTRIBUTOR})
"""The metadata name the person by their iD."""


class OnRecord(StrEnum):
    """Whether, and from whom, a work is on the person's ORCID record."""

    DATACITE = "datacite"
    ELSEWHERE = "elsewhere"
    REMOVED = "removed"
    NO = "no"
    NOT_BY_DATACITE = "not-by-datacite"
    """We did not put it there, and whether another source did is not known: the record was not read."""
    UNKNOWN = "unknown"
    """The record could not be read, or may not be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry for a DOI on the record: which client put it there, and what its source is called."""

    client_id: str
    source: str


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What our own claim for the work says."""

    state: ClaimState
    action: ClaimAction
    has_put_code: bool
    is_blocked: bool = False
    removed_by_owner: bool = False


def naming_of(record: Sighting, orcid_id: str, names: Iterable[str], *, sandbox: bool = False) -> Naming:
    """Return how a record names a person: by iD, or only by a similar name."""
    by_id = [naming for naming in namings(record, sandbox=sandbox) if naming.orcid_id == orcid_id]
    if by_id:
        return Naming.CREATOR if any(naming.is_creator for naming in by_id) else Naming.CONTRIBUTOR
    own = [name_parts(name) for name in names]
    alike = [
        person
        for person in (*record.creators, *record.contributors)
        if any(_same(parts, name_parts(_full(person))) for parts in own)
    ]
    if not alike:
        return Naming.NO
    others = [_has_an_id(person, sandbox=sandbox) for person in alike]
    return Naming.OTHER_ID if all(others) else Naming.BY_NAME


def _full(person: NamedPerson) -> str:
    return f"{person.name} {person.given_name} {person.family_name}"


def _same(own: set[str], credited: set[str]) -> bool:
    """Whether two names can be one person's: all parts of the shorter are in the longer.

    Initials are no parts, so that of "Alvarado, A." the family name is left to compare.
    """
    shorter, longer = sorted((own, credited), key=len)
    return bool(shorter) and shorter <= longer


def _has_an_id(person: NamedPerson, *, sandbox: bool) -> bool:
    return any(orcid_id_in(identifier, sandbox=sandbox) for identifier in person.identifiers)


def on_record(
    claim: ClaimFacts | None, entries: Sequence[Entry] | None, ours: Collection[str]
) -> tuple[OnRecord, str]:
    """Say whether the work is on the record, and the name of the other source, if it is one.

    ``entries`` is what the record shows for the DOI, None when it was not read. Our claim is newer than any
    reading of the record, so where it speaks of our own entry, it is believed.
    """
    mine = [entry for entry in entries or () if entry.client_id in ours]
    foreign = [entry for entry in entries or () if entry.client_id not in ours]
    kept = claim is not None and claim.has_put_code and claim.state is not ClaimState.DELETED
    if kept or (claim is None and mine):
        return OnRecord.DATACITE, ""
    if foreign:
        return OnRecord.ELSEWHERE, foreign[0].source
    if claim is not None and (claim.state is ClaimState.DELETED or claim.is_blocked):
        by_owner = claim.removed_by_owner or claim.is_blocked
        return (OnRecord.REMOVED if by_owner else OnRecord.NO), ""
    if mine:
        return OnRecord.DATACITE, ""
    if entries is None:
        return (OnRecord.UNKNOWN if claim is None else OnRecord.NOT_BY_DATACITE), ""
    return OnRecord.NO, ""
