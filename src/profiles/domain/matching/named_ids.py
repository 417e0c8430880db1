"""Find whom a DOI names: ORCID iDs in every form that depositors use, with role and position."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from profiles.domain.ids import OrcidId
from profiles.domain.matching.name_identifiers import read_id, says_orcid
from profiles.domain.records.display import DepositedIdentifier, Person
from profiles.domain.records.sighting import NamedPerson, NameIdentifier, Sighting, named_person

CREATOR: Final = ""
"""The role of creators; contributors have the role that the metadata state."""


class Naming(msgspec.Struct, frozen=True, gc=False):
    """One place where a DOI names one iD."""

    orcid_id: OrcidId
    role: str
    person: NamedPerson
    field: str
    deposited: str

    @property
    def is_creator(self) -> bool:
        """Whether the person is a creator, not a contributor."""
        return self.role == CREATOR


@dataclass(frozen=True, slots=True)
class UnreadableId:
    """An identifier that claims to be an ORCID iD and is not: for reports to the repository."""

    field: str
    deposited: str
    person: NamedPerson


Place = tuple[str, int, Person, DepositedIdentifier]
"""Position of an identifier: the list, the index in it, the person and the identifier as received."""


def places(record: Sighting, *, sandbox: bool = False) -> dict[OrcidId, list[Place]]:
    """Find the iDs that the record names: creators first, in the order of the metadata.

    Every identifier of a person is read, not only the first. ``sandbox`` accepts iDs of ORCID's
    sandbox: their numbers belong to other people than the same numbers in production. Nothing else is
    read: a collaboration names thousands of people, of whom few are enrolled.
    """
    found: dict[OrcidId, list[Place]] = {}
    shown = record.shown
    for key, people in (("creators", shown.creators), ("contributors", shown.contributors)):
        for place, person in enumerate(people or ()):
            for identifier in person.name_identifiers or ():
                orcid_id = _id_of(identifier, sandbox=sandbox)
                if orcid_id is not None:
                    found.setdefault(orcid_id, []).append((key, place, person, identifier))
    return found


def naming_at(orcid_id: OrcidId, place: Place) -> Naming:
    """Return who is named at a place."""
    key, position, raw_person, raw = place
    person = named_person(raw_person, key, position)
    among = raw_person.name_identifiers or ()
    identifier = person.identifiers[next(n for n, one in enumerate(among) if one is raw)]
    return Naming(orcid_id, person.role, person, identifier.field, identifier.text)


def namings(record: Sighting, *, sandbox: bool = False) -> list[Naming]:
    """List every place where the record names an iD, by iDs in the order of the metadata."""
    found = places(record, sandbox=sandbox)
    return [naming_at(orcid_id, place) for orcid_id, places_of in found.items() for place in places_of]


def _id_of(identifier: DepositedIdentifier, *, sandbox: bool) -> OrcidId | None:
    value = identifier.name_identifier
    if value is None:
        return None
    return read_id(value, identifier.name_identifier_scheme or "", identifier.scheme_uri, sandbox=sandbox)


def unreadable(record: Sighting, *, sandbox: bool = False) -> list[UnreadableId]:
    """List the identifiers that claim to be ORCID iDs and cannot be read as such."""
    return [
        UnreadableId(identifier.field, identifier.text, person)
        for person, identifier in _people_with_identifiers(record)
        if says_orcid(identifier.scheme, identifier.scheme_uri, identifier.text)
        and orcid_id_in(identifier, sandbox=sandbox) is None
    ]


def orcid_id_in(identifier: NameIdentifier, *, sandbox: bool = False) -> OrcidId | None:
    """Read an iD whose check digit is right and which is not an example; None otherwise."""
    return read_id(identifier.text, identifier.scheme, identifier.scheme_uri, sandbox=sandbox)


def _people_with_identifiers(record: Sighting) -> Iterator[tuple[NamedPerson, NameIdentifier]]:
    for person in record.identified():
        for identifier in person.identifiers:
            yield person, identifier
