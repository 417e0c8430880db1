"""Pages to sign in, link an iD, and sign out."""

from typing import Final

import structlog
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from profiles.accounts import authorization_answers as answers
from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.clients.errors import RefusedError, ServiceError
from profiles.domain.access.assurance import wants_mfa
from profiles.domain.access.return_to import safe_return
from profiles.sign_in import second_factor
from profiles.sign_in.accounts import identities, mergers
from profiles.sign_in.accounts.identities import LastIdentityError
from profiles.sign_in.identity_providers.flow import (
    PENDING,
    PENDING_LINK,
    Aim,
    AuthorizationAttempt,
    AuthorizationError,
    find_attempt,
    handle_callback,
    load_pending,
    return_url,
    return_url_of_attempt,
    start_authorization,
    store_pending,
)
from profiles.sign_in.identity_providers.providers import Provider, providers
from profiles.sign_in.identity_providers.verification import Identity, VerificationError
from profiles.sign_in.limits import rate_limited
from profiles.sign_in.login import log_in
from profiles.sign_in.pages import repeated_answers, test_suite_users, two_accounts
from profiles.sign_in.session import sessions
from profiles.sign_in.session.reauthentication import require_recent_login

log = structlog.get_logger(__name__)
MAX_HINT_LENGTH: Final = 200


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the sign-in buttons. A person who is signed in is redirected, unless they must sign in again."""
    return_to = return_url(request)
    fresh = request.GET.get("fresh") == "1"
    if request.user.is_authenticated and not fresh:
        return HttpResponseRedirect(return_to or reverse("settings"))
    context = {
        "providers": providers().values(),
        "return_to": return_to,
        "fresh": fresh,
        "login_hint": request.GET.get("login_hint", "")[:MAX_HINT_LENGTH],
        "stronger": wants_mfa(request.GET.get("acr_values", "")),
        "for_suite": test_suite_users.is_enabled(),
    }
    return render(request, "sign_in/page.html", context)


@require_GET
def forward(request: HttpRequest) -> HttpResponse:
    """Serve today's deep link ``/auth?provider=``: show one button, because no attempt starts by GET."""
    chosen = providers().get(request.GET.get("provider", ""))
    context = [chosen] if chosen else list(providers().values())
    return render(request, "sign_in/page.html", {"providers": context, "return_to": return_url(request)})


@require_POST
@rate_limited
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to an identity provider."""
    provider = providers().get(provider_id)
    if provider is None:
        return _stopped(request, "unknown_provider", status=404)
    fresh = request.POST.get("fresh") == "1"
    aim = _aim_of(request, fresh=fresh)
    if aim == Aim.ADD and (login_redirect := require_recent_login(request, back=reverse("sign_in_methods"))):
        return login_redirect
    # A person with a second factor here gives it here. They must not be asked for two, nor stopped by a
    # provider that has none; before they are signed in, only they can tell us (own_step).
    is_set_up = isinstance(request.user, Account) and second_factor.is_set_up(request.user)
    own_factor = is_set_up or request.POST.get("own_step") == "1"
    stronger = request.POST.get("stronger") == "1" and not own_factor
    try:
        address = start_authorization(
            request,
            provider,
            aim=aim,
            return_to=return_url(request),
            fresh=fresh,
            stronger=stronger,
            hint=request.POST.get("login_hint", ""),
        )
    except ServiceError as error:
        log.warning("sign_in.provider_down", provider=provider.id, problem=error.entry.code)
        return _stopped(request, "provider", status=503)
    return HttpResponseRedirect(address)


def _aim_of(request: HttpRequest, *, fresh: bool) -> Aim:
    wanted = request.POST.get("aim")
    if request.user.is_authenticated:
        if wanted == "add":
            return Aim.ADD
        return Aim.REAUTHENTICATE if fresh else Aim.SIGN_IN
    may_link = wanted == "link" and load_pending(request.session, PENDING) is not None
    return Aim.LINK if may_link else Aim.SIGN_IN


@never_cache
@require_GET
@rate_limited
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Handle the callback of an identity provider."""
    provider = providers().get(provider_id)
    if provider is None:
        return _stopped(request, "unknown_provider", status=404)
    if repeat := repeated_answers.response_to_repeat(request):
        return repeat
    try:
        answer = find_attempt(request, provider)
    except AuthorizationError as error:
        log.info("sign_in.stopped", provider=provider.id, kind=error.kind)
        return _stopped(request, error.kind)
    if not answers.take(answer, holder=repeated_answers.holder_of(request)):
        return repeated_answers.response_to_repeat(request) or _stopped(request, "repeated")
    response = _handle_answer(request, provider)
    repeated_answers.record(request, answer, response)
    return response


def _handle_answer(request: HttpRequest, provider: Provider) -> HttpResponse:
    """Handle an answer that comes for the first time."""
    try:
        attempt, identity = handle_callback(request, provider)
    except AuthorizationError as error:
        log.info("sign_in.stopped", provider=provider.id, kind=error.kind)
        return _stopped(request, error.kind)
    except VerificationError as error:
        log.warning("sign_in.verification_failed", provider=provider.id, reason=error.reason)
        return _stopped(request, "clock" if error.is_clock else "not_believed")
    except RefusedError:
        return _stopped(request, "code_refused")
    except ServiceError as error:
        log.warning("sign_in.provider_down", provider=provider.id, problem=error.entry.code)
        return _stopped(request, "provider", status=503)
    return _continue(request, attempt, identity)


