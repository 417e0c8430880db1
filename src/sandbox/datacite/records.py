"""The DOI records of the stand-in, indexed by DOI, time and iD."""

import json
import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sandbox.datacite import moments

Attributes = dict[str, Any]
Mark = tuple[int, str]
"""A time in milliseconds and a DOI: the sort key of lists and the content of cursors."""
_ROLES: Final = ("creators", "contributors")
_SEARCHED: Final = (
    ("titles", "title"),
    ("creators", "name"),
    ("contributors", "name"),
    ("descriptions", "description"),
    ("subjects", "subject"),
)
_WORD: Final = re.compile(r"\w+")


@dataclass(slots=True)
class Record:
    """A DOI; ``attributes`` in full form: affiliations and publisher as objects."""

    doi: str
    attributes: Attributes
    client: str | None
    provider: str | None
    relationships: dict[str, Any]
    agency: str = "datacite"
    created: Mark = field(init=False)
    updated: Mark = field(init=False)
    _words: frozenset[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Compute the sort keys of creation and change."""
        self.created = (moments.milliseconds(self.attributes.get("created")), self.doi)
        self.updated = (moments.milliseconds(self.attributes.get("updated")), self.doi)

    @property
    def is_findable(self) -> bool:
        """Whether anyone may see it."""
        return self.attributes.get("state") == "findable"

    def words(self) -> frozenset[str]:
        """Return the text of a search without a field: titles, names, descriptions, subjects."""
        if self._words is None:
            texts = (
                str(each.get(key) or "")
                for name, key in _SEARCHED
                for each in self.attributes.get(name) or ()
                if isinstance(each, dict)
            )
            self._words = frozenset(_WORD.findall(" ".join(texts).lower()))
        return self._words

    def people(self) -> Iterator[dict[str, Any]]:
        """Yield creators and contributors."""
        for role in _ROLES:
            yield from _objects(self.attributes.get(role))

    def name_identifiers(self) -> set[str]:
        """Return all name identifiers as they are written."""
        return {
            identifier["nameIdentifier"]
            for person in self.people()
            for identifier in _objects(person.get("nameIdentifiers"))
            if isinstance(identifier.get("nameIdentifier"), str)
        }


def _objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; real records may have other values in its place."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def record_from(source: dict[str, Any]) -> Record:
    """Read a JSON:API record; of the provenance keys (``_…``) only ``_ra`` is used.

    DataCite mirrors some DOIs of other agencies; its lists leave them out unless asked.

    Raises:
        KeyError: it has no id, or no attributes.
    """
    doi = str(source["id"]).lower()
    attributes = fullest(dict(source["attributes"]))
    attributes["doi"] = doi
    relationships = dict(source.get("relationships") or {})
    client = _related(relationships, "client")
    is_mirrored = source.get("_ra") == "other" or (client or "").startswith("crossref.")
    return Record(
        doi=doi,
        attributes=attributes,
        client=client,
        provider=_related(relationships, "provider"),
        relationships=relationships,
        agency=str(attributes.get("agency") or ("crossref" if is_mirrored else "datacite")).lower(),
    )


def records_in(path: Path) -> Iterator[Record]:
    """Read the records of a file, one JSON object per line.

    Raises:
        ValueError: a line is no record; its number is in the text.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield record_from(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"{path}, line {number}: not a DOI record ({error!r})") from error


def fullest(attributes: Attributes) -> Attributes:
    """Return attributes with affiliations and publisher as objects, whatever their form was."""
    publisher = attributes.get("publisher")
    if isinstance(publisher, str):
        attributes["publisher"] = {"name": publisher}
    for role in _ROLES:
        people = attributes.get(role)
        if isinstance(people, list):
            attributes[role] = [
                _with_affiliations(each) if isinstance(each, dict) else each for each in people
            ]
    return attributes


def _with_affiliations(person: dict[str, Any]) -> dict[str, Any]:
    affiliations = person.get("affiliation")
    if not isinstance(affiliations, list):
        return person
    objects = [{"name": each} if isinstance(each, str) else each for each in affiliations]
    return {**person, "affiliation": objects}


def _related(relationships: dict[str, Any], name: str) -> str | None:
    data = (relationships.get(name) or {}).get("data")
    return str(data["id"]) if isinstance(data, dict) and data.get("id") else None


class Records:
    """All records, with their indexes."""

    def __init__(self) -> None:
        """Start empty."""
        self._by_doi: dict[str, Record] = {}
        self._by_created: list[Mark] = []
        self._by_updated: list[Mark] = []
        self._by_name_identifier: defaultdict[str, set[str]] = defaultdict(set)

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._by_doi)

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in the order of creation."""
        return (self._by_doi[doi] for _moment, doi in list(self._by_created))

    def get(self, doi: str) -> Record | None:
        """Return a record by its DOI in any spelling, or None."""
        return self._by_doi.get(doi.lower())

    def put(self, record: Record) -> None:
        """Add or replace a record."""
        self.remove(record.doi)
        self._by_doi[record.doi] = record
        insort(self._by_created, record.created)
        insort(self._by_updated, record.updated)
        for value in record.name_identifiers():
            self._by_name_identifier[value].add(record.doi)

    def fill(self, records: Iterable[Record]) -> None:
        """Add many records."""
        for record in records:
            self._by_doi[record.doi] = record
        self._by_created = sorted(record.created for record in self._by_doi.values())
        self._by_updated = sorted(record.updated for record in self._by_doi.values())
        self._by_name_identifier.clear()
        for record in self._by_doi.values():
            for value in record.name_identifiers():
                self._by_name_identifier[value].add(record.doi)

    def remove(self, doi: str) -> None:
        """Remove a record, if it is there."""
        old = self._by_doi.pop(doi, None)
        if old is None:
            return
        for index, mark in ((self._by_created, old.created), (self._by_updated, old.updated)):
            index.pop(bisect_left(index, mark))
        for value in old.name_identifiers():
            self._by_name_identifier[value].discard(doi)

    def updated_between(self, low: int, high: int) -> set[str]:
        """Return the DOIs last changed between two moments, ends included."""
        start = bisect_left(self._by_updated, (low, ""))
        end = bisect_right(self._by_updated, (high, chr(0x10FFFF)))
        return {doi for _moment, doi in self._by_updated[start:end]}

    def naming(self, identifier: str) -> set[str]:
        """Return the DOIs with exactly this name identifier."""
        return self._by_name_identifier.get(identifier, set())
