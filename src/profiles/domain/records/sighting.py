"""Read what intake needs of a DOI record: who is named, what it is related to, when it changed.

Millions of records come in and nearly none names an enrolled person. So a record is read in two steps: a
*glance* that decodes nothing but name identifiers, and the *sighting*, for the few that matter. Both accept
what depositors and three generations of exports have left in the metadata.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from profiles.domain.ids import MAX_BYTES, exact_doi
from profiles.domain.records.display import DisplayRecord, Person, RelatedIdentifier
from profiles.domain.records.loose_json import DECODE_ERRORS, NotJsonError, read_json
from profiles.domain.records.salvage import salvage
from profiles.domain.records.texts import clean

JsonObject = dict[str, Any]
_DOI: Final = "10."


class UnreadableRecordError(ValueError):
    """The bytes are not a DOI record: not JSON, not an object, or without a DOI."""


class GlanceIdentifier(msgspec.Struct, gc=False):
    """The value of one name identifier."""

    text: str | None = msgspec.field(default=None, name="nameIdentifier")


class GlancePerson(msgspec.Struct, gc=False):
    """The identifiers of one creator or contributor."""

    identifiers: list[GlanceIdentifier] | None = msgspec.field(default=None, name="nameIdentifiers")


class GlanceAttributes(msgspec.Struct, gc=False):
    """The people of a record."""

    creators: list[GlancePerson] | None = None
    contributors: list[GlancePerson] | None = None


class Glance(msgspec.Struct, gc=False):
    """The part of a record that shows whether it names anyone."""

    id: str
    attributes: GlanceAttributes | None = None


class _Wrapped(msgspec.Struct, gc=False):
    """A record inside ``{"data": …}``, as in the response for a single DOI."""

    data: Glance


decode_glance: Final = msgspec.json.Decoder(Glance).decode
_wrapped: Final = msgspec.json.Decoder(_Wrapped)


def glance(raw: bytes) -> Glance:
    """Read the name identifiers of a record and nothing else.

    Raises:
        UnreadableRecordError: put the record into quarantine.
    """
    try:
        found = decode_glance(raw)
    except DECODE_ERRORS:
        return _glance_again(raw)
    return found if _is_doi(found.id) else _glance_again(raw)


def _glance_again(raw: bytes) -> Glance:
    """Read a wrapped record; otherwise read everything, and keep what has its usual type."""
    try:
        found = _wrapped.decode(raw).data
    except DECODE_ERRORS:
        found = None
    return found if found and _is_doi(found.id) else _glance_loosely(read_sighting(raw))


def _glance_loosely(record: "Sighting") -> Glance:
    def people(named: tuple[NamedPerson, ...]) -> list[GlancePerson]:
        return [GlancePerson([GlanceIdentifier(i.text) for i in person.identifiers]) for person in named]

    return Glance(record.doi, GlanceAttributes(people(record.creators), people(record.contributors)))


class NameIdentifier(msgspec.Struct, frozen=True, gc=False):
    """One identifier of a creator or contributor, as it was deposited."""

    text: str
    scheme: str
    scheme_uri: str
    field: str


class NamedPerson(msgspec.Struct, frozen=True, gc=False):
    """A creator, or a contributor with a role."""

    name: str
    given_name: str
    family_name: str
    role: str
    field: str
    identifiers: tuple[NameIdentifier, ...]


class Relation(msgspec.Struct, frozen=True, gc=False):
    """A relation of the DOI to something else."""

    kind: str
    target: str
    target_type: str
    field: str


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """One state of one DOI's metadata: what matching and rules need of it, and the record as received."""

    doi: str
    state: str
    title: str
    registered: datetime | None
    updated: datetime | None
    repository: str
    agency: str
    resource_type: str
    shown: DisplayRecord
    raw: bytes
    has_repository_block: bool = False

    @property
    def creators(self) -> tuple[NamedPerson, ...]:
        """The creators. Built on each access: collaborations have thousands, and few are needed."""
        return tuple(_people(self.shown.creators, "creators"))

    @property
    def contributors(self) -> tuple[NamedPerson, ...]:
        """The contributors."""
        return tuple(_people(self.shown.contributors, "contributors"))

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The related identifiers."""
        return tuple(_relations(self.shown.related_identifiers))

    def identified(self) -> Iterator[NamedPerson]:
        """Yield the people who have an identifier: creators first, in the order of the metadata."""
        yield from _people(self.shown.creators, "creators", identified=True)
        yield from _people(self.shown.contributors, "contributors", identified=True)


class _Id(msgspec.Struct, gc=False):
    id: str | None = None


class _Block(msgspec.Struct, gc=False):
    data: _Id | msgspec.UnsetType | None = msgspec.UNSET


class _Relationships(msgspec.Struct, gc=False):
    client: _Block | None = None


class _Record(msgspec.Struct, gc=False):
    """A JSON:API record whose parts have their usual types."""

    id: str
    attributes: DisplayRecord
    relationships: _Relationships | None = None


_record: Final = msgspec.json.Decoder(_Record)


def read_sighting(raw: bytes | JsonObject) -> Sighting:
    """Read a JSON:API record, alone or inside ``{"data": …}``.

    Raises:
        UnreadableRecordError: put the record into quarantine.
    """
    if isinstance(raw, bytes):
        try:
            record = _record.decode(raw)
        except DECODE_ERRORS:
            pass
        else:
            return _sighting(record, raw)
    return _read_loosely(raw)


def _read_loosely(raw: bytes | JsonObject) -> Sighting:
    """Read a record that is wrapped or has parts of unusual types; keep what can be read."""
    found = _object(raw)
    # The stored record is read again later, so its attributes must be an object, even an empty one.
    record = {**found, "attributes": _dict(found.get("attributes"))}
    id_, relationships = record.get("id"), _dict(record.get("relationships"))
    client = _dict(relationships.get("client"))
    block = _Block(_Id(text(_dict(client["data"]).get("id")))) if "data" in client else _Block()
    return _sighting(
        _Record(
            id_ if isinstance(id_, str) else "",
            salvage(DisplayRecord, record["attributes"]) or DisplayRecord(),
            _Relationships(block),
        ),
        msgspec.json.encode(record),
    )


def _sighting(record: _Record, raw: bytes) -> Sighting:
    shown = record.attributes
    candidates = (text(record.id), text(shown.doi))
    doi = next((doi for candidate in candidates if (doi := _doi(candidate))), "")
    if not doi:
        raise UnreadableRecordError(
            f"no DOI in id or attributes.doi: {(candidates[0] or candidates[1])[:80]!r}"
        )
    if len(doi.encode()) > MAX_BYTES:
        raise UnreadableRecordError(f"a DOI that is too long to be one: {doi[:80]!r}")
    client = record.relationships.client if record.relationships else None
    repository = client.data if client else msgspec.UNSET
    return Sighting(
        doi=doi,
        state=text(shown.state).lower(),
        title=next((found for t in shown.titles or () if (found := clean(text(t.title)))), ""),
        # DOIs that were registered before DataCite stored the time have only their time of creation.
        registered=moment(shown.registered) or moment(shown.created),
        updated=moment(shown.updated),
        repository=text(repository.id).lower() if isinstance(repository, _Id) else "",
        agency=text(shown.agency).lower(),
        resource_type=text(shown.types.resource_type_general) if shown.types else "",
        shown=shown,
        raw=raw,
        has_repository_block=repository is not msgspec.UNSET,
    )


def _doi(value: str) -> str:
    """Read a DOI: in DataCite's form, with any characters, or else as an address."""
    return value.lower() if _is_doi(value) else exact_doi(value) or ""


