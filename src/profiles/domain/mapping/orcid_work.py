"""A work as ORCID's member API v3.0 takes it, in JSON (contract 2.3)."""

import hashlib
from typing import Any, Final

import msgspec


class Value(msgspec.Struct, frozen=True):
    """ORCID wraps many texts so."""

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
    """A date as far as it is known; month and day have two digits."""

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
    """A contributor's place and role."""

    contributor_sequence: str | None = None
    contributor_role: str | None = None


class Contributor(msgspec.Struct, frozen=True, rename="kebab", omit_defaults=True):
    """A person or organisation that made the work, or helped."""

    credit_name: Value
    contributor_orcid: ContributorOrcid | None = None
    contributor_attributes: ContributorAttributes | None = None


class Contributors(msgspec.Struct, frozen=True):
    """All contributors, in order."""

    contributor: tuple[Contributor, ...]


class OrcidWork(msgspec.Struct, frozen=True, rename="kebab", omit_defaults=True):
    """A work. Visibility is never sent: it is the person's (contract 2.5 row 14, 2.7)."""

    title: Title
    type: str
    external_ids: ExternalIds
    journal_title: Value | None = None
    short_description: str | None = None
    citation: Citation | None = None
    publication_date: PublicationDate | None = None
    url: Value | None = None
    contributors: Contributors | None = None
    language_code: str | None = None


_encode: Final = msgspec.json.Encoder().encode
MAPPING_VERSION: Final = b"1"
"""Goes into every digest: a better mapping sends works again when they are next looked at."""


def encode_work(work: OrcidWork) -> bytes:
    """Return the work as it travels."""
    return _encode(work)


def with_put_code(encoded: bytes, put_code: int) -> bytes:
    """Return an encoded work that names its put-code, as an update must."""
    return b'{"put-code":%d,%b' % (put_code, encoded[1:])


def content_digest(encoded: bytes) -> bytes:
    """Return the digest of what would be sent, without the put-code: 16 bytes."""
    return hashlib.sha256(MAPPING_VERSION + encoded).digest()[:16]


def plain(work: OrcidWork) -> Any:
    """Return the work as plain dictionaries and lists."""
    return msgspec.json.decode(_encode(work))
