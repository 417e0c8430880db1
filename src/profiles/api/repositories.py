"""The repository view: what a repository may know about its DOIs on ORCID records."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.accounts.bearer import Caller
from profiles.api.description.described import described
from profiles.api.http import rendering, request_parsing
from profiles.api.http.errors import not_allowed, not_found
from profiles.api.webhooks import shapes
from profiles.domain.access.repository_access import RepositoryAccess, access_of_role, is_repository_id
from profiles.domain.access.roles import STAFF, Act
from profiles.pipeline.works.repository_view import as_json, view_of

router = Router(tags=["repositories"])


@router.get("/repositories/{repository}", **described("show_repository", shapes.OneRepository))
def show(request: HttpRequest, repository: str) -> HttpResponse:
    """Show a repository's metadata about people, outcomes in counts, and why works are not on records."""
    caller = request_parsing.require_caller(request)
    request_parsing.require(caller, Act.READ_REPOSITORY_VIEW)
    name = repository.lower()
    if not is_repository_id(name):
        raise not_found()
    access = _access_of(caller)
    if access is None or not access.covers(name):
        raise not_allowed()
    attributes = as_json(view_of(name))
    return rendering.respond({"data": {"id": name, "type": "repositories", "attributes": attributes}})


def _access_of(caller: Caller) -> RepositoryAccess | None:
    """Return whose DOIs the caller may look at."""
    if caller.account is None:
        return RepositoryAccess(caller.repository, caller.member)
    if caller.role in STAFF:
        return RepositoryAccess(is_staff=True)
    account = caller.account
    return access_of_role(caller.role, repository=account.client_id or "", member=account.provider_id or "")
