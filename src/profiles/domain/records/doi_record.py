"""One DOI record of DataCite's REST API, as far as a work on an ORCID record needs it.

Records are read into typed structs in one pass. Depositors and three generations of the API have left
nulls, numbers and plain texts where objects belong; a record that does not fit is read again, field by
field (``records.salvage``), so that one odd date does not cost the title. Only input that is not a JSON
object or names no DOI is refused.
"""

from typing import Any, Final

import msgspec

from profiles.domain.ids import Doi, exact_doi
from profiles.domain.records.loose_json import DECODE_ERRORS, NotJsonError, read_json


class BrokenRecordError(Exception):
    """This is not a DOI record (``field`` is at fault). Quarantine it: another request returns the same."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class Leaf(msgspec.Struct, rename="camel", frozen=True, gc=False):
    """A part of a record; any of its fields may be missing."""


class TitleText(Leaf, frozen=True):
    """One of the titles."""

    title: str | None = None
    title_type: str | None = None
    lang: str | None = None


class Description(Leaf, frozen=True):
    """One of the descriptions."""

    description: str | None = None
    description_type: str | None = None
    lang: str | None = None


class NameIdentifier(Leaf, frozen=True):
    """An identifier of a person or organisation."""

    name_identifier: str | None = None
    name_identifier_scheme: str | None = None
    scheme_uri: str | None = None


class Affiliation(Leaf, frozen=True):
    """Where a person works, in responses to requests with ``affiliation=true``."""

    name: str | None = None


class Person(Leaf, frozen=True):
    """A creator, or a contributor with a role; also organisations."""

    name: str | None = None
    name_type: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    contributor_type: str | None = None
    name_identifiers: list[NameIdentifier] | None = None
    affiliation: list[str | Affiliation | None] | None = None


class DateText(Leaf, frozen=True):
    """A date, as deposited."""

    date: str | None = None
    date_type: str | None = None


class Types(Leaf, frozen=True):
    """The type of the resource: DataCite's general type, the depositor's words, and DataCite's crosswalks."""

    resource_type_general: str | None = None
    resource_type: str | None = None
    citeproc: str | None = None
    ris: str | None = None


class Container(Leaf, frozen=True):
    """The journal, book or series in which the resource appeared."""

    type: str | None = None
    title: str | None = None
    identifier: str | None = None
    identifier_type: str | None = None


class RelatedIdentifier(Leaf, frozen=True):
    """An identifier to which the resource is related."""

    relation_type: str | None = None
    related_identifier: str | None = None
    related_identifier_type: str | None = None


class RelatedItemIdentifier(Leaf, frozen=True):
    """The identifier of a related item."""

    related_item_identifier: str | None = None
    related_item_identifier_type: str | None = None


class RelatedItem(Leaf, frozen=True):
    """A related resource that is described, and not only identified."""

    relation_type: str | None = None
    related_item_type: str | None = None
    titles: list[TitleText] | None = None
    related_item_identifier: RelatedItemIdentifier | None = None


class AlternateIdentifier(Leaf, frozen=True):
    """Another identifier of the resource, as deposited."""

    alternate_identifier: str | None = None
    alternate_identifier_type: str | None = None


class Identifier(Leaf, frozen=True):
    """The same, under the name that newer responses of the API use."""

    identifier: str | None = None
    identifier_type: str | None = None


class FundingReference(Leaf, frozen=True):
    """A funder or grant of the resource."""

    funder_name: str | None = None
    award_number: str | None = None
    award_uri: str | None = None


class Publisher(Leaf, frozen=True):
    """The publisher, in responses to requests with ``publisher=true``."""

    name: str | None = None


