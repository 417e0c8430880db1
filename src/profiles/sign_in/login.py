"""The last step of a sign-in: ask for the second factor if the account has one, then open the session.

The account does not change before that: the proved identities are recorded when the session opens.
"""

from dataclasses import asdict
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from profiles.accounts import selectors, services, signals
from profiles.accounts.models import Account
from profiles.consents import unconfirmed
from profiles.consents.auto_update_messages import add_off_message, add_on_message
from profiles.infra.web.languages import choose_language
from profiles.sign_in import second_factor
from profiles.sign_in.accounts import identities
from profiles.sign_in.identity_providers.flow import load_pending, read_identity, store_pending
from profiles.sign_in.identity_providers.verification import Identity
from profiles.sign_in.session import sessions

PENDING_FACTOR: Final = "sign_in_pending_factor"
"""The session key for a person who proved their identity and must still give their second factor."""


def log_in(
    request: HttpRequest,
    account: Account,
    identity: Identity,
    return_to: str,
    *,
    linked: Identity | None = None,
    held: str = "",
) -> HttpResponse:
    """Open the session, or ask for the second factor first.

    ``linked`` is a second identity that the person has just proved and wants to sign in with from now on;
    ``held`` is the permission for Auto-Update that they gave with it.
    """
    if second_factor.is_set_up(account):
        more = {"account": account.pk, "linked": asdict(linked) if linked else None, "held": held}
        store_pending(request.session, PENDING_FACTOR, identity, return_to, **more)
        return redirect("give_second_factor")
    return _open(request, account, identity, return_to, linked=linked, held=held)


def pending_second_factor(request: HttpRequest) -> Account | None:
    """Return the account whose second factor this browser still has to give."""
    if load_pending(request.session, PENDING_FACTOR) is None:
        return None
    return selectors.account_by_id(int(request.session[PENDING_FACTOR]["account"]))


def complete(request: HttpRequest, account: Account, factor: tuple[str, ...]) -> HttpResponse:
    """Open the session that waited for the second factor."""
    pending = load_pending(request.session, PENDING_FACTOR)
    assert pending is not None, "the caller checked pending_second_factor"
    identity, return_to = pending
    stored = request.session.pop(PENDING_FACTOR)
    linked, held = stored.get("linked"), stored.get("held", "")
    linked_identity = read_identity(linked) if linked else None
    return _open(request, account, identity, return_to, linked=linked_identity, held=held, factor=factor)


def _open(
    request: HttpRequest,
    account: Account,
    identity: Identity,
    return_to: str,
    *,
    linked: Identity | None,
    held: str = "",
    factor: tuple[str, ...] = (),
) -> HttpResponse:
    try:
        identities.record_proofs(account, [linked, identity] if linked else [identity])
    except identities.IdentityTakenError:
        return render(request, "sign_in/stopped.html", {"kind": "taken"}, status=400)
    # The first visit changes the row that the session is bound to: with the old row it would end at once.
    account.refresh_from_db()
    account = _in_their_language(request, account)
    sessions.open_session(request, account, identity, factor=factor)
    if linked:
        messages.success(request, _("Welcome. Your ORCID iD is linked."))
    response = HttpResponseRedirect(return_to or reverse("home"))
    if held:
        _keep_up_to_date(request, account, held)
        signals.changed.send(sender=Account, request=request, response=response, account=account)
    return response


def _in_their_language(request: HttpRequest, account: Account) -> Account:
    """Show the pages in the account's language; at the first visit it becomes that of this page."""
    if account.language:
        choose_language(request, account.language)
        return account
    return services.change_own(account_id=account.pk, fields={"language": get_language()})


def _keep_up_to_date(request: HttpRequest, account: Account, held: str) -> None:
    """Store the permission that was given with the link, and say whether Auto-Update is on."""
    with transaction.atomic():
        permission = unconfirmed.take(held, orcid_id=account.orcid_id)
        if permission is not None:
            signals.linked_with_permission.send(sender=Account, account=account, token=permission)
    account.refresh_from_db()
    if permission is not None and account.auto_update:
        add_on_message(request)
    elif permission is not None:
        add_off_message(request, _("You allowed less than we asked for, so Auto-Update is off."))
    else:
        add_off_message(request, _("The permission was not stored, so Auto-Update is off."))