def _continue(request: HttpRequest, attempt: AuthorizationAttempt, identity: Identity) -> HttpResponse:
    if attempt.aim == Aim.ADD and request.user.is_authenticated:
        return _add_identity(request, identity)
    if attempt.aim == Aim.LINK and load_pending(request.session, PENDING):
        store_pending(request.session, PENDING_LINK, identity, attempt.return_to)
        return redirect("confirm_link")
    if not identity.orcid_id and providers()[identity.provider].is_orcid:
        return _stopped(request, "not_believed")
    if attempt.aim == Aim.REAUTHENTICATE and request.user.is_authenticated:
        return _reauthenticate(request, attempt, identity)
    account = identities.account_for(identity)
    if account is None:
        store_pending(request.session, PENDING, identity, attempt.return_to)
        return redirect("link_orcid")
    return log_in(request, account, identity, attempt.return_to)


def _reauthenticate(request: HttpRequest, attempt: AuthorizationAttempt, identity: Identity) -> HttpResponse:
    """Log a signed-in person in again; refuse the identity of another person."""
    account = request.user
    assert isinstance(account, Account)
    owner = identities.account_with_identity(identity)
    if (owner is None or owner.pk != account.pk) and identity.orcid_id != account.orcid_id:
        proved_orcid_id = identity.orcid_id or ""
        if proved_orcid_id and mergers.follow_if_merged(old_orcid_id=account.orcid_id, kept=proved_orcid_id):
            return two_accounts.log_in_to_merged_account(request, account, identity, attempt.return_to)
        return _stopped(request, "other_person")
    return log_in(request, account, identity, attempt.return_to)


def _add_identity(request: HttpRequest, identity: Identity) -> HttpResponse:
    """Add an identity; if it belongs to another account, ask the person what to do."""
    account = request.user
    assert isinstance(account, Account)
    if two_accounts.belongs_to_another_account(account, identity):
        return two_accounts.resolve_conflict(request, account, identity)
    identities.link(account, identity)
    messages.success(request, _("You can now sign in with %(name)s too.") % {"name": identity.label})
    return redirect("sign_in_methods")


@never_cache
@require_GET
def link_orcid(request: HttpRequest) -> HttpResponse:
    """Ask a first-time visitor for their iD, and explain why."""
    pending = load_pending(request.session, PENDING)
    if pending is None:
        return redirect("sign_in")
    return render(request, "sign_in/link_orcid.html", {"identity": pending[0]})


@never_cache
@require_http_methods(["GET", "POST"])
def confirm_link(request: HttpRequest) -> HttpResponse:
    """Show the iD that was proved, and link it only after the person confirms it."""
    pending, linking = load_pending(request.session, PENDING), load_pending(request.session, PENDING_LINK)
    if pending is None or linking is None:
        return _stopped(request, "expired")
    first, return_to = pending
    orcid, _later = linking
    if request.method == "GET":
        return render(request, "sign_in/confirm_link.html", {"identity": first, "orcid": orcid})
    if request.POST.get("answer") != "yes" or orcid.orcid_id is None:
        del request.session[PENDING_LINK]
        return render(
            request, "sign_in/not_me.html", {"orcid": orcid, "orcid_url": settings.ENVIRONMENT.ORCID_URL}
        )
    account = identities.account_for(orcid)
    assert account is not None, "it has an iD"
    for key in (PENDING, PENDING_LINK):
        request.session.pop(key, None)
    return log_in(request, account, first, return_to, linked=orcid)


@never_cache
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out. Today's consumers link here by GET; from any other site a GET only asks.

    A person who is no longer signed in is signed out all the same, so that shared cookies are cleared.
    """
    back = return_url(request)
    if request.method == "GET" and request.user.is_authenticated and not _from_allowed_place(request):
        return render(request, "sign_in/sign_out.html", {"return_to": back})
    account = request.user if isinstance(request.user, Account) else None
    target = "/" if back.rstrip("/").endswith("/settings/me") else back
    response = HttpResponseRedirect(target or "/")
    signals.signed_out.send(sender=Account, request=request, response=response, account=account)
    sessions.end_current_session(request)
    return response


def _from_allowed_place(request: HttpRequest) -> bool:
    env = settings.ENVIRONMENT
    hosts = [
        *env.PROFILES_RETURN_HOSTS,
        env.COMMONS_URL.partition("://")[2],
        env.BRACCO_URL.partition("://")[2],
    ]
    referer = request.headers.get("Referer")
    return safe_return(referer, hosts=hosts, own=env.PROFILES_URL) is not None


@never_cache
@require_http_methods(["GET", "POST"])
def methods(request: HttpRequest) -> HttpResponse:
    """List the identities of the account; remove one."""
    if not isinstance(request.user, Account):
        return redirect("sign_in")
    if request.method == "POST":
        login_redirect = require_recent_login(request, back=reverse("sign_in_methods"))
        if login_redirect is not None:
            return login_redirect
        try:
            identities.unlink(request.user, identity_id=request.POST.get("identity", ""))
            messages.success(request, _("This way to sign in is removed."))
        except LastIdentityError:
            messages.error(request, _("This is the only way in. Add another one first, then remove it."))
        return redirect("sign_in_methods")
    return render(
        request,
        "sign_in/methods.html",
        {"ways": _ways(request.user), "providers": providers().values()},
    )


def _ways(account: Account) -> list[SocialAccount]:
    ways = identities.identities_of(account)
    for way in ways:
        provider = providers().get(way.provider)
        way.provider_label = provider.label if provider else way.provider
    return ways


def _stopped(request: HttpRequest, kind: str, *, status: int = 400) -> HttpResponse:
    """Show why the sign-in stopped, and how to continue."""
    return render(
        request,
        "sign_in/stopped.html",
        {
            "kind": kind,
            "orcid_url": settings.ENVIRONMENT.ORCID_URL,
            "return_to": return_url_of_attempt(request),
        },
        status=status,
    )
