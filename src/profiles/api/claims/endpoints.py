"""The claims API: what DataCite Commons, the DataCite API and the agents call."""

import uuid as uuids
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.accounts.bearer import Caller
from profiles.api.claims import claims_list
from profiles.api.claims.claim_requests import ClaimRequestBody, claim_request_of
from profiles.api.description.described import described
from profiles.api.http import filters, paging, rendering, request_parsing, shapes
from profiles.api.http.errors import not_allowed, not_found
from profiles.api.people import visibility
from profiles.claims import list_selectors, selectors
from profiles.domain.access.roles import Act
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.reasons_for_readers import Reader
from profiles.pipeline.requests.one import request_work
from profiles.pipeline.works.first_sentence import first_sentence_of

router = Router(tags=["claims"])
ACCEPTED: Final = 202
FILTERS: Final = filters.of_claims(list_selectors.ORDERS, list_selectors.DEFAULT_SORT)


@router.get("/claims", **described("list_claims", shapes.ClaimList, query=FILTERS))
def index(request: HttpRequest) -> HttpResponse:
    """List claims with their facets. People see their own; staff and services see all."""
    caller = request_parsing.require_caller(request)
    given = request_parsing.parameters(request)
    query = claims_list.query_of(given)
    _narrow(query, caller)
    page = paging.page_of(given, sorts=list_selectors.ORDERS, default_sort=list_selectors.DEFAULT_SORT)
    found, meta, total = claims_list.read(query, page)
    last = found[-1].id if found else None
    fields = rendering.fields_of(given, "claims")
    body: dict[str, Any] = {
        "data": [rendering.claim(row, fields) for row in found],
        "meta": meta,
        "links": paging.links(request, page, last=last, found=len(found), total=total),
    }
    if "user" in given.get("include", "").split(","):
        body["included"] = visibility.included({row.orcid_id for row in found}, caller)
    return rendering.respond(body)


def _narrow(query: list_selectors.Query, caller: Caller) -> None:
    """Leave in the list what the caller may see.

    Raises:
        ApiError: that is nothing.
    """
    if request_parsing.allowed(caller, Act.READ_ALL_CLAIMS):
        if not visibility.sees_hidden(caller):
            query.only_of_shown_people()
        return
    request_parsing.require(caller, Act.READ_OWN_CLAIMS)
    query.only_of(caller.name)


@router.post("/claims", **described("create_claim", shapes.OneClaim, status=202, body=shapes.ClaimWishBody))
def create(request: HttpRequest) -> HttpResponse:
    """Claim a work, or ask for its removal. The same call may be made again at any time.

    A claim that is there already is opened again and keeps its id.
    """
    caller = request_parsing.require_caller(request)
    claim_request = claim_request_of(request_parsing.body(request).get("claim"))
    claim = _request(caller, claim_request)
    body = {
        "data": rendering.claim(_accepted(caller, claim, claim_request)),
        "included": visibility.included({claim.orcid_id}, caller),
    }
    return rendering.respond(body, ACCEPTED)


@router.get("/claims/{uuid}", **described("show_claim", shapes.OneClaim))
def show(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show one claim, with the sentence that begins its pages."""
    caller = request_parsing.require_caller(request)
    claim = _find(uuid, caller)
    own = request_parsing.is_own(caller, claim.orcid_id) and request_parsing.allowed(
        caller, Act.READ_OWN_CLAIMS
    )
    if not own and not request_parsing.allowed(caller, Act.READ_ALL_CLAIMS):
        raise not_allowed()
    data = rendering.claim(claims_list.row_of(claim))
    # Beside the fields of the contract: what the pages say first about this work.
    data["attributes"]["answer"] = first_sentence_of(claim, Reader.OWNER if own else Reader.STAFF)
    body = {"data": data, "included": visibility.included({claim.orcid_id}, caller)}
    return rendering.respond(body)


@router.delete("/claims/{uuid}", **described("delete_claim", shapes.OneClaim, status=202))
def destroy(request: HttpRequest, uuid: str) -> HttpResponse:
    """Ask for the work to be taken off the record; answers with the claim, never with an empty body."""
    caller = request_parsing.require_caller(request)
    claim = _find(uuid, caller)
    claim_request = ClaimRequestBody(claim.orcid_id, claim.doi, Origin(claim.origin), ClaimAction.DELETE)
    row = _accepted(caller, _request(caller, claim_request), claim_request)
    return rendering.respond({"data": rendering.claim(row)}, ACCEPTED)


def _accepted(caller: Caller, claim: Any, claim_request: ClaimRequestBody) -> list_selectors.Row:
    """Return what is answered of a claim that was just asked for.

    For people who hide their record it repeats the request only: the claim's history is private.
    """
    row = claims_list.row_of(claim)
    if not visibility.is_hidden(claim.orcid_id, caller):
        return row
    asked = {"action": claim_request.action.value, "origin": claim_request.origin.value}
    return msgspec.structs.replace(row, **asked, put_code=None, claimed_at=None, created_at=row.updated_at)


def _request(caller: Caller, claim_request: ClaimRequestBody) -> Any:
    """Request the claim.

    Raises:
        ApiError: this iD's claims are not the caller's to change.
    """
    if not may_change(caller, claim_request.orcid_id):
        raise not_allowed()
    return request_work(
        orcid_id=claim_request.orcid_id,
        doi=claim_request.doi,
        origin=claim_request.origin,
        action=claim_request.action,
        uuid=claim_request.uuid,
        by_owner=request_parsing.is_own(caller, claim_request.orcid_id),
        actor=caller.actor,
    )


def may_change(caller: Caller, orcid_id: str) -> bool:
    """Say whether the caller may ask for works on this iD's record."""
    own = request_parsing.is_own(caller, orcid_id) and request_parsing.allowed(caller, Act.CHANGE_OWN_CLAIMS)
    return own or request_parsing.allowed(caller, Act.CHANGE_ALL_CLAIMS)


def _find(uuid: str, caller: Caller) -> Any:
    """Return the claim.

    Raises:
        ApiError: there is none, or its person is hidden from this caller.
    """
    try:
        claim = selectors.claim_by_uuid(uuids.UUID(uuid))
    except ValueError:
        claim = None
    if claim is None or (
        request_parsing.allowed(caller, Act.READ_ALL_CLAIMS) and visibility.is_hidden(claim.orcid_id, caller)
    ):
        raise not_found()
    return claim
