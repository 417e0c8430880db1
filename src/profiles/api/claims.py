"""The claims API: what DataCite Commons, the DataCite API and the agents call."""

import uuid as uuids
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.accounts import selectors as accounts
from profiles.accounts.bearer import Caller
from profiles.api import asking, claims_list, rendering
from profiles.api.errors import ApiError, invalid, not_allowed, not_there
from profiles.claims import selectors
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.ids import parse_doi, parse_orcid_id
from profiles.domain.roles import Act, may
from profiles.pipeline.request import request_work

router = Router(tags=["claims"])
ACCEPTED: Final = 202


@router.get("/claims", operation_id="list_claims", summary="List claims")
def index(request: HttpRequest) -> HttpResponse:
    """List claims with their facets. People see their own; staff and services see all."""
    known = asking.signed_in(request)
    given = asking.parameters(request)
    query = claims_list.query_of(given)
    if not may(asking.role_of(known), Act.READ_ALL_CLAIMS):
        query.add("orcid_id = %s", known.name)
    page = claims_list.page_of(given)
    found = claims_list.fetch(query, page)
    meta = claims_list.meta(query, page)
    fields = _fields(given)
    body: dict[str, Any] = {
        "data": [rendering.claim(row, fields) for row in found],
        "meta": meta,
        "links": claims_list.links(_url(request), request.GET.dict(), page, found, meta["total"]),
    }
    if "user" in given.get("include", "").split(","):
        body["included"] = _people({row["orcid_id"] for row in found})
    return _named(rendering.respond(body), known)


@router.post("/claims", operation_id="create_claim", summary="Claim a work, or ask for its removal")
def create(request: HttpRequest) -> HttpResponse:
    """Open or reopen a claim; the same call may be made again at any time."""
    known = asking.signed_in(request)
    wanted = _wanted(asking.body(request))
    _may_change(known, wanted["orcid_id"])
    by_owner = known.account is not None and known.name == wanted["orcid_id"]
    claim = request_work(**wanted, by_owner=by_owner, actor=known.name)
    body = {"data": rendering.claim(_row(claim)), "included": _people({claim.orcid_id})}
    return _named(rendering.respond(body, ACCEPTED), known)


@router.get("/claims/{uuid}", operation_id="show_claim", summary="Show a claim")
def show(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one claim."""
    known = asking.signed_in(request)
    claim = _find(uuid)
    if claim.orcid_id != known.name and not may(asking.role_of(known), Act.READ_ALL_CLAIMS):
        raise not_allowed()
    body = {"data": rendering.claim(_row(claim)), "included": _people({claim.orcid_id})}
    return _named(rendering.respond(body), known)


@router.delete("/claims/{uuid}", operation_id="delete_claim", summary="Ask for a work's removal")
def destroy(request: HttpRequest, uuid: str) -> HttpResponse:
    """Ask for the work to be taken off the record; answers with the claim, never with an empty body."""
    known = asking.signed_in(request)
    claim = _find(uuid)
    _may_change(known, claim.orcid_id)
    claim = request_work(
        orcid_id=claim.orcid_id,
        doi=claim.doi,
        origin=Origin(claim.origin),
        action=ClaimAction.DELETE,
        by_owner=known.account is not None and known.name == claim.orcid_id,
        actor=known.name,
    )
    return _named(rendering.respond({"data": rendering.claim(_row(claim))}, ACCEPTED), known)


def _wanted(body: Mapping[str, Any]) -> dict[str, Any]:
    """Read the ``claim`` object.

    Raises:
        ApiError: a field is missing or wrong; the answer names it.
    """
    given = body.get("claim")
    if not given:
        raise ApiError(422, "param is missing or the value is empty or invalid: claim")
    if not isinstance(given, dict):
        raise ApiError(400, "claim must be an object.")
    fields = {name: value for name, value in asking.underscored(given).items() if value not in (None, "")}
    if "doi" not in fields:
        raise invalid("doi", "Can't be blank")
    doi = parse_doi(str(fields["doi"]))
    if doi is None:
        raise invalid("doi", "Is not a DOI")
    orcid_id = parse_orcid_id(str(fields.get("orcid", "")))
    if orcid_id is None:
        raise invalid("user", "Must exist")
    if "source_id" not in fields:
        raise invalid("source_id", "Can't be blank")
    return {
        "orcid_id": orcid_id,
        "doi": doi,
        "origin": _one_of(Origin, "source_id", fields["source_id"]),
        "action": _one_of(ClaimAction, "claim_action", fields.get("claim_action", ClaimAction.CREATE.value)),
        "uuid": _uuid(fields.get("uuid")),
    }


def _one_of(kind: Any, source: str, value: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        raise invalid(source, f"Is not included in the list: {', '.join(kind)}") from None


def _uuid(text: Any) -> uuids.UUID | None:
    try:
        return uuids.UUID(str(text)) if text else None
    except ValueError:
        raise invalid("uuid", "Is not a UUID") from None


def _may_change(known: Caller, orcid_id: str) -> None:
    own = known.account is not None and known.name == orcid_id
    act = Act.CHANGE_OWN_CLAIMS if own else Act.CHANGE_ALL_CLAIMS
    if not may(asking.role_of(known), act) and not may(asking.role_of(known), Act.CHANGE_ALL_CLAIMS):
        raise not_allowed()
    if not known.allows(act.value):
        raise not_allowed()


def _find(uuid: str) -> Any:
    try:
        claim = selectors.claim_by_uuid(uuids.UUID(uuid))
    except ValueError:
        claim = None
    if claim is None:
        raise not_there()
    return claim


def _row(claim: Any) -> dict[str, Any]:
    return {
        **model_to_dict(claim, ["orcid_id", "doi", "origin", "state", "action", "problem", "put_code"]),
        "uuid": claim.uuid,
        "claimed_at": claim.claimed_at,
        "created_at": claim.created_at,
        "updated_at": claim.updated_at,
    }


def _people(orcid_ids: set[str]) -> list[dict[str, Any]]:
    known = {account.orcid_id: account for account in accounts.accounts_among(orcid_ids)}
    return [
        rendering.user(known[one]) if one in known and known[one].is_public else rendering.stranger(one)
        for one in sorted(orcid_ids)
    ]


def _fields(given: Mapping[str, str]) -> frozenset[str] | None:
    text = given.get("fields[claims]")
    return frozenset(part.strip() for part in text.split(",")) if text else None


def _url(request: HttpRequest) -> str:
    return f"{settings.ENVIRONMENT.PROFILES_URL}{request.path}"


def _named(response: HttpResponse, known: Caller | None) -> HttpResponse:
    """Say whom we took the caller for, as the old service did."""
    if known is None:
        response.headers["X-Anonymous-Consumer"] = "true"
    else:
        response.headers["X-Credential-Username"] = known.name
    return response
