"""Grant permission at ORCID, and withdraw it."""

import secrets
import time
from collections.abc import Collection
from datetime import timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from profiles.accounts import selectors as accounts
from profiles.accounts import signals
from profiles.accounts.authorization import answers, code_exchange, linking_answers
from profiles.accounts.authorization.answers import Answer, EarlierCall
from profiles.accounts.authorization.return_hosts import return_hosts
from profiles.accounts.models import Account
from profiles.clients.errors import ServiceError, ServiceUnavailableError
from profiles.clients.orcid_oauth import TokenAnswer, authorize_url
from profiles.consents import orcid_clients
from profiles.consents.auto_update_messages import add_off_message, add_on_message
from profiles.consents.wording import PURPOSES
from profiles.domain.access.return_to import safe_return
from profiles.domain.consent import SCOPES, Purpose, missing_scopes
from profiles.domain.push.plan import WRITE_SCOPES
from profiles.infra import wiring
from profiles.infra.web.htmx import is_poll
from profiles.infra.web.languages import language_at_orcid
from profiles.infra.web.waiting import load_page, waiting_page
from profiles.pipeline.permissions import auto_update, grant
from profiles.web.guard import signed_in

log = structlog.get_logger(__name__)
ATTEMPTS: Final = "permission_journeys"
FIND: Final = "find"
"""``return_to`` value for Find works with a link back to the ORCID record of the signed-in person."""
LIFE_SECONDS: Final = 900
MAX_ATTEMPTS: Final = 4


@require_http_methods(["GET", "POST"])
@signed_in
def ask(request: HttpRequest, account: Account, purpose: str) -> HttpResponse:
    """Send the person to ORCID's permission page; a GET, as existing links use, shows a button for it."""
    wanted = Purpose(purpose)
    if request.method == "GET":
        words = [PURPOSES[member] for member in orcid_clients.purposes_sharing_client(wanted)]
        requested = request.GET.get("return_to", "")
        return_to = FIND if requested == FIND else allowed_return(requested, account)
        switches_on = wanted is Purpose.AUTO_UPDATE and account.auto_update_off_at is None
        context = {"words": words, "return_to": return_to, "switches_on": switches_on}
        return render(request, "permission.html", context)
    return start_authorization(request, account, wanted, return_to=request.POST.get("return_to", ""))


def start_authorization(
    request: HttpRequest, account: Account, wanted: Purpose, *, return_to: str = "", switch_on: bool = False
) -> HttpResponse:
    """Send the person to ORCID's permission page, and store the attempt in the session.

    ``switch_on``: switch Auto-Update on afterwards, whatever they chose before.
    """
    oauth_state = secrets.token_urlsafe(32)
    attempts = dict(request.session.get(ATTEMPTS, {}))
    latest = sorted(attempts.items(), key=lambda item: item[1]["began"])[-(MAX_ATTEMPTS - 1) :]
    attempt = {
        "purpose": wanted.value,
        "orcid_id": account.orcid_id,
        "began": time.time(),
        "return_to": allowed_return(return_to, account),
        "switch_on": switch_on,
    }
    request.session[ATTEMPTS] = {**dict(latest), oauth_state: attempt}
    return HttpResponseRedirect(
        authorize_url(
            settings.ENVIRONMENT.ORCID_URL,
            wiring.orcid_client(wanted),
            redirect_uri=orcid_clients.callback_address(wanted),
            scopes=SCOPES,
            oauth_state=oauth_state,
            orcid_id=account.orcid_id,
            language=language_at_orcid(request.LANGUAGE_CODE),
        )
    )


def allowed_return(target: str | None, account: Account) -> str:
    """Return the address to go to afterwards, if it is allowed."""
    env = settings.ENVIRONMENT
    if target == FIND:
        return f"{reverse('find')}?return_to={quote(f'{env.ORCID_URL}/{account.orcid_id}')}"
    return safe_return(target, hosts=return_hosts(), own=env.PROFILES_URL) or ""


@require_GET
@never_cache
def callback(request: HttpRequest, purpose: str) -> HttpResponse:
    """Handle the return from ORCID's permission page, also from a linking that asked for the permission."""
    return linking_answers.handle(request) or _handle_answer(request, purpose)


