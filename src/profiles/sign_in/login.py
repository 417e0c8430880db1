"""The last step of a sign-in: ask for the second factor where there is one, then open the session.

Nothing about the account changes before that: what was proved on the way is recorded with the session.
"""

from dataclasses import asdict
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.accounts import selectors
from profiles.accounts.models import Account
from profiles.sign_in import second_factor
from profiles.sign_in.accounts import identities
from profiles.sign_in.identity_providers.flow import load_pending, read_identity, store_pending
from profiles.sign_in.identity_providers.verification import Identity
from profiles.sign_in.limits import too_often, wait_of_account
from profiles.sign_in.session import sessions

SECOND: Final = "sign_in_second"
"""A person who proved who they are and must still give their second factor."""


def log_in(
    request: HttpRequest,
    account: Account,
    identity: Identity,
    return_to: str,
    *,
    linked: Identity | None = None,
) -> HttpResponse:
    """Open the session, or ask for the second factor first.

    ``linked``: a further identity that the person proved on the way and wants as a way in.
    """
    wait = wait_of_account(account)
    if wait:
        return too_often(request, "limited_account", wait)
    if second_factor.is_set_up(account):
        store_pending(request.session, SECOND, identity, return_to)
        request.session[SECOND]["account"] = account.pk
        request.session[SECOND]["linked"] = asdict(linked) if linked else None
        return redirect("give_second_factor")
    return _open(request, account, identity, return_to, linked=linked)


def pending_second_factor(request: HttpRequest) -> Account | None:
    """Return whose second factor is awaited in this browser."""
    if load_pending(request.session, SECOND) is None:
        return None
    return selectors.account_by_id(int(request.session[SECOND]["account"]))


def complete(request: HttpRequest, account: Account, factor: tuple[str, ...]) -> HttpResponse:
    """Open the session that waited for this."""
    pending = load_pending(request.session, SECOND)
    assert pending is not None, "the caller asked who owes it"
    identity, return_to = pending
    linked = request.session.pop(SECOND).get("linked")
    return _open(
        request, account, identity, return_to, linked=read_identity(linked) if linked else None, factor=factor
    )


def _open(
    request: HttpRequest,
    account: Account,
    identity: Identity,
    return_to: str,
    *,
    linked: Identity | None,
    factor: tuple[str, ...] = (),
) -> HttpResponse:
    try:
        identities.record_proofs(account, [linked, identity] if linked else [identity])
    except identities.TakenError:
        return render(request, "sign_in/stopped.html", {"kind": "taken"}, status=400)
    # The first visit changes what a session is bound to: on the row as it was, it would end at once.
    account.refresh_from_db()
    sessions.open_session(request, account, identity, factor=factor)
    if linked:
        messages.success(request, _("Welcome. Your ORCID iD is linked."))
    return HttpResponseRedirect(return_to or reverse("settings"))
