"""What intake looks at in a DOI record: who is named, what it is related to, when it changed.

Millions of records pass by and nearly none names anybody who is enrolled. So a record is read in two
steps: a *glance* that decodes nothing but name identifiers, and the *sighting*, for the few that matter.
Both survive what depositors and three generations of exports have left in the metadata.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from profiles.domain.ids import parse_doi
from profiles.domain.loose_json import NOT_STRICT, NotJsonError, read_json

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
    """As much of a record as must be read to know that it names nobody."""

    id: str
    attributes: GlanceAttributes | None = None


class _Wrapped(msgspec.Struct, gc=False):
    """A record inside ``{"data": …}``, as a single DOI's answer has it."""

    data: Glance


_glance: Final = msgspec.json.Decoder(Glance)
_wrapped: Final = msgspec.json.Decoder(_Wrapped)


def glance(raw: bytes) -> Glance:
    """Read the name identifiers of a record and nothing else.

    Raises:
        UnreadableRecordError: put the record into quarantine.
    """
    try:
        found = _glance.decode(raw)
    except NOT_STRICT:
        return _second_glance(raw)
    return found if _is_doi(found.id) else _second_glance(raw)


def _second_glance(raw: bytes) -> Glance:
    """Look inside a wrapping; else read everything, and keep what has its usual type."""
    try:
        found = _wrapped.decode(raw).data
    except NOT_STRICT:
        found = None
    return found if found and _is_doi(found.id) else _patient_glance(read_sighting(raw))


def _patient_glance(record: "Sighting") -> Glance:
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
    """How the DOI says that it is related to something."""

    kind: str
    target: str
    target_type: str
    field: str


class Sighting(msgspec.Struct, frozen=True, gc=False):
    """One state of one DOI's metadata, as far as matching and rules need it."""

    doi: str
    state: str
    title: str
    registered: datetime | None
    updated: datetime | None
    repository: str
    agency: str
    resource_type: str
    attributes: JsonObject
    has_repository_block: bool = False

    @property
    def creators(self) -> tuple[NamedPerson, ...]:
        """Those who made the work. Read at each asking: collaborations have thousands, and few are asked."""
        return tuple(_people(self.attributes, "creators"))

    @property
    def contributors(self) -> tuple[NamedPerson, ...]:
        """Those who helped."""
        return tuple(_people(self.attributes, "contributors"))

    @property
    def relations(self) -> tuple[Relation, ...]:
        """What the work says that it is related to."""
        return tuple(_relations(self.attributes))

    def identified(self) -> Iterator[NamedPerson]:
        """Go through the people who carry an identifier: creators first, in the order of the metadata."""
        yield from _people(self.attributes, "creators", identified=True)
        yield from _people(self.attributes, "contributors", identified=True)


def read_sighting(raw: bytes | JsonObject) -> Sighting:
    """Read a JSON:API record, alone or inside ``{"data": …}``.

    Raises:
        UnreadableRecordError: put the record into quarantine.
    """
    record = _object(raw)
    attributes = _dict(record.get("attributes"))
    said = (text(record.get("id")), text(attributes.get("doi")))
    doi = next((doi for each in said if (doi := _doi(each))), "")
    if not doi:
        raise UnreadableRecordError(f"no DOI in id or attributes.doi: {(said[0] or said[1])[:80]!r}")
    repository = _dict(_dict(record.get("relationships")).get("client"))
    return Sighting(
        doi=doi,
        state=text(attributes.get("state")).lower(),
        title=_title(attributes),
        # DOIs that were registered before DataCite kept the moment have only their creation.
        registered=moment(attributes.get("registered")) or moment(attributes.get("created")),
        updated=moment(attributes.get("updated")),
        repository=text(_dict(repository.get("data")).get("id")).lower(),
        agency=text(attributes.get("agency")).lower(),
        resource_type=text(_dict(attributes.get("types")).get("resourceTypeGeneral")),
        attributes=attributes,
        has_repository_block="data" in repository,
    )


def _doi(said: str) -> str:
    """Read a DOI: as DataCite writes it, whatever it holds, or else in any form in which people do."""
    return said.lower() if _is_doi(said) else parse_doi(said) or ""


def _is_doi(said: str) -> bool:
    return said.startswith(_DOI) and "/" in said


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


def _people(attributes: JsonObject, key: str, *, identified: bool = False) -> Iterator[NamedPerson]:
    for place, person in enumerate(objects(attributes.get(key))):
        if not identified or person.get("nameIdentifiers"):
            yield named_person(person, key, place)


def named_person(person: JsonObject, key: str, place: int) -> NamedPerson:
    """Read a person; ``key`` and ``place`` say where they stand in the record."""
    field = f"{key}[{place}]"
    return NamedPerson(
        name=text(person.get("name")),
        given_name=text(person.get("givenName")),
        family_name=text(person.get("familyName")),
        role="" if key == "creators" else text(person.get("contributorType")) or "Other",
        field=field,
        identifiers=tuple(_identifiers(person, field)),
    )


def _identifiers(person: JsonObject, field: str) -> Iterator[NameIdentifier]:
    for position, identifier in enumerate(objects(person.get("nameIdentifiers"))):
        yield NameIdentifier(
            text=text(identifier.get("nameIdentifier")),
            scheme=text(identifier.get("nameIdentifierScheme")),
            scheme_uri=text(identifier.get("schemeUri")),
            field=f"{field}.nameIdentifiers[{position}]",
        )


def _relations(attributes: JsonObject) -> Iterator[Relation]:
    for position, related in enumerate(objects(attributes.get("relatedIdentifiers"))):
        yield Relation(
            kind=text(related.get("relationType")),
            target=text(related.get("relatedIdentifier")),
            target_type=text(related.get("relatedIdentifierType")),
            field=f"relatedIdentifiers[{position}]",
        )


def _title(attributes: JsonObject) -> str:
    return next((found for t in objects(attributes.get("titles")) if (found := text(t.get("title")))), "")


def objects(value: Any) -> list[JsonObject]:
    """Return the objects of a list; a lone object counts as a list of one, anything else as none."""
    if not value:
        return []
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a string without blanks around it, and without NUL, which PostgreSQL does not keep.

    Anything else is empty.
    """
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """Read a timestamp of the REST API; what is not one is None."""
    try:
        read = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _dict(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}
