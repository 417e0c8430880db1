"""Make and revoke keys for the programs of a repository."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from profiles.accounts.keys import KeyRefusedError
from profiles.accounts.managers import repository_keys
from profiles.web.views.repositories.access import for_managers
from profiles.web.views.repositories.page import context_of


@require_POST
@for_managers
def make(request: HttpRequest, repository: str) -> HttpResponse:
    """Make a key. Only this answer ever shows it."""
    try:
        new = repository_keys.make(repository)
    except KeyRefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("repository_page", repository)
    return render(request, "repositories/page.html", {**context_of(request, repository), "new": new})


@require_POST
@for_managers
def revoke(request: HttpRequest, repository: str, number: int) -> HttpResponse:
    """Revoke a key of the repository at once."""
    if repository_keys.revoke(key_id=number, repository=repository):
        messages.success(request, _("Revoked. Programs that use this key are refused from now on."))
    return redirect("repository_page", repository)
