"""Map a DOI's metadata to the work that a claim sends, with digests that show changes."""

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
"""Returns a DOI's record from DataCite; raises ServiceError."""
_VERSION: Final = MAPPING_VERSION + b":"


class Content(msgspec.Struct, frozen=True, gc=False):
    """A DOI record as it would be sent, or why it cannot be; stored as bytes, as a batch holds thousands."""

    work: bytes
    digest: bytes
    refusal: Refusal | None = None
    inputs: bytes | None = None

    def body(self, put_code: int | None = None) -> bytes:
        """Return the body to send; an update contains its put-code."""
        return self.work if put_code is None else with_put_code(self.work, put_code)


def content_of(raw: bytes, inputs: bytes | None = None) -> Content:
    """Map a record. Broken metadata are a refusal like any other, so that the person sees what is missing."""
    try:
        mapped = map_work(read_doi_record(raw))
    except BrokenRecordError as error:
        return Content(b"", b"", Refusal("broken-record", error.field, str(error)), inputs)
    if mapped.work is None:
        return Content(b"", b"", mapped.refused, inputs)
    work = encode_work(mapped.work)
    return Content(work, content_digest(work), None, inputs)


def sent_metadata_digests(claims: Sequence[DueClaim]) -> dict[str, bytes | None]:
    """Return the DOIs of these claims, each with the metadata digest of its last pushes, if it is one.

    The metadata of a DOI need not be read if that digest is still current.
    """
    inputs: dict[str, bytes | None] = {}
    for claim in claims:
        sent = claim.sent_inputs
        digest = sent[len(_VERSION) :] if sent and sent.startswith(_VERSION) and claim.put_code else None
        inputs[claim.doi] = digest if inputs.get(claim.doi, digest) == digest else None
    return inputs


class ContentStore:
    """The contents for one batch: snapshots are read together, other records are fetched once each."""

    def __init__(self, snapshots: Mapping[str, Snapshot], fetch: Fetch) -> None:
        self._snapshots = snapshots
        self._fetch = fetch
        self._contents: dict[str, Content] = {}
        self._fetched: list[bytes] = []

    def inputs(self, doi: str) -> bytes | None:
        """Return the digest of the stored metadata of this DOI, and of the mapping."""
        snapshot = self._snapshots.get(doi)
        return _VERSION + snapshot.digest if snapshot else None

    async def get(self, doi: str) -> Content:
        """Return the content of a DOI.

        Raises:
            ServiceError: there is no snapshot and DataCite did not give the record.
        """
        content = self._contents.get(doi)
        if content is None:
            snapshot = self._snapshots.get(doi)
            if snapshot is not None and snapshot.payload is not None:
                content = content_of(unpack(snapshot.payload), _VERSION + snapshot.digest)
            else:
                raw = await self._fetch(doi)
                self._fetched.append(raw)
                content = content_of(raw)
            self._contents[doi] = content
        return content

    def take_fetched(self) -> list[bytes]:
        """Return the records that were fetched since the last call; the caller stores them."""
        taken, self._fetched = self._fetched, []
        return taken
