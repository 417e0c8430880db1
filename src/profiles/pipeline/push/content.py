"""Map a DOI's metadata to the work that a claim sends, with digests that show changes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec

from profiles.claims.lanes import DueClaim
from profiles.clients.errors import ServiceError
from profiles.domain.mapping import Refusal, map_work
from profiles.domain.mapping.contributors import depends_on_owner
from profiles.domain.mapping.orcid_work import content_digest, encode_work, with_put_code
from profiles.domain.records.change_detection import digests, scheme_of
from profiles.domain.records.doi_record import BrokenRecordError, DoiRecord, read_doi_record
from profiles.domain.records.sighting import UnreadableRecordError, read_sighting
from profiles.intake.payload import unpack
from profiles.intake.worker_queries import Snapshot

_MANDATORY: Final = (b'"titles":', b'"creators":')
"""What every record has; empty fields are not stored."""

Fetch = Callable[[str], Awaitable[bytes]]
"""Returns a DOI's record from DataCite; raises ServiceError."""


class Content(msgspec.Struct, frozen=True, gc=False):
    """A DOI record as it would be sent, or why it cannot be; stored as bytes, as a batch holds thousands."""

    work: bytes
    digest: bytes
    refusal: Refusal | None = None
    inputs: bytes | None = None

    def instead(self, work: bytes) -> "Content":
        """Return another work for the same metadata: one that a campaign brings back."""
        return Content(work, content_digest(work), None, self.inputs)

    def body(self, put_code: int | None = None) -> bytes:
        """Return the body to send; an update contains its put-code."""
        return self.work if put_code is None else with_put_code(self.work, put_code)


def content_of(
    record: DoiRecord, *, owner: str | None = None, sandbox: bool = False, inputs: bytes | None = None
) -> Content:
    """Map a record, for the record of its owner if the work depends on that."""
    mapped = map_work(record, owner=owner, sandbox=sandbox)
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
        sent = claim.sent_inputs if claim.put_code else None
        inputs[claim.doi] = sent if inputs.get(claim.doi, sent) == sent else None
    return inputs


class _Source:
    """The metadata of one DOI: as received, and what was made of them."""

    __slots__ = ("contents", "inputs", "raw", "record")

    def __init__(self, raw: bytes, inputs: bytes | None) -> None:
        self.raw = raw
        self.inputs = inputs
        self.record: DoiRecord | None = None
        self.contents: dict[str | None, Content] = {}


class ContentStore:
    """The contents for one batch: snapshots are read together, other records are fetched once each."""

    def __init__(self, snapshots: Mapping[str, Snapshot], fetch: Fetch, *, sandbox: bool = False) -> None:
        self._snapshots = snapshots
        self._fetch = fetch
        self._sandbox = sandbox
        self._sources: dict[str, _Source] = {}
        self._fetched: list[bytes] = []

    def inputs(self, doi: str, sent: bytes | None = None) -> bytes | None:
        """Return the digest of this DOI's metadata, if they are at hand.

        It is made in the same way as ``sent``, the digest of what was sent, so that a new way to make digests
        does not make a work look changed.
        """
        source = self._sources.get(doi)
        snapshot = self._snapshots.get(doi)
        current = source.inputs if source else snapshot.inputs if snapshot else None
        if sent is None or current is None or scheme_of(sent) in {"", scheme_of(current)}:
            return current
        if source is None and snapshot is not None and snapshot.payload is not None:
            source = self._sources[doi] = _Source(unpack(snapshot.payload), snapshot.inputs)
        return _inputs_of(source.raw, scheme_of(sent)) if source else current

    async def get(self, doi: str, owner: str) -> Content:
        """Return the content of a DOI for the record of its owner; it is shared where the owner is no matter.

        Raises:
            ServiceError: there is no snapshot and DataCite did not give the record.
        """
        source = self._sources.get(doi)
        if source is None:
            source = self._sources[doi] = await self._read(doi)
        content = source.contents.get(None) or source.contents.get(owner)
        if content is None:
            content = self._mapped(source, owner)
        return content

    def _mapped(self, source: _Source, owner: str) -> Content:
        """Map a record. Broken metadata are a refusal like any other: the person sees what is missing."""
        try:
            record = source.record or read_doi_record(source.raw)
        except BrokenRecordError as error:
            refused = Content(b"", b"", Refusal("broken-record", error.field, str(error)), source.inputs)
            return source.contents.setdefault(None, refused)
        for_whom = owner if depends_on_owner(record) else None
        if for_whom is not None:
            source.record = record
        content = content_of(record, owner=for_whom, sandbox=self._sandbox, inputs=source.inputs)
        return source.contents.setdefault(for_whom, content)

    async def _read(self, doi: str) -> _Source:
        snapshot = self._snapshots.get(doi)
        if snapshot is not None and snapshot.payload is not None:
            raw = unpack(snapshot.payload)
            if _MANDATORY[0] in raw and _MANDATORY[1] in raw:
                return _Source(raw, snapshot.inputs)
            return _Source(await self._with_xml(doi) or raw, snapshot.inputs)
        raw = await self._fetch(doi)
        self._fetched.append(raw)
        return _Source(raw, _inputs_of(raw))

    async def _with_xml(self, doi: str) -> bytes | None:
        """Return a record with its XML, as the snapshot lacks what every record has; None if we cannot."""
        try:
            return await self._fetch(doi)
        except ServiceError:
            return None

    def take_fetched(self) -> list[bytes]:
        """Return the records that were fetched since the last call; the caller stores them."""
        taken, self._fetched = self._fetched, []
        return taken


def _inputs_of(raw: bytes, scheme: str | None = None) -> bytes | None:
    """Return the digest of a record's metadata; None if it cannot be read."""
    try:
        return digests(read_sighting(raw), scheme).inputs
    except UnreadableRecordError:
        return None