def _is_doi(value: str) -> bool:
    return value.startswith(_DOI) and "/" in value


def _object(raw: bytes | JsonObject) -> JsonObject:
    record: Any = raw
    if isinstance(raw, bytes):
        try:
            record = read_json(raw)
        except NotJsonError as error:
            raise UnreadableRecordError(str(error)) from error
    if not isinstance(record, dict):
        raise UnreadableRecordError("the record is not a JSON object")
    inner = record.get("data")
    return inner if isinstance(inner, dict) else record


def _people(people: list[Person] | None, key: str, *, identified: bool = False) -> Iterator[NamedPerson]:
    for place, person in enumerate(people or ()):
        if not identified or person.name_identifiers:
            yield named_person(person, key, place)


def named_person(person: Person, key: str, place: int) -> NamedPerson:
    """Read a person; ``key`` and ``place`` give their position in the record."""
    field = f"{key}[{place}]"
    return NamedPerson(
        name=text(person.name),
        given_name=text(person.given_name),
        family_name=text(person.family_name),
        role="" if key == "creators" else text(person.contributor_type) or "Other",
        field=field,
        identifiers=tuple(
            [
                NameIdentifier(
                    text=text(identifier.name_identifier),
                    scheme=text(identifier.name_identifier_scheme),
                    scheme_uri=text(identifier.scheme_uri),
                    field=f"{field}.nameIdentifiers[{position}]",
                )
                for position, identifier in enumerate(person.name_identifiers or ())
            ]
        ),
    )


def _relations(relations: list[RelatedIdentifier] | None) -> Iterator[Relation]:
    for position, related in enumerate(relations or ()):
        yield Relation(
            kind=text(related.relation_type),
            target=text(related.related_identifier),
            target_type=text(related.related_identifier_type),
            field=f"relatedIdentifiers[{position}]",
        )


def text(value: Any) -> str:
    """Return a string without surrounding blanks and without NUL, which PostgreSQL does not store.

    Any other value becomes the empty string.
    """
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """Read a timestamp of the REST API; None when it is not one, or is outside the years 1 to 9999."""
    try:
        read = datetime.fromisoformat(text(value))
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _dict(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}
