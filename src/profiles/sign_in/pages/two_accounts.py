"""The page for an identity that belongs to another account of the same person: they choose what moves."""

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
PENDING_CONFLICT: Final = "sign_in_pending_conflict"
"""The session key for an identity that a signed-in person has just proved and that has another account."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The two accounts, and what can be moved between them."""

    current: Account
    other: Account | None
    """None: no one has signed in with that iD yet; its account is created when something moves there."""
    other_orcid_id: str
    proved: Identity
    session_identity: SocialAccount | None
    """The identity that opened this session, if it can move: an ORCID identity always belongs to its iD."""
    may_move_here: bool
    """Whether the proved identity can move to the current account."""
    is_guarded: bool
    """The other account has a second factor, which was not given here."""


def owner_of_identity(identity: Identity) -> Account | None:
    """Return the account of a proved identity; its iD takes precedence over stored identities."""
    if identity.orcid_id is not None:
        return selectors.account_of(identity.orcid_id)
    return identities.account_with_identity(identity)


def belongs_to_another_account(account: Account, identity: Identity) -> bool:
    """Tell whether a proved identity belongs to another account than the one that is signed in."""
    owner = owner_of_identity(identity)
    return (identity.orcid_id or account.orcid_id) != account.orcid_id or owner not in {None, account}


def resolve_conflict(request: HttpRequest, account: Account, identity: Identity) -> HttpResponse:
    """Follow a merger of the two iDs if ORCID knows one; otherwise ask the person."""
    owner = owner_of_identity(identity)
    other_orcid_id = identity.orcid_id or (owner.orcid_id if owner else account.orcid_id)
    # Both are proved: one just now, the other shortly before.
    for old, kept in ((account.orcid_id, other_orcid_id), (other_orcid_id, account.orcid_id)):
        if follow_if_merged(old_orcid_id=old, kept=kept):
            return log_in_to_merged_account(request, account, identity, reverse("sign_in_methods"))
    store_pending(request.session, PENDING_CONFLICT, identity, "")
    return redirect("two_accounts")


def log_in_to_merged_account(
    request: HttpRequest, previous: Account, identity: Identity, return_to: str
) -> HttpResponse:
    """Log in to the account of the iD that ORCID kept."""
    account = identities.account_for(identity)
    assert account is not None, "the merger that was followed left an account"
    if account.pk != previous.pk:
        sessions.end_current_session(request)
    messages.success(request, _("ORCID merged your two iDs. Your account has moved to the one it kept."))
    return log_in(request, account, identity, return_to)


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Show both accounts, and move an identity from one to the other as the person chooses."""
    login_redirect = require_recent_login(request, back=reverse("sign_in_methods"))
    pending = load_pending(request.session, PENDING_CONFLICT)
    if login_redirect is not None:
        return login_redirect
    if pending is None:
        return redirect("sign_in_methods")
    account = request.user
    assert isinstance(account, Account)
    choice = _build_choice(request, account, pending[0])
    if request.method == "GET":
        return render(request, "sign_in/two_accounts.html", {"choice": choice})
    del request.session[PENDING_CONFLICT]
    answer = request.POST.get("move")
    if answer == "here" and choice.may_move_here and not choice.is_guarded:
        identities.move(account, choice.proved)
        log.info("sign_in.identity_moved", account_id=account.pk, provider=choice.proved.provider)
        messages.success(request, _("%(name)s now leads to this account.") % {"name": choice.proved.label})
    elif answer == "there" and choice.session_identity is not None and not choice.is_guarded:
        return _move_to_other_account(request, choice)
    else:
        messages.info(request, _("Everything is as it was."))
    return redirect("sign_in_methods")


def _move_to_other_account(request: HttpRequest, choice: Choice) -> HttpResponse:
    assert choice.session_identity is not None
    other = services.get_or_create_account(
        orcid_id=choice.other_orcid_id, names=identities.names_of(choice.proved)
    )
    identities.hand_over(choice.session_identity, to=other)
    log.info("sign_in.identity_moved", account_id=other.pk, provider=choice.session_identity.provider)
    label = choice.session_identity.extra_data.get("label", "")
    messages.success(request, _("%(name)s now leads to this account.") % {"name": label})
    return log_in(request, other, choice.proved, "")


def _build_choice(request: HttpRequest, account: Account, proved: Identity) -> Choice:
    other = owner_of_identity(proved)
    session_identities = SocialAccount.objects.filter(
        user=account,
        provider=request.session.get(facts.PROVIDER, ""),
        uid=request.session.get(facts.SUBJECT, ""),
    ).exclude(provider="orcid")
    return Choice(
        current=account,
        other=other,
        other_orcid_id=str(proved.orcid_id or (other.orcid_id if other else "")),
        proved=proved,
        session_identity=session_identities.first(),
        may_move_here=proved.provider != "orcid" and proved.orcid_id in {None, account.orcid_id},
        is_guarded=other is not None and second_factor.is_set_up(other),
    )
