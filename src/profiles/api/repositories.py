"""The repository view: what a repository may know about its DOIs on ORCID records."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from profiles.accounts.bearer import Caller
from profiles.api.description.described import described
from profiles.api.http import rendering, request_parsing
from profiles.api.http.errors import not_allowed, not_there
from profiles.api.webhooks import shapes
from profiles.domain.access.roles import STAFF, Act
from profiles.pipeline.works.repository_view import as_json, view_of

router = Router(tags=["repositories"])
_NAME: Final = re.compile(r"[a-z0-9]+\.[a-z0-9._-]{1,80}", re.ASCII)


@router.get("/repositories/{repository}", **described("show_repository", shapes.OneRepository))
def show(request: HttpRequest, repository: str) -> HttpResponse:
    """Show a repository's metadata about people, outcomes in counts, and why works are not on records."""
    known = request_parsing.signed_in(request)
    request_parsing.require(known, Act.READ_REPOSITORY_VIEW)
    name = repository.lower()
    if not _NAME.fullmatch(name):
        raise not_there()
    if not _is_theirs(known, name):
        raise not_allowed()
    attributes = as_json(view_of(name))
    return rendering.respond({"data": {"id": name, "type": "repositories", "attributes": attributes}})


def _is_theirs(known: Caller, repository: str) -> bool:
    """Say whether the repository is the caller's: by name, or by its member, with which the name begins."""
    if known.account is None:
        own, member = known.repository, known.member
    elif known.role in STAFF:
        return True
    else:
        own, member = known.account.client_id, known.account.provider_id
        if known.role.startswith("client_"):
            member = ""
    if own:
        return own.lower() == repository
    return bool(member) and repository.partition(".")[0] == member.lower()
