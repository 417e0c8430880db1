"""One DOI record of DataCite's REST API, read tolerantly: what is broken is left out, the rest is kept.

Shapes and oddities are those of recorded metadata: lists may be null, publisher a text or an object,
affiliations texts or objects, years texts, identifiers null. Only what has no DOI is refused.
"""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from profiles.domain.ids import Doi, parse_doi

_decode: Final = msgspec.json.Decoder().decode


class BrokenRecordError(Exception):
    """This is not a DOI record; ``field`` says what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Text:
    """A title or a description."""

    text: str
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Person:
    """A creator or contributor. ``identifiers`` are pairs of scheme and value."""

    name: str
    given_name: str
    family_name: str
    is_organisation: bool
    role: str
    identifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Related:
    """How the DOI is related to something, and what that is."""

    relation: str
    kind: str
    value: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """What funded the work."""

    funder: str
    number: str
    uri: str


@dataclass(frozen=True, slots=True)
class DoiRecord:
    """What the mapping needs of a DOI record."""

    doi: Doi
    state: str
    url: str
    titles: tuple[Text, ...]
    descriptions: tuple[Text, ...]
    creators: tuple[Person, ...]
    contributors: tuple[Person, ...]
    publisher: str
    container: dict[str, Any]
    publication_year: str
    dates: tuple[tuple[str, str], ...]
    language: str
    types: dict[str, Any]
    related: tuple[Related, ...]
    related_items: tuple[Related, ...]
    alternates: tuple[tuple[str, str], ...]
    awards: tuple[Award, ...]
    version: str


def read_doi_record(raw: bytes | dict[str, Any]) -> DoiRecord:
    """Read a JSON:API record, alone or inside ``{"data": ...}``.

    Raises:
        BrokenRecordError: it is not JSON, not an object, or names no DOI; put it aside.
    """
    record = _object(raw)
    given = record.get("attributes")
    attributes: dict[str, Any] = given if isinstance(given, dict) else {}
    doi = parse_doi(text(attributes.get("doi")) or text(record.get("id")))
    if doi is None:
        raise BrokenRecordError("doi", "the record names no DOI")
    publisher = attributes.get("publisher")
    return DoiRecord(
        doi=doi,
        state=text(attributes.get("state")),
        url=text(attributes.get("url")),
        titles=_texts(attributes.get("titles"), "title", "titleType"),
        descriptions=_texts(attributes.get("descriptions"), "description", "descriptionType"),
        creators=_people(attributes.get("creators"), ""),
        contributors=_people(attributes.get("contributors"), "contributorType"),
        publisher=text(publisher.get("name")) if isinstance(publisher, dict) else text(publisher),
        container=_dictionary(attributes.get("container")),
        publication_year=text(attributes.get("publicationYear")),
        dates=tuple((text(d.get("dateType")), text(d.get("date"))) for d in objects(attributes.get("dates"))),
        language=text(attributes.get("language")),
        types=_dictionary(attributes.get("types")),
        related=_related(attributes.get("relatedIdentifiers")),
        related_items=_items(attributes.get("relatedItems")),
        alternates=_alternates(attributes),
        awards=tuple(
            Award(text(f.get("funderName")), text(f.get("awardNumber")), text(f.get("awardUri")))
            for f in objects(attributes.get("fundingReferences"))
        ),
        version=text(attributes.get("version")),
    )


def _object(raw: bytes | dict[str, Any]) -> dict[str, Any]:
    record: Any = raw
    if not isinstance(raw, dict):
        try:
            record = _decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BrokenRecordError("record", f"not JSON: {error}") from None
    if isinstance(record, dict) and isinstance(record.get("data"), dict):
        record = record["data"]
    if not isinstance(record, dict):
        raise BrokenRecordError("record", "not a JSON object")
    return record


def text(value: Any) -> str:
    """Return a text or number as text, anything else as nothing."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; a lone object counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _dictionary(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any, name: str, kind: str) -> tuple[Text, ...]:
    return tuple(
        Text(t, text(one.get(kind)), text(one.get("lang")))
        for one in objects(value)
        if (t := text(one.get(name)))
    )


def _people(value: Any, role: str) -> tuple[Person, ...]:
    return tuple(
        Person(
            name=text(one.get("name")),
            given_name=text(one.get("givenName")),
            family_name=text(one.get("familyName")),
            is_organisation=text(one.get("nameType")).lower() == "organizational",
            role=text(one.get(role)) if role else "",
            identifiers=tuple(
                (text(i.get("nameIdentifierScheme")), found)
                for i in objects(one.get("nameIdentifiers"))
                if (found := text(i.get("nameIdentifier")))
            ),
        )
        for one in objects(value)
    )


def _related(value: Any) -> tuple[Related, ...]:
    return tuple(
        Related(text(one.get("relationType")), text(one.get("relatedIdentifierType")), found)
        for one in objects(value)
        if (found := text(one.get("relatedIdentifier")))
    )


def _items(value: Any) -> tuple[Related, ...]:
    found = []
    for one in objects(value):
        identifier = _dictionary(one.get("relatedItemIdentifier"))
        titles = [text(t.get("title")) for t in objects(one.get("titles"))]
        found.append(
            Related(
                text(one.get("relationType")),
                text(identifier.get("relatedItemIdentifierType")),
                text(identifier.get("relatedItemIdentifier")),
                next((title for title in titles if title), ""),
            )
        )
    return tuple(found)


def _alternates(attributes: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Identifiers besides the DOI stand under one name or another, by the age of the record."""
    pairs = [
        (text(one.get("alternateIdentifierType")), text(one.get("alternateIdentifier")))
        for one in objects(attributes.get("alternateIdentifiers"))
    ] + [
        (text(one.get("identifierType")), text(one.get("identifier")))
        for one in objects(attributes.get("identifiers"))
    ]
    return tuple(dict.fromkeys(pair for pair in pairs if pair[1]))
