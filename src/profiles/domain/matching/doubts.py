"""Tell whether a record clearly does not name an iD, or whether that is unclear.

A work is removed from an ORCID record only when it is clear: the people of the DOI can be read, and the
person is not among them. It is unclear when the list is empty or damaged, when an iD cannot be read, and when
a person of the same name has no iD.
"""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, Final

import msgspec

from profiles.domain.matching.name_identifiers import read_id, says_orcid
from profiles.domain.matching.names import name_parts
from profiles.domain.records.display import Person
from profiles.domain.records.loose_json import NotJsonError, read_json
from profiles.domain.records.sighting import Sighting, text

DAMAGED_PEOPLE: Final = "people-unreadable"
UNREADABLE_ID: Final = "unreadable-id"
WITHOUT_ID: Final = "named-without-id"
_MAX_PARTS: Final = 12
"""Words of a name that are compared; no name has more."""


class Doubt(msgspec.Struct, frozen=True):
    """Why it is unclear whether a record names a person: the reason's code, and the place in the record."""

    reason: str
    field: str
    value: str = ""


class _Unidentified(msgspec.Struct, frozen=True):
    """A person of the record whose iD, if they have one, is not known."""

    parts: frozenset[str]
    doubt: Doubt


class Doubts:
    """What is unclear about a record's people; created once per record, used for each person."""

    def __init__(self, record: Sighting, *, sandbox: bool = False) -> None:
        self._damage = _damage(record)
        people = list(_unidentified(record, sandbox=sandbox)) if self._damage is None else []
        self._people = people
        # The first person with a part, with nothing but that part, and with two parts together: looking
        # through thousands of people who share a family name, for each of thousands, would be quadratic.
        self._with: dict[str, int] = {}
        self._only: dict[str, int] = {}
        self._with_both: dict[tuple[str, str], int] = {}
        for place, person in enumerate(people):
            parts = sorted(person.parts)[:_MAX_PARTS]
            for part in parts:
                self._with.setdefault(part, place)
            if len(parts) == 1:
                self._only.setdefault(parts[0], place)
            for pair in combinations(parts, 2):
                self._with_both.setdefault(pair, place)

    @property
    def is_damaged(self) -> bool:
        """Whether the lists of people cannot be read at all."""
        return self._damage is not None

    def about(self, names: Iterable[str]) -> Doubt | None:
        """Return why it is unclear whether a person with these names is named; None when it is clear.

        ``names`` are those of the person and those under which the DOI named them before. When no name is
        known, anyone without an iD may be the person.
        """
        if self._damage is not None:
            return self._damage
        parts = sorted({part for name in names for part in name_parts(name)})[:_MAX_PARTS]
        if not parts:
            return self._people[0].doubt if self._people else None
        # Two parts in common, or one name within the other.
        found = [self._with_both.get(pair) for pair in combinations(parts, 2)]
        found += [self._only.get(part) for part in parts]
        if len(parts) == 1:
            found.append(self._with.get(parts[0]))
        places = [place for place in found if place is not None]
        return self._people[min(places)].doubt if places else None


def _damage(record: Sighting) -> Doubt | None:
    """Return what is wrong with the lists of people: creators are mandatory, so an empty list is damage."""
    attributes = _attributes(record.raw)
    for key in ("creators", "contributors"):
        people = attributes.get(key)
        if not people and key == "creators":
            return Doubt(DAMAGED_PEOPLE, key)
        if people and not isinstance(people, list):
            return Doubt(DAMAGED_PEOPLE, key)
        for place, person in enumerate(people or ()):
            if not isinstance(person, dict) or not _has_name(person):
                return Doubt(DAMAGED_PEOPLE, f"{key}[{place}]")
    return None


def _attributes(raw: bytes) -> dict[str, Any]:
    try:
        record = read_json(raw)
    except NotJsonError:
        return {}
    record = record.get("data", record) if isinstance(record, dict) else {}
    attributes = record.get("attributes") if isinstance(record, dict) else None
    return attributes if isinstance(attributes, dict) else {}


def _has_name(person: dict[str, Any]) -> bool:
    return any(text(person.get(key)) for key in ("name", "givenName", "familyName"))


def _unidentified(record: Sighting, *, sandbox: bool) -> Iterator[_Unidentified]:
    for key, people in (("creators", record.shown.creators), ("contributors", record.shown.contributors)):
        for place, person in enumerate(people or ()):
            doubt = _doubt_of(person, f"{key}[{place}]", sandbox=sandbox)
            if doubt is not None:
                name = f"{text(person.name)} {text(person.given_name)} {text(person.family_name)}"
                yield _Unidentified(frozenset(name_parts(name)), doubt)


def _doubt_of(person: Person, field: str, *, sandbox: bool) -> Doubt | None:
    """Return why it is unclear who a person is; None when they have an iD that can be read."""
    unreadable = None
    for position, identifier in enumerate(person.name_identifiers or ()):
        value, scheme = text(identifier.name_identifier), text(identifier.name_identifier_scheme)
        uri = identifier.scheme_uri
        if read_id(value, scheme, uri, sandbox=sandbox) is not None:
            return None
        if unreadable is None and says_orcid(scheme, text(uri), value):
            unreadable = Doubt(UNREADABLE_ID, f"{field}.nameIdentifiers[{position}]", value)
    return unreadable or Doubt(WITHOUT_ID, field, text(person.name))
