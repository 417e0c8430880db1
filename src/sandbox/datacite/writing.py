"""Register and change DOIs, as a repository does through the API."""

import re
import secrets
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from sandbox.datacite import moments
from sandbox.datacite.records import Attributes, Record, Records, fullest

DEMO_CLIENT: Final = "demo.repository"
DEMO_PROVIDER: Final = "demo"
DEMO_PREFIX: Final = "10.5072"
_DOI: Final = re.compile(r"10\.\d{4,9}/\S+")
_READ_ONLY: Final = frozenset(
    {
        *("doi", "prefix", "suffix", "event", "state", "isActive", "created", "registered", "updated"),
        *("metadataVersion", "published", "viewCount", "downloadCount", "referenceCount", "citationCount"),
        *("partCount", "partOfCount", "versionCount", "versionOfCount"),
    }
)
_WANTED: Final = ("creators", "titles", "publisher", "publicationYear", "types", "url")
_NEXT_STATE: Final = {
    ("draft", "register"): "registered",
    ("draft", "publish"): "findable",
    ("registered", "publish"): "findable",
    ("findable", "hide"): "registered",
}
_ORCID: Final = re.compile(
    r"(?P<site>https?://(?:www\.|sandbox\.)?orcid\.org/)?(?P<id>\d{4}-\d{4}-\d{4}-\d{3}[\dX])"
)


class WriteError(Exception):
    """Raised when a registration is refused; ``errors`` as in the API."""

    def __init__(self, status: int, errors: list[dict[str, str]]) -> None:
        """Take the status and the errors."""
        super().__init__(errors)
        self.status = status
        self.errors = errors


def write(
    records: Records, doi: str | None, body: Any, *, now: Callable[[], datetime]
) -> tuple[Record, bool]:
    """Register or change a DOI, and return whether it is new.

    Raises:
        WriteError: something is wrong with it; nothing was changed.
    """
    data = body.get("data") if isinstance(body, dict) else None
    given = data.get("attributes") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(given, dict):
        raise WriteError(400, [{"status": "400", "title": "param is missing or the value is empty: data"}])
    doi = (doi or given.get("doi") or _fresh(given.get("prefix"))).lower()
    if not _DOI.fullmatch(doi):
        raise WriteError(422, [{"source": "doi", "uid": doi, "title": "Is invalid"}])
    old = records.get(doi)
    attributes = _merged(old.attributes if old else {}, given)
    _set_state(attributes, str(given.get("event") or ""), doi)
    _set_moments(attributes, moments.printed(now()), is_new=old is None)
    record = Record(
        doi=doi,
        attributes=attributes,
        client=_named(data, "client") or (old.client if old else DEMO_CLIENT),
        provider=_named(data, "provider") or (old.provider if old else DEMO_PROVIDER),
        relationships=old.relationships if old else {},
    )
    record.attributes["doi"] = doi
    records.put(record)
    return record, old is None


def _fresh(prefix: Any) -> str:
    return f"{prefix or DEMO_PREFIX}/{secrets.token_hex(2)}-{secrets.token_hex(2)}"


def _merged(old: Attributes, given: Attributes) -> Attributes:
    taken = deepcopy({name: value for name, value in given.items() if name not in _READ_ONLY})
    for role in ("creators", "contributors"):
        if isinstance(taken.get(role), list):
            taken[role] = [_settled(each) for each in taken[role]]
    return {"state": "draft", "schemaVersion": "http://datacite.org/schema/kernel-4", **old, **fullest(taken)}


def _set_state(attributes: Attributes, event: str, doi: str) -> None:
    state = attributes["state"] = _NEXT_STATE.get((attributes["state"], event), attributes["state"])
    attributes["isActive"] = state == "findable"
    missing = [name for name in _WANTED if attributes.get(name) in (None, "", [], {})]
    if state != "draft" and missing:
        raise WriteError(422, [{"source": each, "uid": doi, "title": "Can't be blank"} for each in missing])


def _set_moments(attributes: Attributes, now: str, *, is_new: bool) -> None:
    if is_new:
        attributes |= {"created": now, "registered": None, "metadataVersion": 0, "source": "api"}
    else:
        attributes["metadataVersion"] = (attributes.get("metadataVersion") or 0) + 1
    if attributes["state"] != "draft" and not attributes.get("registered"):
        attributes["registered"] = now
    attributes["updated"] = now
    attributes["published"] = str(attributes.get("publicationYear") or "") or None


def _settled(person: Any) -> Any:
    """Return a creator as DataCite stores it: a name built from its parts, iDs normalised or null."""
    if not isinstance(person, dict):
        return person
    parts = [part for part in (person.get("familyName"), person.get("givenName")) if part]
    name = person.get("name") or ", ".join(parts)
    identifiers = [_settled_identifier(each) for each in person.get("nameIdentifiers") or ()]
    affiliation = person.get("affiliation") or []
    return {**person, "name": name, "affiliation": affiliation, "nameIdentifiers": identifiers}


def _settled_identifier(identifier: Any) -> Any:
    if not isinstance(identifier, dict) or identifier.get("nameIdentifierScheme") != "ORCID":
        return identifier
    found = _ORCID.fullmatch(str(identifier.get("nameIdentifier") or ""))
    if found is None:
        return {**identifier, "nameIdentifier": None}
    if found["site"] or identifier.get("schemeUri"):
        is_sandbox = "sandbox" in (found["site"] or "")
        site = "https://sandbox.orcid.org" if is_sandbox else "https://orcid.org"
        return {**identifier, "nameIdentifier": f"{site}/{found['id']}", "schemeUri": site}
    return identifier


def _named(data: dict[str, Any], name: str) -> str | None:
    related = ((data.get("relationships") or {}).get(name) or {}).get("data") or {}
    return str(related["id"]).lower() if related.get("id") else None
