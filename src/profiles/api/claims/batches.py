"""Many claims in one request: each item has its own result, and a key makes the request count once."""

import uuid as uuids
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.accounts.bearer import Caller
from profiles.accounts.selectors import hidden_among
from profiles.api.claims import batch_shapes
from profiles.api.claims.claim_requests import ClaimRequestError, read_claim_request
from profiles.api.claims.endpoints import may_change
from profiles.api.description.described import described
from profiles.api.http import filters, paging, rendering, request_parsing
from profiles.api.http.errors import ApiError, not_allowed, not_found
from profiles.api.people import visibility
from profiles.claims import batch_selectors, batch_services
from profiles.claims.services import ClaimRequest
from profiles.domain import request_errors
from profiles.domain.access.roles import STAFF, Act
from profiles.domain.request_errors import REQUEST_ERRORS
from profiles.pipeline.requests.many import Item, KeyUsedError, request_batch

router = Router(tags=["claims"])
ACCEPTED: Final = 202
MAX_CLAIMS: Final = batch_shapes.MAX_CLAIMS
MAX_KEY_LENGTH: Final = 200
REFUSED: Final = "refused"
STATES: Final = ("waiting", "failed", "done", "ignored", "deleted", "notified")
_ONE: Final = f"({'|'.join((*STATES, REFUSED))})"
_SOME: Final = f"^{_ONE}(,{_ONE})*$"
DEFAULT_SORT: Final = "number"
KEY: Final[filters.Parameter] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "a name for this request, made up by the caller; with the same key and the same claims the"
    f" same batch is answered again, for {batch_services.RETENTION.days} days",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH, "pattern": "^[!-~]+$"},
}
FILTERS: Final = [
    filters.parameter(
        "state",
        f"only these, with commas between: {', '.join((*STATES, REFUSED))}",
        kind={"type": "string", "pattern": _SOME},
    ),
    *filters.pages((DEFAULT_SORT,), DEFAULT_SORT),
]


@router.post(
    "/claims/batches",
    **described("create_batch", batch_shapes.NewBatch, status=202, body=batch_shapes.BatchBody, query=[KEY]),
)
def create(request: HttpRequest) -> HttpResponse:
    """Claim up to a thousand works, or ask for their removal, in one request; every item has its result.

    An item that is wrong, or that the caller may not ask for, is refused with its reason and spoils no other.
    A work that is listed twice, or was claimed before, is one claim.
    """
    caller = request_parsing.require_caller(request)
    if not request_parsing.allowed(caller, Act.CHANGE_OWN_CLAIMS) and not request_parsing.allowed(
        caller, Act.CHANGE_ALL_CLAIMS
    ):
        raise not_allowed()
    key = _key(request)
    given = request_parsing.body(request).get("claims")
    if not isinstance(given, list) or not 1 <= len(given) <= MAX_CLAIMS:
        raise ApiError(422, f"claims must be a list of 1 to {MAX_CLAIMS} claims.", source="claims")
    digest = sha256(msgspec.json.encode(given, order="deterministic")).digest()
    try:
        batch = request_batch(
            owner=_owner(caller),
            key=key,
            digest=digest,
            items=[_item(caller, number, one) for number, one in enumerate(given, 1)],
        )
    except KeyUsedError as error:
        raise _used(error.batch) from None
    rows = _shown(caller, batch_selectors.items_of(batch))
    body = {"data": _batch(batch, rows), "included": [_result(batch, row) for row in rows]}
    return rendering.respond(body, ACCEPTED)


