"""The users API: public people, and what trusted services announce about them."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.accounts import selectors, services
from profiles.accounts.bearer import Caller
from profiles.accounts.models import Account
from profiles.api.description.described import described
from profiles.api.http import filters, paging, rendering, request_parsing, shapes
from profiles.api.http.errors import ApiError, not_found
from profiles.api.people import visibility
from profiles.domain.access.roles import Act
from profiles.domain.ids import parse_orcid_id
from profiles.infra.web.readable_names import unreadable_because

router = Router(tags=["users"])
ORDERS: Final = {
    "name": ("family_name", "given_names", "id"),
    "-name": ("-family_name", "-given_names", "-id"),
    "created": ("created_at", "id"),
    "-created": ("-created_at", "-id"),
    "relevance": ("family_name", "given_names", "id"),
}
DEFAULT_SORT: Final = "name"
NAMES: Final = {"name": "name", "given_names": "given_names", "family_name": "family_name"}
CREATED: Final = 201
MAX_NAME_LENGTH: Final = 200
FILTERS: Final = filters.of_people(ORDERS, DEFAULT_SORT)


@router.get("/users", **described("list_users", shapes.UserList, query=FILTERS))
def index(request: HttpRequest) -> HttpResponse:
    """List people who show their record; staff see all. No token is needed."""
    caller = request_parsing.identify_caller(request)
    request_parsing.require(caller, Act.READ_PUBLIC_PEOPLE)
    given = request_parsing.parameters(request)
    page = paging.page_of(given, sorts=ORDERS, default_sort=DEFAULT_SORT)
    wanted = _wanted(caller, given)
    total = wanted.order_by()[: paging.MAX_DEPTH + 1].count()
    few = total <= paging.MAX_DEPTH and "query" in given
    listed = selectors.matched_first(wanted, most=paging.MAX_DEPTH) if few else wanted
    found = _part(listed.only(*rendering.OF_USER), page, few=few)
    fields = rendering.fields_of(given, "users")
    last = found[-1].pk if found else None
    body = {
        "data": [
            rendering.user(account, private=visibility.sees_private(caller, account), fields=fields)
            for account in found
        ],
        "meta": paging.counted(total, page),
        "links": paging.links(request, page, last=last, found=len(found), total=total),
    }
    return rendering.respond(body)


def _wanted(caller: Caller | None, given: Mapping[str, str]) -> QuerySet[Account]:
    wanted = selectors.all_people() if visibility.sees_hidden(caller) else selectors.public_people()
    if "query" not in given:
        return wanted
    orcid_id = parse_orcid_id(given["query"])
    return wanted.filter(orcid_id=orcid_id) if orcid_id else selectors.named_like(wanted, given["query"])


def _part(wanted: QuerySet[Account], page: paging.Page, *, few: bool) -> list[Account]:
    if not page.size:
        return []
    if page.by_cursor:
        return list(selectors.after_row(wanted, page.after, found=few)[: page.size])
    return list(wanted.order_by(*ORDERS[page.sort])[page.offset : page.offset + page.size])


@router.get("/users/{orcid}", **described("show_user", shapes.OneUser))
def show(request: HttpRequest, orcid: str) -> HttpResponse:
    """Show one person. A hidden person is shown to themselves and to staff only."""
    caller = request_parsing.identify_caller(request)
    account = selectors.account_of(parse_orcid_id(orcid) or "")
    if account is None or not visibility.sees(caller, account):
        raise not_found()
    empty: dict[str, list[Any]] = {
        name: [] for name in ("dois", "published", "resourceTypes", "views", "downloads", "citations")
    }
    data = rendering.user(account, private=visibility.sees_private(caller, account))
    return rendering.respond({"data": data, "meta": empty})


@router.put(
    "/users/{orcid}", **described("put_user", shapes.AnnouncedUser, also=(201,), body=shapes.UserBody)
)
def put(request: HttpRequest, orcid: str) -> HttpResponse:
    """Announce a person, or change one's own name. Nothing here gives rights."""
    return _put(request, orcid)


@router.patch(
    "/users/{orcid}", **described("patch_user", shapes.AnnouncedUser, also=(201,), body=shapes.UserBody)
)
def patch(request: HttpRequest, orcid: str) -> HttpResponse:
    """Announce a person, or change one's own name; the same as ``PUT``."""
    return _put(request, orcid)


def _put(request: HttpRequest, orcid: str) -> HttpResponse:
    caller = request_parsing.require_caller(request)
    own = request_parsing.is_own(caller, parse_orcid_id(orcid) or "") and request_parsing.allowed(
        caller, Act.CHANGE_OWN_PROFILE
    )
    if not own:
        request_parsing.require(caller, Act.ANNOUNCE_PEOPLE)
    orcid_id = parse_orcid_id(orcid)
    if orcid_id is None:
        raise ApiError(422, "Is not an ORCID iD", source="id")
    fields = _names(request_parsing.body(request))
    if own and caller.account is not None:
        account = services.change_own(account_id=caller.account.pk, fields=fields)
        return rendering.respond(
            {"data": rendering.user(account, private=visibility.sees_private(caller, account))}
        )
    account, is_new = services.announce(orcid_id=orcid_id, fields=fields)
    data = rendering.user(account) if visibility.sees(caller, account) else rendering.unknown_user(orcid_id)
    return rendering.respond({"data": data}, CREATED if is_new else 200)


def _names(body: Mapping[str, Any]) -> dict[str, str]:
    """Read the names from a JSON:API body; other attributes are ignored."""
    data = body.get("data")
    attributes = data.get("attributes") if isinstance(data, dict) else None
    given = request_parsing.underscored(attributes) if isinstance(attributes, dict) else {}
    names = {
        ours: given[theirs][:MAX_NAME_LENGTH]
        for theirs, ours in NAMES.items()
        if isinstance(given.get(theirs), str)
    }
    for field, name in names.items():
        if reason := unreadable_because(name):
            raise ApiError(422, reason, source=field)
    return names
