"""The users API: public people, and what trusted services announce about them."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.accounts import selectors, services
from profiles.accounts.bearer import Caller
from profiles.api import asking, claims_list, rendering
from profiles.api.errors import ApiError, not_allowed, not_there
from profiles.domain.ids import parse_orcid_id
from profiles.domain.roles import Act, may

router = Router(tags=["users"])
ORDERS: Final = {
    "name": ("family_name", "given_names", "id"),
    "-name": ("-family_name", "-given_names", "-id"),
    "created": ("created_at", "id"),
    "-created": ("-created_at", "-id"),
    "relevance": ("family_name", "given_names", "id"),
}
NAMES: Final = {"name": "name", "given_names": "given_names", "family_name": "family_name"}
CREATED: Final = 201


@router.get("/users", operation_id="list_users", summary="List people")
def index(request: HttpRequest) -> HttpResponse:
    """List people who show their record; staff see all."""
    known = asking.caller(request)
    given = asking.parameters(request)
    people = _visible(known)
    if "query" in given:
        people = _search(people, given["query"])
    order = ORDERS.get(given.get("sort", "name"))
    if order is None:
        raise ApiError(400, f"sort takes one of {', '.join(ORDERS)}.")
    page = claims_list.page_of({name: value for name, value in given.items() if name != "sort"})
    total = people.count()
    first = (page.number - 1) * page.size
    found = people.order_by(*order)[first : first + page.size] if page.size else []
    body = {
        "data": [
            rendering.user(account, private=_may_read_private(known, account.orcid_id)) for account in found
        ],
        "meta": {
            "total": total,
            "totalPages": -(-total // page.size) if page.size else 0,
            "page": page.number,
        },
        "links": {"self": request.build_absolute_uri()},
    }
    return rendering.respond(body)


def _visible(known: Caller | None) -> QuerySet[Any]:
    if may(asking.role_of(known), Act.READ_HIDDEN_PEOPLE):
        return selectors.everybody()
    return selectors.public_people()


def _search(people: QuerySet[Any], text: str) -> QuerySet[Any]:
    orcid_id = parse_orcid_id(text)
    if orcid_id:
        return people.filter(orcid_id=orcid_id)
    for word in text.split()[:5]:
        people = people.filter(
            Q(name__icontains=word) | Q(family_name__icontains=word) | Q(given_names__icontains=word)
        )
    return people


def _may_read_private(known: Caller | None, orcid_id: str) -> bool:
    own = known is not None and known.account is not None and known.name == orcid_id
    return own or may(asking.role_of(known), Act.READ_HIDDEN_PEOPLE)


@router.get("/users/{orcid}", operation_id="show_user", summary="Show a person")
def show(request: HttpRequest, orcid: str) -> HttpResponse:
    """Show one person; who hides their record is shown to themselves and to staff only."""
    known = asking.caller(request)
    account = selectors.account_of(parse_orcid_id(orcid) or "")
    private = account is not None and _may_read_private(known, account.orcid_id)
    if account is None or not (account.is_public or private):
        raise not_there()
    empty: dict[str, list[Any]] = {
        name: [] for name in ("dois", "published", "resourceTypes", "views", "downloads", "citations")
    }
    return rendering.respond({"data": rendering.user(account, private=private), "meta": empty})


@router.api_operation(
    ["PUT", "PATCH"], "/users/{orcid}", operation_id="put_user", summary="Announce a person"
)
def put(request: HttpRequest, orcid: str) -> HttpResponse:
    """Announce a person, or change one's own name. Nothing here gives rights."""
    known = asking.signed_in(request)
    orcid_id = parse_orcid_id(orcid)
    if orcid_id is None:
        raise ApiError(422, "Is not an ORCID iD", source="id")
    fields = _names(asking.body(request))
    if known.account is not None and known.name == orcid_id and known.allows(Act.CHANGE_OWN_PROFILE.value):
        account = services.change_own(account_id=known.account.pk, fields=fields)
        return rendering.respond({"data": rendering.user(account, private=True)})
    if not may(asking.role_of(known), Act.ANNOUNCE_PEOPLE) or not known.allows(Act.ANNOUNCE_PEOPLE.value):
        raise not_allowed()
    account, is_new = services.announce(orcid_id=orcid_id, fields=fields)
    return rendering.respond({"data": rendering.user(account)}, CREATED if is_new else 200)


def _names(body: Mapping[str, Any]) -> dict[str, str]:
    """Read the names out of a JSON:API body; everything else in it is left alone."""
    data = body.get("data")
    attributes = data.get("attributes") if isinstance(data, dict) else None
    given = asking.underscored(attributes) if isinstance(attributes, dict) else {}
    return {
        ours: str(given[theirs])[:200] for theirs, ours in NAMES.items() if isinstance(given.get(theirs), str)
    }
