"""The works of a record with their sources, indexed by put-code and identifier.

A write never looks through the other works of the record: conflicts are found in an index by source, type and
normalised value.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from sandbox.orcid.records import vocabulary as v
from sandbox.orcid.records.grammar import Document
from sandbox.orcid.records.identifiers import compared

IdKey = tuple[str, str, str]
"""Source, type of identifier, normalised value."""

_KEPT: Final = (
    "title",
    "journal-title",
    "short-description",
    "citation",
    "type",
    "publication-date",
    "external-ids",
    "url",
    "contributors",
    "language-code",
    "country",
)
_KEPT_OF_AN_ID: Final = (
    "external-id-type",
    "external-id-value",
    "external-id-url",
    "external-id-relationship",
)


@dataclass(slots=True)
class Work:
    """A work on a record."""

    put_code: int
    orcid_id: str
    source: str
    content: Document
    visibility: str
    created: int
    modified: int
    display_index: str = "1"
    shown: dict[str, Document] = field(default_factory=dict, compare=False, repr=False)
    """The summaries of this work by source name, cached because lists can be long."""

    @property
    def identifiers(self) -> list[Document]:
        """The external identifiers as they were sent."""
        found: list[Document] = self.content["external-ids"]["external-id"]
        return found


@dataclass(slots=True)
class Record:
    """The works of one person."""

    orcid_id: str
    works: dict[int, Work] = field(default_factory=dict)
    modified: int | None = None
    _self_ids: defaultdict[IdKey, dict[int, None]] = field(default_factory=lambda: defaultdict(dict))
    _grouping_ids: defaultdict[IdKey, dict[int, None]] = field(default_factory=lambda: defaultdict(dict))

    def put(self, work: Work) -> None:
        """Add or replace a work."""
        old = self.works.get(work.put_code)
        if old:
            self._forget(old)
        self.works[work.put_code] = work
        self.modified = work.modified
        for key, relationship in _keys(work.content, work.source):
            if relationship == "self":
                self._self_ids[key][work.put_code] = None
            if relationship in v.GROUPING_RELATIONSHIPS:
                self._grouping_ids[key][work.put_code] = None

    def remove(self, put_code: int, *, at: int) -> None:
        """Remove a work from the record."""
        self._forget(self.works.pop(put_code))
        self.modified = at

    def conflict(
        self, content: Document, source: str, *, but: int | None = None, as_in_bulk: bool = False
    ) -> int | None:
        """Return the put-code of a work of the same source that shares a ``self`` identifier.

        In bulk also works are met that only carry the identifier as ``version-of``: there ORCID is stricter.
        """
        index = self._grouping_ids if as_in_bulk else self._self_ids
        for key, relationship in _keys(content, source):
            if relationship != "self" or key not in index:
                continue
            for put_code in index[key]:
                if put_code != but:
                    return put_code
        return None

    def _forget(self, work: Work) -> None:
        for key, _relationship in _keys(work.content, work.source):
            for index in (self._self_ids, self._grouping_ids):
                if key in index:
                    index[key].pop(work.put_code, None)
                    if not index[key]:
                        del index[key]


def _keys(content: Document, source: str) -> list[tuple[IdKey, str]]:
    return [
        (
            (source, *compared(each["external-id-type"], each["external-id-value"])),
            each["external-id-relationship"],
        )
        for each in content["external-ids"]["external-id"]
    ]


def kept(sent: Document) -> Document:
    """Return what ORCID stores of a work as sent: no dates, no source, no path, canonical type."""
    content = {name: sent[name] for name in _KEPT if sent.get(name) is not None}
    if "type" in content:
        content["type"] = v.WORK_TYPE_ALIASES.get(content["type"], content["type"])
    content["external-ids"] = {
        "external-id": [
            {name: each[name] for name in _KEPT_OF_AN_ID if each.get(name) is not None}
            for each in content.get("external-ids", {}).get("external-id", ())
        ],
    }
    if "country" in content:
        content["country"] = {"value": content["country"].get("value")}
    return content
