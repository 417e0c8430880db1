"""Pack records for storage: without the fields that nothing reads, and compressed."""

from typing import Final

import msgspec

try:
    # Takes a third of the time, for the same size and format.
    from isal.isal_zlib import compress, decompress
except ImportError:  # pragma: no cover  platforms without isal
    from zlib import compress, decompress

_DROPPED: Final = frozenset(
    {"xml", "viewsOverTime", "downloadsOverTime", "citationsOverTime", "geoLocations", "contentUrl"}
    | {"viewCount", "downloadCount", "referenceCount", "citationCount", "partCount", "partOfCount"}
    | {"versionCount", "versionOfCount", "metadataVersion", "sizes", "formats", "landingPage"}
)
_encoder: Final = msgspec.json.Encoder()


class _Attributes(msgspec.Struct):
    """A record's attributes, each as received."""

    attributes: dict[str, msgspec.Raw] = {}


_attributes: Final = msgspec.json.Decoder(_Attributes).decode
_EMPTY: Final = (b"null", b"[]")


def pack(doi: str, raw: bytes, repository: str) -> bytes:
    """Return the bytes to store; ``raw`` is the record as received."""
    received = _attributes(raw).attributes
    stored = {
        name: value for name, value in received.items() if name not in _DROPPED and bytes(value) not in _EMPTY
    }
    client = {"data": {"id": repository, "type": "clients"} if repository else None}
    record = {"id": doi, "type": "dois", "attributes": stored, "relationships": {"client": client}}
    return compress(_encoder.encode(record), 1)


def unpack(payload: bytes) -> bytes:
    """Return the record's JSON."""
    return decompress(payload)
