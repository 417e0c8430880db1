"""Let managers of a repository in, by DataCite's key or token or by their role, and out again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from profiles.accounts.models import Account
from profiles.accounts.session_facts import role_in
from profiles.clients.errors import ServiceError
from profiles.domain.access.repository_access import RepositoryAccess, access_of_role, is_repository_id
from profiles.domain.access.roles import STAFF
from profiles.infra import clock, rate_limit
from profiles.infra.rate_limit import Limit, rate_limit_key
from profiles.intake.repositories import repositories_of_member
from profiles.pipeline.for_repositories.access import exchange

SESSION_KEY: Final = "repository_access"
LIFE: Final = timedelta(hours=2)
"""How long an exchanged key or token gives access; after that it has to be shown again."""
TRIES: Final = Limit("repository-key", 20, 3600)
"""Each attempt is a call to DataCite, and keys must not be guessed through us."""


def accesses_of(request: HttpRequest) -> list[RepositoryAccess]:
    """Return whose DOIs this browser may look at: by an exchanged key or token, and by the person's role."""
    found = []
    stored = request.session.get(SESSION_KEY)
    if stored and datetime.fromisoformat(stored["until"]) > clock.now():
        found.append(RepositoryAccess(stored["repository"], stored["member"]))
    if isinstance(request.user, Account):
        person = request.user
        role = role_in(request.session, person.role)
        if role in STAFF:
            found.append(RepositoryAccess(is_staff=True))
        elif access := access_of_role(role, repository=person.client_id, member=person.provider_id):
            found.append(access)
    return found


def for_managers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Pass the name of a repository to the view; show everyone else how managers come in."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, repository: str, **keywords: Any) -> HttpResponse:
        name = repository.lower()
        if is_repository_id(name) and any(access.covers(name) for access in accesses_of(request)):
            return view(request, name, **keywords)
        return _refused(request, _("Please show first that this repository is yours."), status=403)

    return guarded


@never_cache
@sensitive_post_parameters("credential")
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Show which repositories are the reader's, and take a key or token of DataCite."""
    if request.method == "POST":
        return _exchanged(request)
    accesses = accesses_of(request)
    names = {access.repository for access in accesses if access.repository}
    if len(accesses) == 1 and names:
        return redirect("repository_page", names.pop())
    members = sorted({access.member for access in accesses if access.member})
    wanted = request.GET.get("repository", "").strip().lower()
    if wanted and any(access.covers(wanted) for access in accesses) and is_repository_id(wanted):
        return redirect("repository_page", wanted)
    for member in members:
        names.update(repositories_of_member(member))
    context = {"names": sorted(names), "may_choose": bool(accesses), "wanted": wanted}
    return render(request, "repositories/enter.html", context)


def _exchanged(request: HttpRequest) -> HttpResponse:
    factor = 1000 if settings.ENVIRONMENT.PROFILES_TEST_SUITE else 1
    limit = Limit(TRIES.name, TRIES.most * factor, TRIES.seconds)
    usage = rate_limit.hit(limit, rate_limit_key(request))
    if usage.is_exceeded:
        words = _("Too many requests came from here. Please wait %(n)s seconds, then try again.")
        return _refused(request, words % {"n": usage.retry_after}, status=429)
    try:
        access = exchange(request.POST.get("credential", "").strip())
    except ServiceError as error:
        return _refused(request, f"{_(error.entry.title)}. {_(error.entry.you)}", status=503)
    if access is None:
        words = _(
            "DataCite does not know this key or token, or it is not for a repository or member. "
            "Copy it again from Fabrica; a revoked key or an old token no longer works."
        )
        return _refused(request, words, status=403)
    request.session.cycle_key()
    until = clock.now() + LIFE
    request.session[SESSION_KEY] = {
        "repository": access.repository,
        "member": access.member,
        "until": until.isoformat(),
    }
    return redirect("my_repository")


def _refused(request: HttpRequest, mistake: str, *, status: int) -> HttpResponse:
    return render(request, "repositories/enter.html", {"mistake": mistake}, status=status)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the access by key or token in this browser."""
    request.session.pop(SESSION_KEY, None)
    messages.success(request, _("You left the pages of your repository."))
    return redirect("my_repository")
