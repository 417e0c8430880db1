"""Whom a DOI names: ORCID iDs in every form that depositors wrote, in which role, and at which place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from profiles.domain.ids import OrcidId, is_example_orcid_id, parse_orcid_id
from profiles.domain.matching_record import NamedPerson, NameIdentifier, Sighting

CREATOR: Final = ""
"""The role of those who made the work; contributors have the role that the metadata say."""

OTHER_SCHEMES: Final = frozenset(
    {"isni", "gnd", "viaf", "ror", "grid", "researcherid", "scopus", "scopus author id", "ringgold"}
    | {"bnf", "lccn", "url", "wikidata", "raid", "orgref", "crossref funder id", "local"}
)
"""Labels that are known not to mean ORCID, whatever the value looks like (datacite/datacite#2449)."""

# ISNI has set these blocks aside for ORCID (support.orcid.org, "Structure of the ORCID identifier"),
# so an unlabelled number inside them cannot be anybody else's.
# Given without the check digit.
ORCID_BLOCKS: Final = ((15_000_000, 35_000_000), (900_000_000_000, 900_100_000_000))


@dataclass(frozen=True, slots=True)
class Naming:
    """One place where a DOI names one iD."""

    orcid_id: OrcidId
    role: str
    person: NamedPerson
    field: str
    deposited: str

    @property
    def is_creator(self) -> bool:
        """Whether the person made the work, as opposed to having helped."""
        return self.role == CREATOR


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An identifier that says it is an ORCID iD and is none: for reports to the repository."""

    field: str
    deposited: str
    person: NamedPerson


def namings(record: Sighting, *, sandbox: bool = False) -> list[Naming]:
    """List every place where the record names an iD: creators first, in the order of the metadata.

    Every identifier of a person is looked at, not only the first. ``sandbox`` accepts iDs of ORCID's
    sandbox: their numbers belong to other people than the same numbers in production.
    """
    return [
        Naming(orcid_id, person.role, person, identifier.field, identifier.text)
        for person, identifier in _all_identifiers(record)
        if (orcid_id := orcid_id_in(identifier, sandbox=sandbox)) is not None
    ]


def unreadable(record: Sighting, *, sandbox: bool = False) -> list[Unreadable]:
    """List the identifiers that claim to be ORCID iDs and cannot be read as such."""
    return [
        Unreadable(identifier.field, identifier.text, person)
        for person, identifier in _all_identifiers(record)
        if _says_orcid(identifier) and orcid_id_in(identifier, sandbox=sandbox) is None
    ]


def orcid_id_in(identifier: NameIdentifier, *, sandbox: bool = False) -> OrcidId | None:
    """Read an iD whose check digit is right and which is nobody's example; None otherwise."""
    if not identifier.text or (not sandbox and "sandbox.orcid.org" in identifier.text.lower()):
        return None
    orcid_id = parse_orcid_id(identifier.text)
    if orcid_id is None or is_example_orcid_id(orcid_id):
        return None
    if _says_orcid(identifier):
        return orcid_id
    unlabelled = identifier.scheme.strip().lower() not in OTHER_SCHEMES
    return orcid_id if unlabelled and "-" in identifier.text and in_orcid_block(orcid_id) else None


def in_orcid_block(orcid_id: OrcidId) -> bool:
    """Say whether the number lies in a block that ORCID gives out."""
    number = int(orcid_id.replace("-", "")[:-1])
    return any(low <= number <= high for low, high in ORCID_BLOCKS)


def _says_orcid(identifier: NameIdentifier) -> bool:
    """Whether the label, its address or the value itself says ORCID."""
    return any(
        "orcid" in said.lower() for said in (identifier.scheme, identifier.scheme_uri, identifier.text)
    )


def _all_identifiers(record: Sighting) -> Iterator[tuple[NamedPerson, NameIdentifier]]:
    for person in (*record.creators, *record.contributors):
        for identifier in person.identifiers:
            yield person, identifier
