"""Render claims and users as JSON:API, in the shapes, names and texts that today's consumers read.

Plain dictionaries and msgspec, because lists are a hot path. Source: the outer contract of today's service.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from django.http import HttpResponse

from profiles.domain.problems import CATALOGUE

JSON: Final = "application/json; charset=utf-8"


def respond(body: Any, status: int = 200) -> HttpResponse:
    """Return JSON. The Accept header is ignored: one consumer puts HTML first."""
    return HttpResponse(msgspec.json.encode(body), status=status, content_type=JSON)


def moment(at: datetime | None) -> str | None:
    """Write a time as the old service did: UTC with milliseconds."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def fields_of(params: Mapping[str, str], kind: str) -> frozenset[str] | None:
    """Return the requested attributes (``fields[...]``); None means all."""
    text = params.get(f"fields[{kind}]")
    return frozenset(part.strip() for part in text.split(",")) if text else None


def claim(row: Any, fields: frozenset[str] | None = None) -> dict[str, Any]:
    """Render a claim from the row that a list reads."""
    attributes = {
        "orcid": f"https://orcid.org/{row.orcid_id}",
        "doi": f"https://doi.org/{row.doi}",
        "sourceId": row.origin,
        "state": row.shown_state,
        "claimAction": row.action,
        "errorMessages": messages(row.problem),
        "putCode": row.put_code,
        "claimed": row.claimed_at,
        "created": row.created_at,
        "updated": row.updated_at,
    }
    if fields is not None:
        attributes = {name: value for name, value in attributes.items() if name in fields}
    return {
        "id": row.uuid,
        "type": "claims",
        "attributes": attributes,
        "relationships": {"user": {"data": {"id": row.orcid_id, "type": "users"}}},
    }


def messages(code: str) -> list[dict[str, str]]:
    """Return the error messages of a claim; empty when it has no problem."""
    if not code:
        return []
    problem = CATALOGUE.get(code)
    return [{"title": problem.title if problem else code, "code": code}]


OF_USER: Final = (
    "orcid_id",
    "name",
    "given_names",
    "family_name",
    "email",
    "role",
    "is_public",
    "first_signed_in_at",
    "created_at",
    "updated_at",
    "closed_at",
)
"""Columns of an account that a user resource needs."""


def user(account: Any, *, private: bool = False, fields: frozenset[str] | None = None) -> dict[str, Any]:
    """Render a person. ``private`` adds the e-mail address."""
    attributes = {
        "givenName": account.given_names or None,
        "familyName": account.family_name or None,
        "name": account.name or None,
        "orcid": f"https://orcid.org/{account.orcid_id}",
        "github": None,
        "roleId": account.role,
        "isActive": account.first_signed_in_at is not None and account.closed_at is None,
        "created": moment(account.created_at),
        "updated": moment(account.updated_at),
    }
    if private:
        attributes["email"] = account.email
    if fields is not None:
        attributes = {name: value for name, value in attributes.items() if name in fields}
    return {"id": account.orcid_id, "type": "users", "attributes": attributes, "relationships": {}}


def unknown_user(orcid_id: str) -> dict[str, Any]:
    """Render a person without an account, or one who is hidden: the two look the same."""
    return {
        "id": orcid_id,
        "type": "users",
        "attributes": {
            "givenName": None,
            "familyName": None,
            "name": None,
            "orcid": f"https://orcid.org/{orcid_id}",
            "github": None,
            "roleId": "user",
            "isActive": False,
            "created": None,
            "updated": None,
        },
        "relationships": {},
    }
