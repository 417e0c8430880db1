"""Serialise records as the API does: single or in a list, with or without detail."""

from collections.abc import Mapping
from typing import Any, Final

from sandbox.datacite.records import Attributes, Record

_ONLY_IN_DETAIL: Final = frozenset(
    {
        *("prefix", "suffix", "alternateIdentifiers", "xml"),
        *("viewsOverTime", "downloadsOverTime", "citationsOverTime"),
    }
)
_ORDER: Final = (
    *("doi", "prefix", "suffix", "identifiers", "alternateIdentifiers", "creators", "titles", "publisher"),
    *("container", "publicationYear", "subjects", "contributors", "dates", "language", "types"),
    *("relatedIdentifiers", "relatedItems", "sizes", "formats", "version", "rightsList", "descriptions"),
    *("geoLocations", "fundingReferences", "xml", "url", "contentUrl", "metadataVersion", "schemaVersion"),
    *("source", "isActive", "state", "reason", "viewCount", "viewsOverTime", "downloadCount"),
    *("downloadsOverTime", "referenceCount", "citationCount", "citationsOverTime", "partCount"),
    *("partOfCount", "versionCount", "versionOfCount", "created", "registered", "published", "updated"),
)
_LISTS: Final = frozenset(
    {
        *("identifiers", "alternateIdentifiers", "creators", "titles", "subjects", "contributors", "dates"),
        *("relatedIdentifiers", "relatedItems", "sizes", "formats", "rightsList", "descriptions"),
        *("geoLocations", "fundingReferences", "viewsOverTime", "downloadsOverTime", "citationsOverTime"),
    }
)
_RELATED_DOIS: Final = ("references", "citations", "parts", "partOf", "versions", "versionOf")


def resource(record: Record, params: Mapping[str, str], *, alone: bool) -> dict[str, Any]:
    """Return a record as a JSON:API resource.

    ``params`` are the parameters of the request: affiliation, publisher, detail, fields[dois].
    """
    detail = alone or params.get("detail") == "true"
    fields = _fields(params)
    attributes = {
        name: value
        for name, value in _complete(record).items()
        if (detail or name not in _ONLY_IN_DETAIL) and (fields is None or name in fields)
    }
    if params.get("affiliation") != "true":
        for role in ("creators", "contributors"):
            if isinstance(attributes.get(role), list):
                attributes[role] = [_with_names_only(each) for each in attributes[role]]
    publisher = attributes.get("publisher")
    if params.get("publisher") != "true" and isinstance(publisher, dict):
        attributes["publisher"] = publisher.get("name")
    return {
        "id": record.doi,
        "type": "dois",
        "attributes": attributes,
        "relationships": _relationships(record, detail=detail),
    }


def _complete(record: Record) -> Attributes:
    prefix, _, suffix = record.doi.partition("/")
    given = {"prefix": prefix, "suffix": suffix, **record.attributes}
    known = {name: given.get(name, _default(name)) for name in _ORDER}
    return {**known, **{name: value for name, value in given.items() if name not in known}}


def _default(name: str) -> Any:
    if name in _LISTS:
        return []
    if name.endswith("Count"):
        return 0
    return {} if name in {"container", "types"} else None


def _with_names_only(person: Any) -> Any:
    affiliations = person.get("affiliation") if isinstance(person, dict) else None
    if not isinstance(affiliations, list):
        return person
    names = [each.get("name") if isinstance(each, dict) else each for each in affiliations]
    return {**person, "affiliation": names}


def _fields(params: Mapping[str, str]) -> set[str] | None:
    text = params.get("fields[dois]")
    return {name.strip() for name in text.split(",")} if text else None


def _relationships(record: Record, *, detail: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {"client": {"data": _one(record.client, "clients")}}
    if not detail:
        return shown
    shown["provider"] = {"data": _one(record.provider, "providers")}
    shown["media"] = {"data": _one(record.doi, "media")}
    for name in _RELATED_DOIS:
        shown[name] = {"data": (record.relationships.get(name) or {}).get("data") or []}
    return shown


def _one(identifier: str | None, kind: str) -> dict[str, str] | None:
    return {"id": identifier, "type": kind} if identifier else None