@router.get("/claims/batches/{uuid}", **described("show_batch", batch_shapes.OneBatch))
def show(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show how far a batch is: its claims counted by state."""
    caller, batch = _find(request, uuid)
    return rendering.respond({"data": _batch(batch, _shown(caller, batch_selectors.items_of(batch)))})


@router.get(
    "/claims/batches/{uuid}/results",
    **described("list_batch_results", batch_shapes.BatchResults, query=FILTERS),
)
def results(request: HttpRequest, uuid: str) -> HttpResponse:
    """List what became of each item, in the order of the request."""
    caller, batch = _find(request, uuid)
    given = request_parsing.parameters(request)
    page = paging.page_of(given, sorts=(DEFAULT_SORT,), default_sort=DEFAULT_SORT)
    wanted = {part.strip() for part in given.get("state", "").split(",") if part.strip()}
    if wanted - {*STATES, REFUSED}:
        raise ApiError(400, f"state takes some of {', '.join((*STATES, REFUSED))}.")
    rows = [
        row for row in _shown(caller, batch_selectors.items_of(batch)) if not wanted or row["shown"] in wanted
    ]
    if page.by_cursor:
        found = [row for row in rows if row["number"] > page.after][: page.size]
    else:
        found = rows[page.offset : page.offset + page.size]
    last = found[-1]["number"] if found else None
    body = {
        "data": [_result(batch, row) for row in found],
        "meta": paging.counted(len(rows), page),
        "links": paging.links(request, page, last=last, found=len(found), total=len(rows)),
    }
    return rendering.respond(body)


def _key(request: HttpRequest) -> str:
    """Read the key, with or without the quotation marks that some libraries put around it.

    Raises:
        ApiError: there is none, or one that could not be kept.
    """
    key = request.headers.get("Idempotency-Key", "").strip().removeprefix('"').removesuffix('"')
    if not key:
        raise ApiError(
            400, "Send an Idempotency-Key: a name that you make up for this request, such as a UUID."
        )
    if len(key) > MAX_KEY_LENGTH or not all("!" <= sign <= "~" for sign in key):
        words = f"An Idempotency-Key has up to {MAX_KEY_LENGTH} visible ASCII characters and no blank."
        raise ApiError(400, words)
    return key


def _owner(caller: Caller) -> str:
    return caller.owner if caller.account is not None else f"service:{caller.owner}"


def _used(batch: Any) -> ApiError:
    made = rendering.moment(batch.created_at)
    detail = (
        f"It made the batch {batch.uuid} at {made}, of other claims. Ask for that one, or send a new key."
    )
    return ApiError(409, "This Idempotency-Key was used for another request.", code="key-used", detail=detail)


def _item(caller: Caller, number: int, given: Any) -> Item:
    """Read one item; what is wrong with it is its own matter."""
    try:
        claim_request = read_claim_request(given)
    except ClaimRequestError as error:
        return Item(number, code=error.refusal.code)
    if not may_change(caller, claim_request.orcid_id):
        return Item(number, code=request_errors.NOT_YOURS.code)
    asked = ClaimRequest(
        orcid_id=claim_request.orcid_id,
        doi=claim_request.doi,
        origin=claim_request.origin,
        action=claim_request.action,
        by_owner=request_parsing.is_own(caller, claim_request.orcid_id),
        actor=caller.actor,
        uuid=claim_request.uuid or uuids.uuid4(),
    )
    return Item(number, asked)


def _find(request: HttpRequest, uuid: str) -> tuple[Caller, Any]:
    """Return the caller and the batch; only its owner and staff see it.

    Raises:
        ApiError: there is none, or the caller may not see it.
    """
    caller = request_parsing.require_caller(request)
    reads_all = request_parsing.allowed(caller, Act.READ_ALL_CLAIMS)
    if not reads_all and not request_parsing.allowed(caller, Act.READ_OWN_CLAIMS):
        raise not_allowed()
    try:
        batch = batch_selectors.batch_by_uuid(uuids.UUID(uuid))
    except ValueError:
        batch = None
    is_staff = reads_all and caller.account is not None and caller.role in STAFF
    if batch is None or (batch.owner != _owner(caller) and not is_staff):
        raise not_found()
    return caller, batch


def _shown(caller: Caller, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each row how it is shown: its state, ``refused``, or None for people who hide their record."""
    hidden = set()
    if not visibility.sees_hidden(caller):
        hidden = hidden_among({row["orcid_id"] for row in rows if row["orcid_id"]})
        hidden = {one for one in hidden if not request_parsing.is_own(caller, one)}
    return [{**row, "shown": _state(row, hidden)} for row in rows]


def _state(row: Mapping[str, Any], hidden: set[str]) -> str | None:
    if row["code"]:
        return REFUSED
    return None if row["orcid_id"] in hidden else str(row["shown_state"])


def _batch(batch: Any, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counts = dict.fromkeys(STATES, 0)
    for row in rows:
        if row["shown"] in counts:
            counts[row["shown"]] += 1
    accepted = batch.total - batch.refused
    attributes = {
        "total": batch.total,
        "accepted": accepted,
        "refused": batch.refused,
        "states": counts,
        "notShown": accepted - sum(counts.values()),
        "settled": not counts["waiting"],
        "created": rendering.moment(batch.created_at),
        "keptUntil": rendering.moment(batch.created_at + batch_services.RETENTION),
    }
    here = f"{settings.ENVIRONMENT.PROFILES_URL}/claims/batches/{batch.uuid}"
    return {
        "id": str(batch.uuid),
        "type": "claim-batches",
        "attributes": attributes,
        "links": {"self": here, "results": f"{here}/results"},
    }


def _result(batch: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    refusal = REQUEST_ERRORS.get(row["code"])
    claimed = row["uuid"] is not None
    attributes = {
        "number": row["number"],
        "status": refusal.status if refusal else ACCEPTED,
        "countedAs": row["counted"],
        "orcid": f"https://orcid.org/{row['orcid_id']}" if claimed else None,
        "doi": f"https://doi.org/{row['doi']}" if claimed else None,
        "claimAction": row["action"] if row["shown"] else None,
        "state": None if refusal else row["shown"],
        "errorMessages": rendering.messages(row["problem"]) if row["shown"] else [],
        "errors": [_error(refusal)] if refusal else [],
    }
    result = {"id": f"{batch.uuid}.{row['number']}", "type": "claim-results", "attributes": attributes}
    if claimed:
        result["relationships"] = {"claim": {"data": {"id": str(row["uuid"]), "type": "claims"}}}
    return result


def _error(refusal: request_errors.RequestError) -> dict[str, str]:
    return {
        "status": str(refusal.status),
        "code": refusal.code,
        "title": refusal.title,
        "detail": refusal.detail,
        **({"source": refusal.source} if refusal.source else {}),
    }
