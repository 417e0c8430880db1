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
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts import session_facts, signals
from profiles.accounts.authorization.asking_services import asking_service
from profiles.accounts.authorization.return_hosts import return_hosts
from profiles.accounts.authorization.sign_out import globus_sign_out
from profiles.accounts.models import Account
from profiles.consents import unconfirmed
from profiles.domain.access.assurance import wants_mfa
from profiles.domain.access.return_to import safe_return
from profiles.sign_in.accounts import identities
from profiles.sign_in.accounts.identities import LastIdentityError
from profiles.sign_in.identity_providers.flow import (
    PENDING,
    PENDING_LINK,
    load_pending,
    return_url,
)
from profiles.sign_in.identity_providers.providers import linking_permissions, providers
from profiles.sign_in.login import log_in
from profiles.sign_in.pages import test_suite_users
from profiles.sign_in.pages.stopped import stopped
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
        return HttpResponseRedirect(return_to or reverse("home"))
    context = {
        "providers": providers().values(),
        "return_to": return_to,
        "fresh": fresh,
        "service": asking_service(return_to),
        "account_choice": request.GET.get("account", ""),
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


@never_cache
@require_GET
def link_orcid(request: HttpRequest) -> HttpResponse:
    """Ask a first-time visitor for their iD, and explain why."""
    pending = load_pending(request.session, PENDING)
    if pending is None:
        return redirect("sign_in")
    context = {"identity": pending[0], "linking_permissions": linking_permissions()}
    return render(request, "sign_in/link_orcid.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def confirm_link(request: HttpRequest) -> HttpResponse:
    """Show the iD that was proved, and link it only after the person confirms it."""
    pending, linking = load_pending(request.session, PENDING), load_pending(request.session, PENDING_LINK)
    if pending is None or linking is None:
        return redirect("home") if request.user.is_authenticated else stopped(request, "expired")
    first, return_to = pending
    orcid, _later = linking
    held = request.session[PENDING_LINK].get("held", "")
    if request.method == "GET":
        context = {"identity": first, "orcid": orcid, "with_permission": bool(held)}
        return render(request, "sign_in/confirm_link.html", context)
    if request.POST.get("answer") != "yes" or orcid.orcid_id is None:
        del request.session[PENDING_LINK]
        unconfirmed.decline(held)
        context = {"orcid": orcid, "fresh": True, "linking_permissions": linking_permissions()}
        return render(request, "sign_in/not_me.html", context)
    account = identities.account_for(orcid)
    assert account is not None, "it has an iD"
    for key in (PENDING, PENDING_LINK):
        request.session.pop(key, None)
    return log_in(request, account, first, return_to, linked=orcid, held=held)


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
    target = "" if back.rstrip("/").endswith("/settings/me") else back
    response = HttpResponseRedirect(target or reverse("signed_out_here"))
    came_by_globus = session_facts.provider_of(request.session) == "globus"
    signals.signed_out.send(sender=Account, request=request, response=response, account=account)
    sessions.end_current_session(request)
    if settings.ENVIRONMENT.PROFILES_SIGN_OUT_AT_GLOBUS and came_by_globus and not target:
        response["Location"] = globus_sign_out(response["Location"])
    return response


@never_cache
@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Say that the person is signed out here, and offer the sign-out of the identity providers."""
    return render(request, "sign_in/signed_out.html")


def _from_allowed_place(request: HttpRequest) -> bool:
    env = settings.ENVIRONMENT
    referer = request.headers.get("Referer")
    return safe_return(referer, hosts=return_hosts(), own=env.PROFILES_URL) is not None


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
