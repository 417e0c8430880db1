"""DOI records for the mapping: small, sound, and with one thing changed."""

from typing import Any

from profiles.domain.mapping import DroppedValue, map_work
from profiles.domain.mapping.orcid_work import plain
from profiles.domain.records.doi_record import DoiRecord, read_doi_record

DOI = "10.5072/river-levels"


def raw_record(doi: str = DOI, **attributes: Any) -> dict[str, Any]:
    """A record with a title and a type; ``attributes`` are added or replaced (names as in the API)."""
    given = {
        "doi": doi,
        "titles": [{"title": "Water levels of the river Spree"}],
        "types": {"resourceTypeGeneral": "Dataset"},
    }
    return {"id": doi, "type": "dois", "attributes": {**given, **attributes}}


def doi_record(doi: str = DOI, **attributes: Any) -> DoiRecord:
    """The same, read."""
    return read_doi_record(raw_record(doi, **attributes))


def work_of(doi: str = DOI, *, owner: str | None = None, **attributes: Any) -> dict[str, Any]:
    """The work that such a record makes, as plain JSON."""
    mapped = map_work(doi_record(doi, **attributes), owner=owner)
    assert mapped.work is not None, mapped.refused
    found: dict[str, Any] = plain(mapped.work)
    return found


def dropped_of(doi: str = DOI, **attributes: Any) -> list[DroppedValue]:
    """What such a record loses on the way."""
    return map_work(doi_record(doi, **attributes)).dropped


def ids_of(doi: str = DOI, **attributes: Any) -> list[tuple[str, str, str]]:
    """The identifiers of the work: relationship, type, value."""
    found = work_of(doi, **attributes)["external-ids"]["external-id"]
    return [
        (one["external-id-relationship"], one["external-id-type"], one["external-id-value"]) for one in found
    ]


def related(relation: str, value: Any, kind: str = "DOI") -> dict[str, Any]:
    """One related identifier."""
    return {"relationType": relation, "relatedIdentifier": value, "relatedIdentifierType": kind}
