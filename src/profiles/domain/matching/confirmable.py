"""Find where a work may name a person: with their iD, with another one, or with none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from profiles.domain.ids import OrcidId
from profiles.domain.matching.named_ids import orcid_id_in
from profiles.domain.matching.names import resembles
from profiles.domain.records.sighting import NamedPerson, Sighting

MAX_OTHERS: Final = 100
"""A collaboration names thousands; who resembles the person comes first."""
_NOTE: Final = re.compile(r"[(\[]\s*unauthenticated\s*[)\]]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is named; ``written`` is the iD as deposited, empty where there is none."""

    field: str
    name: str
    role: str
    written: str = ""
    orcid_id: str = ""

    @property
    def is_unauthenticated(self) -> bool:
        """Whether the metadata say that the iD was not obtained by a sign-in of its owner."""
        return is_marked_unauthenticated(self.written)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the person's own iD is named, and other people who may be them."""

    own: Sequence[Place]
    others: Sequence[Place]


def is_marked_unauthenticated(written: str) -> bool:
    """Tell whether an iD is followed by ORCID's note ``(unauthenticated)``.

    https://support.orcid.org/hc/en-us/articles/360006897654
    """
    return _NOTE.search(written) is not None


def places_for(record: Sighting, orcid_id: OrcidId, names: Sequence[str], *, sandbox: bool = False) -> Places:
    """Find the places where a person with this iD and these names is, or may be, named."""
    own: list[Place] = []
    alike: list[Place] = []
    different: list[Place] = []
    for person in (*record.creators, *record.contributors):
        places = _places_of(person, sandbox=sandbox)
        mine = [place for place in places if place.orcid_id == orcid_id]
        own += mine
        if not mine and person.name:
            (alike if resembles(names, [person]) else different).append(places[0])
    return Places(own, [*alike, *different][:MAX_OTHERS])


def _places_of(person: NamedPerson, *, sandbox: bool) -> list[Place]:
    name = person.name or f"{person.given_name} {person.family_name}".strip()
    found = [
        Place(identifier.field, name, person.role, identifier.text, orcid_id)
        for identifier in person.identifiers
        if (orcid_id := orcid_id_in(identifier, sandbox=sandbox))
    ]
    return found or [Place(person.field, name, person.role)]
