"""Whom a DOI names: ORCID iDs in every form that depositors wrote, in which role, and at which place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from profiles.domain.ids import OrcidId
from profiles.domain.matching.name_identifiers import read_id, says_orcid
from profiles.domain.records.display import Identifying, Person
from profiles.domain.records.sighting import NamedPerson, NameIdentifier, Sighting, named_person

CREATOR: Final = ""
"""The role of those who made the work; contributors have the role that the metadata say."""


class Naming(msgspec.Struct, frozen=True, gc=False):
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


Place = tuple[str, int, Person, Identifying]
"""Position of an identifier: the list, the index in it, the person and the identifier as received."""


def places(record: Sighting, *, sandbox: bool = False) -> dict[OrcidId, list[Place]]:
    """Find the iDs that the record names: creators first, in the order of the metadata.

    Every identifier of a person is looked at, not only the first. ``sandbox`` accepts iDs of ORCID's
    sandbox: their numbers belong to other people than the same numbers in production. Nothing more is
    read: a collaboration names thousands, of whom few are ours.
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
    """Read who is named at a place."""
    key, position, raw_person, raw = place
    person = named_person(raw_person, key, position)
    among = raw_person.name_identifiers or ()
    identifier = person.identifiers[next(n for n, one in enumerate(among) if one is raw)]
    return Naming(orcid_id, person.role, person, identifier.field, identifier.text)


def namings(record: Sighting, *, sandbox: bool = False) -> list[Naming]:
    """List every place where the record names an iD, by iDs in the order of the metadata."""
    found = places(record, sandbox=sandbox)
    return [naming_at(orcid_id, place) for orcid_id, standing in found.items() for place in standing]


def _id_of(identifier: Identifying, *, sandbox: bool) -> OrcidId | None:
    value = identifier.name_identifier
    if value is None:
        return None
    return read_id(value, identifier.name_identifier_scheme or "", identifier.scheme_uri, sandbox=sandbox)


def unreadable(record: Sighting, *, sandbox: bool = False) -> list[Unreadable]:
    """List the identifiers that claim to be ORCID iDs and cannot be read as such."""
    return [
        Unreadable(identifier.field, identifier.text, person)
        for person, identifier in _all_identifiers(record)
        if says_orcid(identifier.scheme, identifier.scheme_uri, identifier.text)
        and orcid_id_in(identifier, sandbox=sandbox) is None
    ]


def orcid_id_in(identifier: NameIdentifier, *, sandbox: bool = False) -> OrcidId | None:
    """Read an iD whose check digit is right and which is not an example; None otherwise."""
    return read_id(identifier.text, identifier.scheme, identifier.scheme_uri, sandbox=sandbox)


def _all_identifiers(record: Sighting) -> Iterator[tuple[NamedPerson, NameIdentifier]]:
    for person in record.identified():
        for identifier in person.identifiers:
            yield person, identifier
