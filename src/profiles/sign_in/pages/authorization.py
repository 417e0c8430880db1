"""Go to an identity provider, and come back: the two steps of a sign-in that need the provider.

While the provider is slow, a page says so and continues automatically (``infra/web/waiting.py``).
"""

import time
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from profiles.accounts.authorization import answers
from profiles.accounts.authorization.answers import Answer, EarlierCall
from profiles.accounts.models import Account
from profiles.clients.errors import ServiceError
from profiles.infra.web import service_health
from profiles.infra.web.htmx import is_poll
from profiles.infra.web.waiting import load_page, waiting_page
from profiles.sign_in import second_factor
from profiles.sign_in.accounts import identities, mergers
from profiles.sign_in.identity_providers import flow
from profiles.sign_in.identity_providers.flow import (
    PENDING,
    PENDING_LINK,
    Aim,
    AuthorizationAttempt,
    AuthorizationError,
    load_pending,
    return_url,
    store_pending,
)
from profiles.sign_in.identity_providers.providers import Provider, provider_for, providers
from profiles.sign_in.identity_providers.verification import Identity, VerificationError
from profiles.sign_in.limits import count_failure
from profiles.sign_in.login import log_in
from profiles.sign_in.pages import repeated_answers, two_accounts
from profiles.sign_in.pages.stopped import stopped
from profiles.sign_in.session.reauthentication import require_recent_login

log = structlog.get_logger(__name__)
LINKING: Final = frozenset({Aim.LINK, Aim.LINK_AND_PERMIT})
BEGUN: Final = "sign_in_begun"
"""The session key for a sign-in that was begun while its provider did not answer."""
START_SECONDS: Final = 60
"""How long we try to reach a provider before the person should choose another way."""
COMPLETION_PATIENCE: Final = timedelta(seconds=60)
"""How long after its answer we try to read the provider's keys."""


@require_POST
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to an identity provider."""
    fresh = request.POST.get("fresh") == "1"
    aim = aim_of(request, fresh=fresh)
    provider = provider_for(provider_id, with_permission=aim == Aim.LINK_AND_PERMIT)
    if provider is None:
        return stopped(request, "unknown_provider", status=404)
    if aim == Aim.ADD and (login_redirect := require_recent_login(request, back=reverse("sign_in_methods"))):
        return login_redirect
    # A person with a second factor here gives it here. They must not be asked for two, nor stopped by a
    # provider that has none; before they are signed in, only they can tell us (own_step).
    is_set_up = isinstance(request.user, Account) and second_factor.is_set_up(request.user)
    own_factor = is_set_up or request.POST.get("own_step") == "1"
    begun = {
        "aim": aim.value,
        "return_to": return_url(request),
        "fresh": fresh,
        "stronger": request.POST.get("stronger") == "1" and not own_factor,
        "hint": request.POST.get("login_hint", ""),
    }
    try:
        return HttpResponseRedirect(_address(request, provider, begun))
    except ServiceError:
        request.session[BEGUN] = {"provider": provider.id, "begun": begun, "at": time.time()}
        return redirect("go_on_sign_in", provider.id)


@never_cache
@require_GET
def go_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to an identity provider that did not answer when the person began, in this browser, by a POST."""
    waiting = request.session.get(BEGUN)
    if waiting is None or waiting["provider"] != provider_id:
        return redirect("sign_in")
    provider = provider_for(provider_id, with_permission=waiting["begun"]["aim"] == Aim.LINK_AND_PERMIT)
    if provider is None:
        return redirect("sign_in")
    try:
        address = _address(request, provider, waiting["begun"])
    except ServiceError:
        if time.time() - waiting["at"] > START_SECONDS:
            return load_page() if is_poll(request) else stopped(request, "provider", status=503)
        return waiting_page(
            request,
            heading=_("Signing you in"),
            service=provider.label,
            again=_sign_in_address(waiting["begun"]["return_to"]),
            is_refused=True,
        )
    if is_poll(request):
        return load_page()
    del request.session[BEGUN]
    return HttpResponseRedirect(address)


def _address(request: HttpRequest, provider: Provider, begun: dict[str, Any]) -> str:
    try:
        return flow.start_authorization(request, provider, **{**begun, "aim": Aim(begun["aim"])})
    except ServiceError as error:
        log.warning("sign_in.provider_down", provider=provider.id, problem=error.entry.code)
        service_health.record(provider.id, answered=False)
        raise


def aim_of(request: HttpRequest, *, fresh: bool) -> Aim:
    """Return what the person goes to the provider for, as the form and their session say."""
    wanted = request.POST.get("aim")
    if request.user.is_authenticated and wanted != "switch":
        if wanted == "add":
            return Aim.ADD
        return Aim.REAUTHENTICATE if fresh else Aim.SIGN_IN
    may_link = wanted in LINKING and load_pending(request.session, PENDING) is not None
    return Aim(wanted) if wanted and may_link else Aim.SIGN_IN


