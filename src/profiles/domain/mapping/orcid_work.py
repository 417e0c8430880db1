"""The JSON of a work in ORCID's member API v3.0 (contract 2.3)."""

import hashlib
from typing import Any, Final

import msgspec


class Value(msgspec.Struct, frozen=True):
    """A text, wrapped as ORCID wraps many texts."""

    value: str


class Translated(msgspec.Struct, frozen=True, rename="kebab"):
    """A title in another language."""

    value: str
    language_code: str


class Title(msgspec.Struct, frozen=True, rename="kebab", omit_defaults=True):
    """The titles of a work."""

    title: Value
    subtitle: Value | None = None
    translated_title: Translated | None = None


class Citation(msgspec.Struct, frozen=True, rename="kebab"):
    """A citation ready to be copied."""

    citation_type: str
    citation_value: str


class PublicationDate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A date, as much of it as is known; month and day have two digits."""

    year: Value
    month: Value | None = None
    day: Value | None = None


class ExternalId(msgspec.Struct, frozen=True, rename="kebab", omit_defaults=True):
    """An identifier of the work or of what it belongs to."""

    external_id_type: str
    external_id_value: str
    external_id_relationship: str
    external_id_url: Value | None = None


class ExternalIds(msgspec.Struct, frozen=True, rename="kebab"):
    """All identifiers of a work."""

    external_id: tuple[ExternalId, ...]


class ContributorOrcid(msgspec.Struct, frozen=True):
    """A contributor's iD."""

    uri: str
    path: str
    host: str


class ContributorAttributes(msgspec.Struct, frozen=True, rename="kebab", omit_defaults=True):
    """A contributor's position and role."""

    contributor_sequence: str | None = None
    contributor_role: str | None = None


class Contributor(msgspec.Struct, frozen=True, rename="kebab", omit_defaults=True):
    """A person or organisation that made the work or contributed to it."""

    credit_name: Value
    contributor_orcid: ContributorOrcid | None = None
    contributor_attributes: ContributorAttributes | None = None


class Contributors(msgspec.Struct, frozen=True):
    """All contributors, in order."""

    contributor: tuple[Contributor, ...]


class OrcidWork(msgspec.Struct, frozen=True, rename="kebab", omit_defaults=True):
    """A work.

    No citation is sent: ORCID asks the DOI for it. Visibility is never sent: the person decides it (contract
    2.5 row 14, 2.7).
    """

    title: Title
    type: str
    external_ids: ExternalIds
    journal_title: Value | None = None
    short_description: str | None = None
    publication_date: PublicationDate | None = None
    url: Value | None = None
    contributors: Contributors | None = None
    language_code: str | None = None


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(OrcidWork).decode


def encode_work(work: OrcidWork) -> bytes:
    """Return the work as the bytes that are sent."""
    return _encode(work)


def as_sent(stored: bytes) -> bytes:
    """Return a work that ORCID gave as the bytes that would be sent for it.

    Raises:
        ValueError: this is not a work.
    """
    return _encode(_decode(stored))


def with_put_code(encoded: bytes, put_code: int) -> bytes:
    """Return an encoded work that names its put-code, as an update must."""
    return b'{"put-code":%d,%b' % (put_code, encoded[1:])


def content_digest(encoded: bytes) -> bytes:
    """Return the digest of what would be sent, without the put-code: 16 bytes.

    It holds the content only: a change of the mapping that does not change this work is no reason to send it.
    """
    return hashlib.sha256(encoded).digest()[:16]


def plain(work: OrcidWork) -> Any:
    """Return the work as plain dictionaries and lists."""
    return msgspec.json.decode(_encode(work))