def _handle_answer(request: HttpRequest, purpose: str) -> HttpResponse:
    """Store the permission that this person gave, and lead them on.

    Only an attempt that this person started in this browser counts. People whom ORCID's own wizard sends here
    start again: signing people in by a code that anyone may have put into the address is not safe. The first
    call exchanges the code, once; the permission is stored even if the person closes the waiting page.
    """
    answer = answers.read(request)
    attempt = request.session.get(ATTEMPTS, {}).get(answer.oauth_state) if answer else None
    if answer is None or attempt is None or attempt["purpose"] != purpose:
        return _not_started_here(request, purpose)
    account, back = request.user, attempt["return_to"]
    if not isinstance(account, Account) or account.orcid_id != attempt["orcid_id"]:
        return _stopped(request, "other_session", back=back)
    earlier = answers.earlier_call(answer)
    if earlier is None:
        if kind := _nothing_to_exchange(request, attempt):
            return _stopped(request, kind, back=back)
        try:
            earlier = _exchange(account, Purpose(purpose), answer, attempt)
        except ServiceUnavailableError:
            return _wait(request, back, is_refused=True)
    if earlier is None:
        return _stopped(request, "unknown", back=back)
    return _respond(request, Purpose(purpose), answer, earlier, back=back)


def _nothing_to_exchange(request: HttpRequest, attempt: dict[str, Any]) -> str:
    """Return why the answer holds no code that may be exchanged; empty: it does."""
    if request.GET.get("error"):
        return "refused"
    is_over = time.time() - attempt["began"] > LIFE_SECONDS
    return "expired" if is_over or not request.GET.get("code") else ""


def _exchange(
    account: Account, purpose: Purpose, answer: Answer, attempt: dict[str, Any]
) -> EarlierCall | None:
    """Exchange the code, unless another call does, and wait shortly; return how far it has come.

    Raises:
        ServiceUnavailableError: nothing was sent; the same answer can be brought again.
    """
    exchange = code_exchange.start(
        answer,
        holder=account.orcid_id,
        service="orcid",
        work=grant.exchange(
            purpose, code=answer.content, redirect_uri=orcid_clients.callback_address(purpose)
        ),
        record=partial(_store, account.orcid_id, purpose, is_chosen=bool(attempt.get("switch_on"))),
    )
    if exchange is not None:
        exchange.wait()
    return answers.earlier_call(answer)


def _store(
    orcid_id: str, purpose: Purpose, end: TokenAnswer | ServiceError, *, is_chosen: bool
) -> dict[str, Any]:
    """Store the permission, if this person gave it, and return what to tell them."""
    if isinstance(end, ServiceError):
        log.warning("permission.not_redeemed", purpose=purpose.value, problem=end.entry.code)
        return {"stopped": "not_redeemed"}
    account = accounts.account_of(orcid_id)
    if account is None or end.orcid_id != orcid_id:
        log.warning("permission.wrong_person", purpose=purpose.value)
        return {"stopped": "wrong_person" if end.orcid_id else "nobody", "other": end.orcid_id or ""}
    result = auto_update.grant_and_switch_on(account=account, purpose=purpose, token=end, is_chosen=is_chosen)
    return {"scopes": end.scopes, "started": result.started}


def _respond(
    request: HttpRequest, purpose: Purpose, answer: Answer, earlier: EarlierCall, *, back: str
) -> HttpResponse:
    """Lead where the first call led, tell the result of the exchange, or wait for it."""
    if earlier.is_being_exchanged:
        return _wait(request, back, age=earlier.age)
    if is_poll(request):
        return load_page()
    if earlier.outcome is None and earlier.result is None:
        log.warning("permission.exchange_broken_off", purpose=purpose.value)
        return _stopped(request, "not_redeemed", purpose=purpose.value, back=back)
    if earlier.outcome is None and not answers.begin_completion(answer):
        return _wait(request, back, age=earlier.age)
    if earlier.outcome is None:
        return _finish(request, purpose, answer, earlier.result or {}, back=back)
    location = earlier.outcome.get("location")
    return HttpResponseRedirect(location) if location else _stopped(request, "unknown", back=back)