@never_cache
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Handle the callback of an identity provider.

    The first call exchanges the code, once. A call of the same browser completes the sign-in when the result
    of the exchange is stored: this one, if the provider answers soon, otherwise one of the waiting page.
    """
    provider = providers().get(provider_id)
    if provider is None:
        return stopped(request, "unknown_provider", status=404)
    return _handle_answer(request, provider)


def handle_linking_answer(request: HttpRequest) -> HttpResponse:
    """Handle the callback of ORCID after a linking that also asks for the permission."""
    provider = provider_for("orcid", with_permission=True)
    if provider is None:
        return stopped(request, "unknown_provider", status=404)
    return _handle_answer(request, provider)


def _handle_answer(request: HttpRequest, provider: Provider) -> HttpResponse:
    answer = answers.read(request)
    earlier = repeated_answers.earlier_call(request, answer)
    if earlier is None:
        try:
            attempt = flow.find_attempt(request, provider, answer)
        except AuthorizationError as error:
            return _unknown_answer(request, provider, error)
        assert answer is not None, "it belongs to an attempt"
        if response := _exchange(request, provider, answer, attempt):
            return response
        earlier = repeated_answers.earlier_call(request, answer)
    if answer is None or earlier is None:
        return stopped(request, "repeated")
    return _respond(request, provider, answer, earlier)


def _unknown_answer(request: HttpRequest, provider: Provider, error: AuthorizationError) -> HttpResponse:
    log.info("sign_in.stopped", provider=provider.id, kind=error.kind)
    return count_failure(request, stopped(request, error.kind))


def _exchange(
    request: HttpRequest, provider: Provider, answer: Answer, attempt: AuthorizationAttempt
) -> HttpResponse | None:
    """Exchange the code, and wait shortly; return a response where it is not exchanged, or not yet."""
    try:
        exchange = flow.start_exchange(
            request, provider, answer, attempt, holder=repeated_answers.holder_of(request)
        )
    except ServiceError:
        return _wait(request, provider, is_refused=True)
    except (AuthorizationError, VerificationError) as error:
        if is_poll(request):
            return load_page()
        flow.finish_attempt(request.session, answer)
        return _failed(request, provider, error)
    if exchange is not None:
        exchange.wait()
    return None


def _respond(request: HttpRequest, provider: Provider, answer: Answer, earlier: EarlierCall) -> HttpResponse:
    """Lead where the first call led, complete the sign-in, or wait for the result of the exchange."""
    if earlier.is_being_exchanged:
        return _wait(request, provider, age=earlier.age)
    if is_poll(request):
        return load_page()
    if earlier.outcome is not None:
        led = repeated_answers.redirect_to_outcome(request, answer, earlier.outcome)
        return led or stopped(request, "repeated")
    if earlier.result is None:
        log.warning("sign_in.exchange_broken_off", provider=provider.id)
        return stopped(request, "interrupted")
    if not answers.begin_completion(answer):
        return _wait(request, provider, age=earlier.age)
    return _complete(request, provider, answer, earlier)


def _complete(request: HttpRequest, provider: Provider, answer: Answer, earlier: EarlierCall) -> HttpResponse:
    """Complete the sign-in with the result of the exchange; this call alone does."""
    try:
        attempt = flow.find_attempt(request, provider, answer)
    except AuthorizationError as error:
        return _failed(request, provider, error)
    try:
        identity = flow.identity_of(provider, attempt, earlier.result or {})
    except ServiceError:
        if earlier.age < COMPLETION_PATIENCE:
            answers.put_off_completion(answer)
            return _wait(request, provider, is_refused=True)
        flow.finish_attempt(request.session, answer)
        response = stopped(request, "provider", status=503)
    except (AuthorizationError, VerificationError) as error:
        flow.finish_attempt(request.session, answer)
        response = _failed(request, provider, error)
    else:
        flow.finish_attempt(request.session, answer)
        held = (earlier.result or {}).get("held", "")
        response = continue_sign_in(request, attempt, identity, held=held)
    repeated_answers.record(request, answer, response)
    return response


def _failed(
    request: HttpRequest, provider: Provider, error: AuthorizationError | VerificationError
) -> HttpResponse:
    if isinstance(error, VerificationError):
        log.warning("sign_in.verification_failed", provider=provider.id, reason=error.reason)
        return count_failure(request, stopped(request, "clock" if error.is_clock else "not_believed"))
    log.info("sign_in.stopped", provider=provider.id, kind=error.kind)
    if error.kind == "provider":
        return stopped(request, error.kind, status=503)
    return count_failure(request, stopped(request, error.kind))


def _wait(
    request: HttpRequest, provider: Provider, *, age: timedelta = timedelta(), is_refused: bool = False
) -> HttpResponse:
    """Show what we wait for."""
    again = _sign_in_address(flow.return_url_of_attempt(request))
    repeated_answers.leave_session(request)
    return waiting_page(
        request,
        heading=_("Signing you in"),
        service=provider.label,
        again=again,
        age=age,
        is_refused=is_refused,
    )


def _sign_in_address(return_to: str) -> str:
    return f"{reverse('sign_in')}?{urlencode({'return_to': return_to})}"


def continue_sign_in(
    request: HttpRequest, attempt: AuthorizationAttempt, identity: Identity, *, held: str = ""
) -> HttpResponse:
    """Do what the attempt was begun for, now that the person has proved an identity.

    ``held`` is the permission that they gave with it, which counts when they confirm that the iD is theirs.
    """
    if attempt.aim == Aim.ADD and request.user.is_authenticated:
        return _add_identity(request, identity)
    if attempt.aim in LINKING and load_pending(request.session, PENDING):
        store_pending(request.session, PENDING_LINK, identity, attempt.return_to, held=held)
        return redirect("confirm_link")
    if not identity.orcid_id and providers()[identity.provider].is_orcid:
        return stopped(request, "not_believed")
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
        return stopped(request, "other_person")
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
