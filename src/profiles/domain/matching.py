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

HOSTS: Final = ("orcid.org",)
HOSTS_WITH_SANDBOX: Final = ("orcid.org", "sandbox.orcid.org")


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
    if not identifier.text:
        return None
    orcid_id = parse_orcid_id(identifier.text, hosts=HOSTS_WITH_SANDBOX if sandbox else HOSTS)
    if orcid_id is None or is_example_orcid_id(orcid_id):
        return None
    # ISNI has set ORCID's numbers aside: without a label, in the usual form, one cannot be anybody else's.
    unlabelled = identifier.scheme.lower() not in OTHER_SCHEMES and "-" in identifier.text
    return orcid_id if unlabelled or _says_orcid(identifier) else None


def _says_orcid(identifier: NameIdentifier) -> bool:
    """Whether the label, its address or the value itself says ORCID."""
    return any(
        "orcid" in said.lower() for said in (identifier.scheme, identifier.scheme_uri, identifier.text)
    )


def _all_identifiers(record: Sighting) -> Iterator[tuple[NamedPerson, NameIdentifier]]:
    for person in (*record.creators, *record.contributors):
        for identifier in person.identifiers:
            yield person, identifier