def _finish(
    request: HttpRequest, purpose: Purpose, answer: Answer, result: dict[str, Any], *, back: str
) -> HttpResponse:
    """Tell the result of the exchange, and record where this call leads."""
    response = _tell(request, purpose, result, back=back)
    is_stored = isinstance(response, HttpResponseRedirect)
    if is_stored:
        # The next call reads the messages at once.
        request.session.save()
    answers.record_outcome(answer, {"location": response["Location"]} if is_stored else {})
    return response


def _tell(request: HttpRequest, purpose: Purpose, result: dict[str, Any], *, back: str) -> HttpResponse:
    assert isinstance(request.user, Account)
    account = accounts.account_by_id(request.user.pk)
    if account is None or "scopes" not in result:
        kind = result.get("stopped", "unknown")
        offered = purpose.value if kind in {"wrong_person", "nobody", "not_redeemed"} else ""
        return _stopped(request, kind, other=result.get("other", ""), purpose=offered, back=back)
    _add_result_message(request, account, purpose, result["scopes"])
    return _changed(request, account, back, started=result["started"])


def _wait(
    request: HttpRequest, back: str, *, age: timedelta = timedelta(), is_refused: bool = False
) -> HttpResponse:
    """Show that we wait for ORCID."""
    return waiting_page(
        request,
        heading=_("Storing your permission"),
        service="ORCID",
        again=back or reverse("settings"),
        age=age,
        is_refused=is_refused,
    )


def _add_result_message(
    request: HttpRequest, account: Account, purpose: Purpose, scopes: Collection[str]
) -> None:
    """Add the message about the new permission, which names the goal reached."""
    if WRITE_SCOPES.isdisjoint(scopes):
        messages.warning(request, _("You allowed less than we asked for: works cannot be added."))
    elif purpose is Purpose.SEARCH_AND_LINK:
        messages.success(
            request, _("Permission given. DataCite can now add the works you choose to your ORCID record.")
        )
    elif account.auto_update:
        add_on_message(request)
    else:
        add_off_message(request, _("Permission given. Auto-Update is still off, as you left it."))
    if missing_scopes(scopes):
        messages.warning(request, _("You allowed less than we asked for. Settings say what is missing."))


def _changed(
    request: HttpRequest, account: Account, return_to: str = "", *, started: int = 0
) -> HttpResponse:
    """Redirect, and send the signal that updates other services about the permission."""
    if started:
        messages.info(
            request,
            ngettext("%(n)d waiting work is being sent.", "%(n)d waiting works are being sent.", started)
            % {"n": started},
        )
    response = HttpResponseRedirect(return_to or reverse("settings"))
    signals.changed.send(sender=Account, request=request, response=response, account=account)
    return response


def _not_started_here(request: HttpRequest, purpose: str) -> HttpResponse:
    """Let a person from ORCID's wizard start here; ORCID then grants the permission without questions."""
    if request.GET.get("code") and not request.GET.get("state"):
        # People from ORCID's wizard want to add works: send them to Find works, with a link back to ORCID.
        to_settings = request.GET.get("redirect_to_commons") == "false"
        context = {"purpose": purpose, "return_to": "" if to_settings else FIND}
        return render(request, "permission_welcome.html", context)
    return _stopped(request, "unknown")


def _stopped(
    request: HttpRequest, kind: str, *, other: str = "", purpose: str = "", back: str = ""
) -> HttpResponse:
    """Show what happened, that nothing was stored, and the next step."""
    return render(
        request,
        "permission_stopped.html",
        {
            "kind": kind,
            "other": other,
            "purpose": purpose,
            "orcid_url": settings.ENVIRONMENT.ORCID_URL,
            "back": back,
        },
        status=400,
    )


@require_POST
@signed_in
def withdraw(request: HttpRequest, account: Account, purpose: str) -> HttpResponse:
    """Withdraw a permission: here at once, at ORCID as soon as it answers."""
    if grant.withdraw_permission(orcid_id=account.orcid_id, purpose=Purpose(purpose)):
        messages.success(request, _("We no longer use this permission, and are telling ORCID."))
    return _changed(request, account)
