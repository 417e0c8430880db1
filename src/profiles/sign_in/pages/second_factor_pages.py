"""Pages of the second factor: give it at sign-in, set it up, remove it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.sign_in import login, second_factor
from profiles.sign_in.limits import retry_after_code, take_back_code, too_many_attempts
from profiles.sign_in.pages.stopped import stopped
from profiles.sign_in.second_factor import WrongFactorError
from profiles.sign_in.session import sessions
from profiles.sign_in.session.reauthentication import require_recent_login

log = structlog.get_logger(__name__)
NEW_APP: Final = "second_factor_new_app"
View = Callable[..., HttpResponse]


def recent_login_required(view: View) -> View:
    """Require a recent login, then call the view with the account."""

    @never_cache
    @wraps(view)
    def protected_view(request: HttpRequest, *args: Any, **keywords: Any) -> HttpResponse:
        login_redirect = require_recent_login(request, back=reverse("second_factor"))
        return login_redirect or view(request, request.user, *args, **keywords)

    return protected_view


@never_cache
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of a person who has just given the first."""
    account = login.pending_second_factor(request)
    if account is None:
        return redirect("home") if request.user.is_authenticated else stopped(request, "expired")
    if request.method == "GET":
        return _factor_page(request, account)
    wait = retry_after_code(account)
    if wait:
        return too_many_attempts(request, "limited_codes", wait)
    try:
        if request.POST.get("passkey"):
            how = second_factor.check_passkey(account, request.POST["passkey"])
        else:
            how = second_factor.check_code(account, request.POST.get("code", ""))
    except WrongFactorError:
        log.info("sign_in.second_factor_wrong", account_id=account.pk)
        return _factor_page(request, account, is_wrong=True)
    take_back_code(account)
    return login.complete(request, account, how)


def _factor_page(request: HttpRequest, account: Account, *, is_wrong: bool = False) -> HttpResponse:
    context = {
        "passkey": second_factor.passkey_request_options(account),
        "has_app": any(factor.kind == second_factor.APP for factor in second_factor.factors_of(account)),
        "is_wrong": is_wrong,
    }
    return render(request, "sign_in/give_second_factor.html", context, status=422 if is_wrong else 200)


@never_cache
@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """Show the person's second factors, and how to change them."""
    person = request.user
    if not isinstance(person, Account):
        return HttpResponseRedirect(f"{reverse('sign_in')}?return_to={request.path}")
    context = {
        "factors": second_factor.factors_of(person),
        "codes_left": second_factor.recovery_codes_left(person),
        "must": person.is_staff,
    }
    return render(request, "sign_in/second_factor.html", context)


@require_http_methods(["GET", "POST"])
@recent_login_required
def add_app(request: HttpRequest, account: Account) -> HttpResponse:
    """Set up an app that shows codes."""
    if request.method == "POST" and request.session.get(NEW_APP):
        secret = request.session[NEW_APP]
        wait = retry_after_code(account)
        if wait:
            return too_many_attempts(request, "limited_codes", wait)
        try:
            second_factor.add_app(account, secret=secret, code=request.POST.get("code", ""))
        except WrongFactorError:
            return _app_page(request, account, secret, is_wrong=True)
        take_back_code(account)
        del request.session[NEW_APP]
        return _added(request, account, second_factor.AMR_OF_CODE)
    secret = request.session[NEW_APP] = second_factor.new_app_secret()
    return _app_page(request, account, secret)


def _app_page(request: HttpRequest, account: Account, secret: str, *, is_wrong: bool = False) -> HttpResponse:
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    context = {
        "picture": second_factor.app_qr_code(account, secret),
        "secret": " ".join(groups),
        "is_wrong": is_wrong,
    }
    return render(request, "sign_in/add_app.html", context, status=422 if is_wrong else 200)


@require_http_methods(["GET", "POST"])
@recent_login_required
def add_passkey(request: HttpRequest, account: Account) -> HttpResponse:
    """Set up a passkey, which the browser creates."""
    is_wrong = False
    if request.method == "POST":
        try:
            second_factor.add_passkey(
                account,
                answer=request.POST.get("passkey", ""),
                name=request.POST.get("name", "") or _("Passkey"),
            )
            return _added(request, account, second_factor.AMR_OF_PASSKEY)
        except WrongFactorError:
            is_wrong = True
    context = {
        "options": second_factor.passkey_creation_options(account),
        "is_wrong": is_wrong,
        "host": second_factor.passkey_host(),
    }
    return render(request, "sign_in/add_passkey.html", context, status=422 if is_wrong else 200)


def _added(request: HttpRequest, account: Account, how: tuple[str, ...]) -> HttpResponse:
    sessions.record_second_factor(request, how)
    log.info("sign_in.second_factor_added", account_id=account.pk, how=how[0])
    if second_factor.recovery_codes_left(account):
        messages.success(request, _("It is set up. You will be asked for it when you sign in."))
        response: HttpResponse = redirect("second_factor")
    else:
        response = _codes_page(request, second_factor.make_recovery_codes(account))
    # The role of this session may have changed, and the shared cookie contains it.
    signals.changed.send(sender=Account, request=request, response=response, account=account)
    return response


@require_POST
@recent_login_required
def new_codes(request: HttpRequest, account: Account) -> HttpResponse:
    """Replace the recovery codes, and show the new ones once."""
    if not second_factor.is_set_up(account):
        return redirect("second_factor")
    return _codes_page(request, second_factor.renew_recovery_codes(account))


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return render(request, "sign_in/recovery_codes.html", {"codes": codes})


@require_POST
@recent_login_required
def remove(request: HttpRequest, account: Account) -> HttpResponse:
    """Remove a second factor."""
    chosen = request.POST.get("factor", "")
    if chosen.isdecimal():
        second_factor.remove(account, factor_id=int(chosen))
        log.info("sign_in.second_factor_removed", account_id=account.pk)
        messages.success(request, _("It is removed."))
    return redirect("second_factor")


@require_GET
def passkey_endpoints(_request: HttpRequest) -> HttpResponse:
    """Tell password managers where passkeys are created and managed (W3C passkey endpoints)."""
    base = settings.ENVIRONMENT.PROFILES_URL
    pages = {"enroll": reverse("add_passkey"), "manage": reverse("second_factor")}
    return JsonResponse({name: f"{base}{path}" for name, path in pages.items()})
