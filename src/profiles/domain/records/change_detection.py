"""Detect what changed in a DOI's metadata since it was last seen.

DataCite promises that three fields trigger Auto-Update: creators, related identifiers and funding references.
The registry changes ``updated`` for many other reasons, in mass re-indexing for millions of DOIs a day, so
the timestamp proves nothing; the digests of what was seen before do. They leave out what differs between the
sources for the same record (affiliations as names or as objects, publisher likewise).

A change of how digests are made is no change of a DOI. Each digest is stored with the name of its scheme, and
a record is compared in the scheme of what is stored; after that the stored digest is of the current scheme.
So a scheme stays here as long as digests of it are stored.
"""

import hashlib
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final

import msgspec

from profiles.domain.records.display import Affiliation, DisplayRecord, Person
from profiles.domain.records.doi_record import Container, Types
from profiles.domain.records.sighting import Sighting

TRIGGER_FIELDS: Final = ("creators", "relatedIdentifiers", "fundingReferences")
"""In the order of their digests; the REST API's names."""

FINDABLE: Final = "findable"
HIDDEN: Final = frozenset({"draft", "registered"})
"""States of DOIs that are not public. Any other value does not tell whether a DOI is public."""
_PART: Final = 8
CONTENT_BYTES: Final = 16

_pack: Final = msgspec.msgpack.Encoder()
_NO_TYPES: Final = Types()
_NO_CONTAINER: Final = Container()


class ChangeKind(StrEnum):
    """How a sighting differs from the one before."""

    FIRST_SEEN = "first-seen"
    BECAME_FINDABLE = "became-findable"
    NO_LONGER_FINDABLE = "no-longer-findable"
    TRIGGER_FIELD = "trigger-field"
    CONTENT = "content"
    NONE = "none"
    OLDER = "older"
    """A later event was handled before: the stored snapshot is newer."""


class Change(msgspec.Struct, frozen=True, gc=False):
    """What changed, and in which fields."""

    kind: ChangeKind
    fields: tuple[str, ...] = ()


class Digests(msgspec.Struct, frozen=True, gc=False):
    """What is stored of a record to detect changes: the trigger fields, the whole content, and the state."""

    trigger: bytes
    content: bytes
    state: str
    scheme: str = "1"

    @property
    def inputs(self) -> bytes:
        """The digest of all that a work is made of, with its scheme, as claims store it."""
        return self.scheme.encode() + b":" + self.content


def digests(record: Sighting, scheme: str | None = None) -> Digests:
    """Return the digests of a record, in the current scheme or in one of before."""
    scheme = scheme or CURRENT_SCHEME
    trigger, content = SCHEMES[scheme](record)
    return Digests(trigger, content, record.state, scheme)


def _digests_1(record: Sighting) -> tuple[bytes, bytes]:
    shown = record.shown
    parts = (_people(shown.creators), shown.related_identifiers or None, shown.funding_references or None)
    # Creators may be thousands, so they are digested once: the content contains their digest.
    trigger = b"".join([_digest(part, _PART) for part in parts])
    return trigger, _digest([trigger, _content(shown)], CONTENT_BYTES)


SCHEMES: Final[dict[str, Callable[[Sighting], tuple[bytes, bytes]]]] = {"1": _digests_1}
CURRENT_SCHEME = "1"


def scheme_of(inputs: bytes) -> str:
    """Return the scheme of a digest that a claim stores; empty if it is none that is known."""
    scheme = inputs.partition(b":")[0].decode(errors="replace")
    return scheme if scheme in SCHEMES else ""


def change(before: Digests | None, now: Digests, *, overtaken: bool = False) -> Change:
    """Return what changed; ``overtaken`` means that the stored snapshot is newer than this one."""
    if before is None:
        return Change(ChangeKind.FIRST_SEEN)
    if overtaken:
        return Change(ChangeKind.OLDER)
    assert before.scheme == now.scheme, "digests of different schemes say nothing"
    is_state_known = now.state == FINDABLE or now.state in HIDDEN
    if is_state_known and (before.state == FINDABLE) != (now.state == FINDABLE):
        is_findable = now.state == FINDABLE
        return Change(
            ChangeKind.BECAME_FINDABLE if is_findable else ChangeKind.NO_LONGER_FINDABLE, ("state",)
        )
    fields = changed_fields(before.trigger, now.trigger)
    if fields:
        return Change(ChangeKind.TRIGGER_FIELD, fields)
    return Change(ChangeKind.NONE if before.content == now.content else ChangeKind.CONTENT)


def changed_fields(before: bytes, now: bytes) -> tuple[str, ...]:
    """Return the names of the trigger fields whose digests differ."""
    return tuple(
        field
        for position, field in enumerate(TRIGGER_FIELDS)
        if before[position * _PART : (position + 1) * _PART] != now[position * _PART : (position + 1) * _PART]
    )


def _digest(value: Any, size: int) -> bytes:
    return hashlib.blake2b(_pack.encode(value), digest_size=size).digest()


def _people(people: list[Person] | None) -> list[Any]:
    """Return what is compared of people, as one flat list: a collaboration has thousands of them.

    Absent, null and empty are the same; so are affiliations as names and as objects.
    """
    found: list[Any] = []
    add = found.append
    for person in people or ():
        add((person.name, person.name_type, person.given_name, person.family_name, person.contributor_type))
        for one in person.name_identifiers or ():
            add((one.name_identifier, one.name_identifier_scheme))
        for affiliation in person.affiliation or ():
            add(affiliation.name if isinstance(affiliation, Affiliation) else affiliation)
    return found


def _other_names(shown: DisplayRecord) -> list[tuple[str, str]]:
    """Return the other identifiers of the work: the response for a single DOI has them twice, a page once."""
    pairs = [(one.identifier, one.identifier_type) for one in shown.identifiers or ()]
    pairs += [
        (one.alternate_identifier, one.alternate_identifier_type) for one in shown.alternate_identifiers or ()
    ]
    return sorted({(name or "", kind or "") for name, kind in pairs})


def _content(shown: DisplayRecord) -> list[Any]:
    """Return everything else that can reach an ORCID record. Absent, null and empty are the same."""
    return [
        shown.titles or None,
        shown.dates or None,
        shown.descriptions or None,
        _people(shown.contributors),
        _other_names(shown),
        shown.related_items or None,
        str(shown.publication_year or ""),
        shown.publisher_name or None,
        shown.language or None,
        shown.url or None,
        shown.version or None,
        None if shown.types == _NO_TYPES else shown.types,
        None if shown.container == _NO_CONTAINER else shown.container,
    ]
