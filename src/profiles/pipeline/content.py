"""What a claim puts on the record: the DOI's metadata, mapped, with the digest that tells a change."""

from collections.abc import Awaitable, Callable, Mapping

from profiles.domain.doi_record import BrokenRecordError, read_doi_record
from profiles.domain.mapping import Refusal, map_work
from profiles.domain.orcid_work import OrcidWork, content_digest, encode_work

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets a DOI's record from DataCite; raises ServiceError."""


class Content:
    """A DOI record as it would be sent, or why it cannot be."""

    __slots__ = ("_work", "digest", "refusal")

    def __init__(self, work: OrcidWork | None, refusal: Refusal | None) -> None:
        self._work = work
        self.refusal = refusal
        self.digest = content_digest(work) if work is not None else b""

    def body(self, put_code: int | None = None) -> bytes:
        """Return the work as it travels; an update names its put-code."""
        assert self._work is not None
        return encode_work(self._work, put_code)


def content_of(raw: bytes) -> Content:
    """Map a record. Broken metadata are a refusal like any other: the person is told what is missing."""
    try:
        mapped = map_work(read_doi_record(raw))
    except BrokenRecordError as error:
        return Content(None, Refusal("broken-record", error.field, str(error)))
    return Content(mapped.work, mapped.refused)


class ContentStore:
    """The contents of one batch: snapshots read together, the rest fetched once each."""

    def __init__(self, snapshots: Mapping[str, bytes], fetch: Fetch) -> None:
        self._snapshots = snapshots
        self._fetch = fetch
        self._made: dict[str, Content] = {}
        self._fetched: list[bytes] = []

    async def get(self, doi: str) -> Content:
        """Return the content of a DOI.

        Raises:
            ServiceError: there is no snapshot and DataCite did not give the record.
        """
        made = self._made.get(doi)
        if made is None:
            raw = self._snapshots.get(doi)
            if raw is None:
                raw = await self._fetch(doi)
                self._fetched.append(raw)
            made = self._made[doi] = content_of(raw)
        return made

    def take_fetched(self) -> list[bytes]:
        """Return the records that had to be fetched, each once: whoever takes them keeps them."""
        taken, self._fetched = self._fetched, []
        return taken
