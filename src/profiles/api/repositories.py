"""The repository view: what a repository may know about its DOIs on ORCID records."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.accounts.bearer import Caller
from profiles.api.description.described import described
from profiles.api.http import rendering, request_parsing
from profiles.api.http.errors import not_allowed, not_found
from profiles.api.webhooks import shapes
from profiles.domain.access.roles import STAFF, Act
from profiles.pipeline.works.repository_view import as_json, view_of

router = Router(tags=["repositories"])
_NAME: Final = re.compile(r"[a-z0-9]+\.[a-z0-9._-]{1,80}", re.ASCII)


@router.get("/repositories/{repository}", **described("show_repository", shapes.OneRepository))
def show(request: HttpRequest, repository: str) -> HttpResponse:
    """Show a repository's metadata about people, outcomes in counts, and why works are not on records."""
    caller = request_parsing.require_caller(request)
    request_parsing.require(caller, Act.READ_REPOSITORY_VIEW)
    name = repository.lower()
    if not _NAME.fullmatch(name):
        raise not_found()
    if not _is_theirs(caller, name):
        raise not_allowed()
    attributes = as_json(view_of(name))
    return rendering.respond({"data": {"id": name, "type": "repositories", "attributes": attributes}})


def _is_theirs(caller: Caller, repository: str) -> bool:
    """Tell whether the repository is the caller's: by its own id, or by its member's id before the dot."""
    if caller.account is None:
        own, member = caller.repository, caller.member
    elif caller.role in STAFF:
        return True
    else:
        own, member = caller.account.client_id, caller.account.provider_id
        if caller.role.startswith("client_"):
            member = ""
    if own:
        return own.lower() == repository
    return bool(member) and repository.partition(".")[0] == member.lower()
