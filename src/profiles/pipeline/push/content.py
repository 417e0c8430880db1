"""What a claim puts on the record: the DOI's metadata, mapped, with the digests that tell a change."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec

from profiles.claims.lanes import DueClaim
from profiles.domain.mapping import Refusal, map_work
from profiles.domain.mapping.orcid_work import MAPPING_VERSION, content_digest, encode_work, with_put_code
from profiles.domain.records.doi_record import BrokenRecordError, read_doi_record
from profiles.intake.payload import unpack
from profiles.intake.worker_queries import Snapshot

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets a DOI's record from DataCite; raises ServiceError."""
_VERSION: Final = MAPPING_VERSION + b":"


class Content(msgspec.Struct, frozen=True, gc=False):
    """A DOI record as it would be sent, or why it cannot be: bytes, for a batch holds thousands."""

    work: bytes
    digest: bytes
    refusal: Refusal | None = None
    inputs: bytes | None = None

    def body(self, put_code: int | None = None) -> bytes:
        """Return the work as it travels; an update names its put-code."""
        return self.work if put_code is None else with_put_code(self.work, put_code)


def content_of(raw: bytes, inputs: bytes | None = None) -> Content:
    """Map a record. Broken metadata are a refusal like any other: the person is told what is missing."""
    try:
        mapped = map_work(read_doi_record(raw))
    except BrokenRecordError as error:
        return Content(b"", b"", Refusal("broken-record", error.field, str(error)), inputs)
    if mapped.work is None:
        return Content(b"", b"", mapped.refused, inputs)
    work = encode_work(mapped.work)
    return Content(work, content_digest(work), None, inputs)


def known_inputs(claims: Sequence[DueClaim]) -> dict[str, bytes | None]:
    """Return the DOIs of these claims, each with the digest of what all of them were made of, if it is one.

    The metadata of those need not be read at all, should the digest still be the same.
    """
    known: dict[str, bytes | None] = {}
    for claim in claims:
        sent = claim.sent_inputs
        digest = sent[len(_VERSION) :] if sent and sent.startswith(_VERSION) and claim.put_code else None
        known[claim.doi] = digest if known.get(claim.doi, digest) == digest else None
    return known


class ContentStore:
    """The contents of one batch: snapshots read together, the rest fetched once each."""

    def __init__(self, kept: Mapping[str, Snapshot], fetch: Fetch) -> None:
        self._kept = kept
        self._fetch = fetch
        self._made: dict[str, Content] = {}
        self._fetched: list[bytes] = []

    def inputs(self, doi: str) -> bytes | None:
        """Return the digest of the metadata we keep of this DOI, and of the mapping."""
        kept = self._kept.get(doi)
        return _VERSION + kept.digest if kept else None

    async def get(self, doi: str) -> Content:
        """Return the content of a DOI.

        Raises:
            ServiceError: there is no snapshot and DataCite did not give the record.
        """
        made = self._made.get(doi)
        if made is None:
            kept = self._kept.get(doi)
            if kept is not None and kept.payload is not None:
                made = content_of(unpack(kept.payload), _VERSION + kept.digest)
            else:
                raw = await self._fetch(doi)
                self._fetched.append(raw)
                made = content_of(raw)
            self._made[doi] = made
        return made

    def take_fetched(self) -> list[bytes]:
        """Return the records that had to be fetched, each once: whoever takes them keeps them."""
        taken, self._fetched = self._fetched, []
        return taken