class DoiRecord(msgspec.Struct, rename="camel", frozen=True):
    """The attributes of a DOI record. ``doi`` is bare and lower-case once the record has been read."""

    doi: Doi = Doi("")
    state: str | None = None
    url: str | None = None
    titles: list[TitleText] | None = None
    descriptions: list[Description] | None = None
    creators: list[Person] | None = None
    contributors: list[Person] | None = None
    publisher: str | Publisher | None = None
    container: Container | None = None
    publication_year: int | str | None = None
    dates: list[DateText] | None = None
    language: str | None = None
    types: Types | None = None
    related_identifiers: list[RelatedIdentifier] | None = None
    related_items: list[RelatedItem] | None = None
    alternate_identifiers: list[AlternateIdentifier] | None = None
    identifiers: list[Identifier] | None = None
    funding_references: list[FundingReference] | None = None
    xml: str | None = None
    """The record as it was deposited, as base64; only in the response for a single DOI."""

    @property
    def publisher_name(self) -> str:
        """Return the publisher's name from either form of the field."""
        publisher = self.publisher
        return (publisher.name if isinstance(publisher, Publisher) else publisher) or ""


class _Envelope(msgspec.Struct):
    """A JSON:API record, alone or inside ``data``."""

    id: str | None = None
    attributes: DoiRecord | None = None
    data: Any = None


_typed: Final = msgspec.json.Decoder(_Envelope).decode


def read_doi_record(raw: bytes | dict[str, Any]) -> DoiRecord:
    """Read a JSON:API record, alone or inside ``{"data": ...}``.

    Raises:
        BrokenRecordError: it is not JSON, not an object, or names no DOI; quarantine it.
    """
    try:
        envelope = _typed(raw) if isinstance(raw, bytes) else msgspec.convert(raw, _Envelope)
    except DECODE_ERRORS:
        return _read_loosely(raw)
    record = envelope.attributes
    if record is None or envelope.data is not None:
        return _read_loosely(raw)
    return _with_doi(record, envelope.id)


def _read_loosely(raw: bytes | dict[str, Any]) -> DoiRecord:
    """Read a record that does not fit the types; every field that can be read is kept."""
    from profiles.domain.records.salvage import salvage

    document = raw if isinstance(raw, dict) else _json_of(raw)
    if isinstance(document, dict) and isinstance(document.get("data"), dict):
        document = document["data"]
    if not isinstance(document, dict):
        raise BrokenRecordError("record", "the record is not a JSON object")
    record = salvage(DoiRecord, document.get("attributes")) or DoiRecord()
    id_ = document.get("id")
    return _with_doi(record, id_ if isinstance(id_, str) else None)


def _json_of(raw: bytes) -> Any:
    try:
        return read_json(raw)
    except NotJsonError as error:
        raise BrokenRecordError("record", f"the record is not JSON: {error}") from None


def _with_what_json_lacks(record: DoiRecord, xml: str) -> DoiRecord:
    """Return the record with what only its XML has; what the JSON has is never changed."""
    from profiles.domain.records.xml_document import attributes_of_xml

    deposited = msgspec.convert(attributes_of_xml(xml), DoiRecord)
    more: dict[str, Any] = {}
    if not any(title.title for title in record.titles or ()):
        more["titles"] = deposited.titles
    if not record.creators:
        more["creators"] = deposited.creators
        more["contributors"] = record.contributors or deposited.contributors
    kinds = {date.date_type for date in record.dates or ()}
    if dates := [date for date in deposited.dates or () if date.date_type not in kinds]:
        more["dates"] = [*(record.dates or ()), *dates]
    if not record.identifiers and not record.alternate_identifiers:
        more["alternate_identifiers"] = deposited.alternate_identifiers
    return msgspec.structs.replace(record, xml=None, **more)


def _with_doi(record: DoiRecord, id_: str | None) -> DoiRecord:
    if record.xml:
        record = _with_what_json_lacks(record, record.xml)
    for name in (record.doi, id_):
        doi = exact_doi(name) if name else None
        if doi is not None:
            if doi != record.doi:
                msgspec.structs.force_setattr(record, "doi", doi)
            return record
    shown = (record.doi or id_ or "")[:80]
    raise BrokenRecordError("doi", f"the record names no DOI: {shown!a}")
