"""The last step in: whoever has a second factor gives it, then the session opens."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from profiles.accounts import selectors
from profiles.accounts.models import Account
from profiles.sign_in import second_factor, sessions
from profiles.sign_in.flow import put_aside, set_aside
from profiles.sign_in.limits import too_often, wait_of_account
from profiles.sign_in.verification import Identity

SECOND: Final = "sign_in_second"
"""Somebody who proved who they are, and still owes their second factor."""


def admit(request: HttpRequest, account: Account, identity: Identity, return_to: str) -> HttpResponse:
    """Let the person in, or ask for the second factor first."""
    wait = wait_of_account(account)
    if wait:
        return too_often(request, "limited_account", wait)
    if second_factor.is_set_up(account):
        put_aside(request.session, SECOND, identity, return_to)
        request.session[SECOND]["account"] = account.pk
        return redirect("give_second_factor")
    sessions.open_session(request, account, identity)
    return HttpResponseRedirect(return_to or reverse("settings"))


def owing(request: HttpRequest) -> Account | None:
    """Return whose second factor is awaited in this browser."""
    if set_aside(request.session, SECOND) is None:
        return None
    return selectors.account_by_id(int(request.session[SECOND]["account"]))


def complete(request: HttpRequest, account: Account, factor: tuple[str, ...]) -> HttpResponse:
    """Open the session that waited for this."""
    kept = set_aside(request.session, SECOND)
    assert kept is not None, "the caller asked who owes it"
    identity, return_to = kept
    del request.session[SECOND]
    sessions.open_session(request, account, identity, factor=factor)
    return HttpResponseRedirect(return_to or reverse("settings"))
