"""When a way in that somebody has just proved leads to another account: both are theirs, so they choose."""

from dataclasses import dataclass
from typing import Final

import structlog
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from profiles.accounts import selectors, services
from profiles.accounts import session_facts as facts
from profiles.accounts.models import Account
from profiles.sign_in import second_factor
from profiles.sign_in.accounts import identities
from profiles.sign_in.accounts.mergers import follow_if_merged
from profiles.sign_in.identity_providers.flow import load_pending, store_pending
from profiles.sign_in.identity_providers.verification import Identity
from profiles.sign_in.login import log_in
from profiles.sign_in.session import sessions
from profiles.sign_in.session.reauthentication import require_recent_login

log = structlog.get_logger(__name__)
CONTESTED: Final = "sign_in_contested"
"""What somebody who is signed in has just proved, and what leads elsewhere."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The two accounts, and what can be moved between them."""

    here: Account
    there: Account | None
    """None: nobody came with that iD yet; its account is opened when something moves there."""
    there_orcid_id: str
    shown: Identity
    used: SocialAccount | None
    """The way in by which this session was opened, if it can move: one of ORCID's belongs to its iD."""
    may_come: bool
    """Whether what was shown can move here."""
    is_guarded: bool
    """The other account has a second step, which was not given here."""


def owner_of(identity: Identity) -> Account | None:
    """Return whose account a proved identity leads to; its iD counts more than what it is linked with."""
    if identity.orcid_id is not None:
        return selectors.account_of(identity.orcid_id)
    return identities.known_account(identity)


def leads_elsewhere(account: Account, identity: Identity) -> bool:
    """Say whether what was just proved leads to another account than the one that is signed in."""
    owner = owner_of(identity)
    return (identity.orcid_id or account.orcid_id) != account.orcid_id or owner not in {None, account}


def resolve_conflict(request: HttpRequest, account: Account, identity: Identity) -> HttpResponse:
    """Follow a merger of the two iDs if ORCID knows one; otherwise ask the person."""
    owner = owner_of(identity)
    there = identity.orcid_id or (owner.orcid_id if owner else account.orcid_id)
    # Both are proved: one was shown just now, the other shortly before.
    for old, kept in ((account.orcid_id, there), (there, account.orcid_id)):
        if follow_if_merged(old_orcid_id=old, kept=kept):
            return go_on_as_one(request, account, identity, reverse("sign_in_methods"))
    store_pending(request.session, CONTESTED, identity, "")
    return redirect("two_accounts")


def go_on_as_one(request: HttpRequest, before: Account, identity: Identity, return_to: str) -> HttpResponse:
    """Go on with the account of the iD that ORCID kept."""
    one = identities.account_for(identity)
    assert one is not None, "the merger that was followed left an account"
    if one.pk != before.pk:
        sessions.end_this(request)
    messages.success(request, _("ORCID merged your two iDs. Your account has moved to the one it kept."))
    return log_in(request, one, identity, return_to)


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show both accounts, and move a way in from one to the other as the person says."""
    wanted = require_recent_login(request, back=reverse("sign_in_methods"))
    kept = load_pending(request.session, CONTESTED)
    if wanted is not None:
        return wanted
    if kept is None:
        return redirect("sign_in_methods")
    account = request.user
    assert isinstance(account, Account)
    choice = _choice(request, account, kept[0])
    if request.method == "GET":
        return render(request, "sign_in/two_accounts.html", {"choice": choice})
    del request.session[CONTESTED]
    answer = request.POST.get("move")
    if answer == "here" and choice.may_come and not choice.is_guarded:
        identities.move(account, choice.shown)
        log.info("sign_in.way_moved", account_id=account.pk, provider=choice.shown.provider)
        messages.success(request, _("%(name)s now leads to this account.") % {"name": choice.shown.label})
    elif answer == "there" and choice.used is not None and not choice.is_guarded:
        return _go_there(request, choice)
    else:
        messages.info(request, _("Everything is as it was."))
    return redirect("sign_in_methods")


def _go_there(request: HttpRequest, choice: Choice) -> HttpResponse:
    assert choice.used is not None
    there = services.get_or_create_account(
        orcid_id=choice.there_orcid_id, names=identities.names_of(choice.shown)
    )
    identities.hand_over(choice.used, to=there)
    log.info("sign_in.way_moved", account_id=there.pk, provider=choice.used.provider)
    label = choice.used.extra_data.get("label", "")
    messages.success(request, _("%(name)s now leads to this account.") % {"name": label})
    return log_in(request, there, choice.shown, "")


def _choice(request: HttpRequest, account: Account, shown: Identity) -> Choice:
    there = owner_of(shown)
    used = SocialAccount.objects.filter(
        user=account,
        provider=request.session.get(facts.PROVIDER, ""),
        uid=request.session.get(facts.SUBJECT, ""),
    ).exclude(provider="orcid")
    return Choice(
        here=account,
        there=there,
        there_orcid_id=str(shown.orcid_id or (there.orcid_id if there else "")),
        shown=shown,
        used=used.first(),
        may_come=shown.provider != "orcid" and shown.orcid_id in {None, account.orcid_id},
        is_guarded=there is not None and second_factor.is_set_up(there),
    )
