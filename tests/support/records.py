"""DOI records as the REST API gives them, as small as a test needs."""

from typing import Any

DOI = "10.5072/anna-1"


def with_check_digit(first_fifteen: str) -> str:
    """Complete fifteen digits to an iD (ISO 7064, MOD 11-2)."""
    total = 0
    for digit in first_fifteen:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    whole = first_fifteen + ("X" if rest == 10 else str(rest))
    return "-".join(whole[i : i + 4] for i in range(0, 16, 4))


ANNA = with_check_digit("000000024964301")
BEN = with_check_digit("000900001234567")
CARA = with_check_digit("000000031419272")
PEOPLE = {ANNA: ("Anna", "Berg"), BEN: ("Ben", "Okoro"), CARA: ("Cara", "Núñez")}


def creator(orcid_id: str | None = ANNA, **changes: Any) -> dict[str, Any]:
    """A creator with an iD, in the form the API gives today."""
    given, family = PEOPLE.get(orcid_id or "", ("Kim", "Nobody"))
    identifiers = [] if orcid_id is None else [name_identifier(f"https://orcid.org/{orcid_id}")]
    person = {
        "name": f"{family}, {given}",
        "nameType": "Personal",
        "givenName": given,
        "familyName": family,
        "affiliation": [],
        "nameIdentifiers": identifiers,
    }
    return {**person, **changes}


def contributor(orcid_id: str = ANNA, role: str = "Editor") -> dict[str, Any]:
    """A contributor with a role and an iD."""
    return {**creator(orcid_id), "contributorType": role}


def name_identifier(
    value: Any, scheme: Any = "ORCID", scheme_uri: Any = "https://orcid.org"
) -> dict[str, Any]:
    """One name identifier."""
    return {"nameIdentifier": value, "nameIdentifierScheme": scheme, "schemeUri": scheme_uri}


def related(kind: str, target: str, target_type: str = "DOI") -> dict[str, Any]:
    """One related identifier."""
    return {"relationType": kind, "relatedIdentifier": target, "relatedIdentifierType": target_type}


def record(doi: str = DOI, *, client: str | None = "demo.repo", **changes: Any) -> dict[str, Any]:
    """A findable DOI of one creator, registered in July 2026; ``changes`` replace attributes."""
    attributes: dict[str, Any] = {
        "doi": doi,
        "creators": [creator()],
        "contributors": [],
        "titles": [{"title": "Water levels of the river Spree"}],
        "publisher": "Demo Repository",
        "publicationYear": 2026,
        "dates": [{"date": "2026-07-01", "dateType": "Issued"}],
        "types": {"resourceTypeGeneral": "Dataset"},
        "relatedIdentifiers": [],
        "fundingReferences": [],
        "url": f"https://repo.example.org/{doi}",
        "state": "findable",
        "created": "2026-07-01T10:00:00Z",
        "registered": "2026-07-01T10:00:00Z",
        "updated": "2026-07-01T10:00:00Z",
    }
    client_block = {"client": {"data": {"id": client, "type": "clients"} if client else None}}
    return {"id": doi, "type": "dois", "attributes": {**attributes, **changes}, "relationships": client_block}
