"""What changed in a DOI's metadata since it was last looked at.

DataCite's promise names three fields that trigger Auto-Update: creators, related identifiers and funding
references. The registry moves ``updated`` for many other reasons, in mass re-indexing for millions of DOIs
a day, so the timestamp says nothing; digests of what was seen before do. They leave out what differs
between the doors for one and the same record (affiliations as names or as objects, publisher likewise).
"""

import hashlib
from enum import StrEnum
from typing import Any, Final

import msgspec

from profiles.domain.matching_record import JsonObject, Sighting, objects, text

TRIGGER_FIELDS: Final = ("creators", "relatedIdentifiers", "fundingReferences")
"""In the order of their digests; the REST API's names."""

FINDABLE: Final = "findable"
_PART: Final = 8
CONTENT_BYTES: Final = 16

_pack: Final = msgspec.msgpack.Encoder()


class ChangeKind(StrEnum):
    """How a sighting differs from the one before."""

    FIRST_SEEN = "first-seen"
    BECAME_FINDABLE = "became-findable"
    NO_LONGER_FINDABLE = "no-longer-findable"
    TRIGGER_FIELD = "trigger-field"
    CONTENT = "content"
    NONE = "none"
    OLDER = "older"
    """An event that was overtaken by a later one: what is kept is newer."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """What changed, and in which fields."""

    kind: ChangeKind
    fields: tuple[str, ...] = ()


class Digests(msgspec.Struct, frozen=True, gc=False):
    """What is remembered of a record to notice changes: three fields, all that is shown, and the state."""

    trigger: bytes
    content: bytes
    state: str


def digests(record: Sighting) -> Digests:
    """Digest a record."""
    attributes = record.attributes
    parts = (_people(attributes.get("creators")), _relations(attributes), _funding(attributes))
    # The long way over all creators is gone once: what is shown holds their digest.
    trigger = b"".join(_digest(part, _PART) for part in parts)
    return Digests(
        trigger=trigger,
        content=_digest([trigger, _content(attributes)], CONTENT_BYTES),
        state=record.state,
    )


def change(before: Digests | None, now: Digests, *, overtaken: bool = False) -> Change:
    """Say what changed; ``overtaken`` when the kept sighting is newer than this one."""
    if before is None:
        return Change(ChangeKind.FIRST_SEEN)
    if overtaken:
        return Change(ChangeKind.OLDER)
    if (before.state == FINDABLE) != (now.state == FINDABLE):
        came = now.state == FINDABLE
        return Change(ChangeKind.BECAME_FINDABLE if came else ChangeKind.NO_LONGER_FINDABLE, ("state",))
    fields = changed_fields(before.trigger, now.trigger)
    if fields:
        return Change(ChangeKind.TRIGGER_FIELD, fields)
    return Change(ChangeKind.NONE if before.content == now.content else ChangeKind.CONTENT)


def changed_fields(before: bytes, now: bytes) -> tuple[str, ...]:
    """Name the trigger fields whose digests differ."""
    return tuple(
        field
        for position, field in enumerate(TRIGGER_FIELDS)
        if before[position * _PART : (position + 1) * _PART] != now[position * _PART : (position + 1) * _PART]
    )


def _digest(value: Any, size: int) -> bytes:
    return hashlib.blake2b(_pack.encode(value), digest_size=size).digest()


class _Affiliation(msgspec.Struct):
    name: str | None = None


class _Identifier(msgspec.Struct, rename={"text": "nameIdentifier", "scheme": "nameIdentifierScheme"}):
    text: str | None = None
    scheme: str | None = None


class _Person(msgspec.Struct, rename="camel"):
    """What is compared of a person. Read and packed without Python's help: collaborations have thousands."""

    name: str | None = None
    name_type: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    contributor_type: str | None = None
    affiliation: list[str | _Affiliation | None] | None = None
    name_identifiers: list[_Identifier] | None = None


def _people(given: Any) -> list[_Person]:
    try:
        people = msgspec.convert(given or [], list[_Person])
    except msgspec.ValidationError:
        people = [_patient_person(person) for person in objects(given)]
    for person in people:
        # Absent, null and empty are the same; so are affiliations as names and as objects.
        person.name_identifiers = person.name_identifiers or None
        person.affiliation = [_named(a) for a in person.affiliation] if person.affiliation else None
    return people


def _named(affiliation: str | _Affiliation | None) -> str | None:
    return affiliation.name if isinstance(affiliation, _Affiliation) else affiliation


def _patient_person(person: JsonObject) -> _Person:
    """Read a person of whom something has an unusual type."""
    return _Person(
        name=text(person.get("name")) or None,
        name_type=text(person.get("nameType")) or None,
        given_name=text(person.get("givenName")) or None,
        family_name=text(person.get("familyName")) or None,
        contributor_type=text(person.get("contributorType")) or None,
        affiliation=[_name(affiliation) for affiliation in _list(person.get("affiliation"))],
        name_identifiers=[
            _Identifier(text(i.get("nameIdentifier")) or None, text(i.get("nameIdentifierScheme")) or None)
            for i in objects(person.get("nameIdentifiers"))
        ],
    )


def _relations(attributes: JsonObject) -> list[Any]:
    keys = ("relationType", "relatedIdentifier", "relatedIdentifierType")
    return [[text(r.get(key)) for key in keys] for r in objects(attributes.get("relatedIdentifiers"))]


def _funding(attributes: JsonObject) -> list[Any]:
    keys = ("funderName", "funderIdentifier", "awardNumber", "awardTitle", "awardUri")
    return [[text(f.get(key)) for key in keys] for f in objects(attributes.get("fundingReferences"))]


def _content(attributes: JsonObject) -> list[Any]:
    """All else that can reach an ORCID record."""
    types = attributes.get("types")
    container = attributes.get("container")
    return [
        [
            [text(t.get("title")), text(t.get("titleType")), text(t.get("lang"))]
            for t in objects(attributes.get("titles"))
        ],
        [[str(d.get("date")), text(d.get("dateType"))] for d in objects(attributes.get("dates"))],
        [
            [text(d.get("description")), text(d.get("descriptionType")), text(d.get("lang"))]
            for d in objects(attributes.get("descriptions"))
        ],
        _people(attributes.get("contributors")),
        [
            [text(i.get("identifier")), text(i.get("identifierType"))]
            for i in objects(attributes.get("identifiers"))
        ],
        [
            [text(i.get("alternateIdentifier")), text(i.get("alternateIdentifierType"))]
            for i in objects(attributes.get("alternateIdentifiers"))
        ],
        [_item(i) for i in objects(attributes.get("relatedItems"))],
        [str(attributes.get("publicationYear")), _name(attributes.get("publisher"))],
        [text(attributes.get(key)) for key in ("language", "url", "version")],
        sorted((k, v) for k, v in (types if isinstance(types, dict) else {}).items() if isinstance(v, str)),
        sorted(
            (k, v)
            for k, v in (container if isinstance(container, dict) else {}).items()
            if isinstance(v, str)
        ),
    ]


def _item(item: JsonObject) -> list[Any]:
    named = item.get("relatedItemIdentifier")
    return [
        [text(item.get("relationType")), text(item.get("relatedItemType"))],
        [text(t.get("title")) for t in objects(item.get("titles"))],
        sorted((k, v) for k, v in (named if isinstance(named, dict) else {}).items() if isinstance(v, str)),
    ]


def _name(value: Any) -> str:
    """A name, whether the door gave it as a string or as an object."""
    return text(value.get("name")) if isinstance(value, dict) else text(value)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
