"""The authorization endpoint: validate the request, let the person sign in and consent, and redirect back."""

import time
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import structlog
from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidRequestError, OAuth2Error
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from profiles.accounts import email
from profiles.accounts.models import Account
from profiles.domain.access.assurance import MFA
from profiles.domain.ids import parse_orcid_id
from profiles.infra.rate_limit import Usage, rate_limit_key
from profiles.infra.web.languages import choose_language, known_language
from profiles.infra.web.page_policy import content_policy, source_of
from profiles.sso import email_question, limits
from profiles.sso.models import PendingRequest
from profiles.sso.protocol import approvals, grants, id_tokens, pending, provider
from profiles.sso.protocol.authorization_request import (
    AuthorizationRequest,
    UnknownRedirectUriError,
    oauth_error,
    validate,
)
from profiles.sso.protocol.client_auth import find_client
from profiles.sso.protocol.grants import Presence
from profiles.sso.protocol.presence import person_of, presence_of
from profiles.sso.protocol.scopes import OPENID, SCOPES

log = structlog.get_logger(__name__)
LEEWAY_SECONDS: Final = 60


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
@limits.limit_failures
def authorize(request: HttpRequest) -> HttpResponse:
    """Handle an authorization request."""
    query = request.POST if request.method == "POST" else request.GET
    parameters = {name: str(value) for name, value in query.items() if value}
    try:
        if request.method == "POST" and request.META.get("QUERY_STRING"):
            return _stopped(request)
        parameters = _resolve_pushed(parameters)
        if any(len(query.getlist(name)) > 1 for name in query):
            return _refuse_repeated(request, parameters, query)
        auth_request = validate(parameters)
        if auth_request.party.requires_pushed_requests and "request_uri" not in query:
            raise InvalidRequestError("This client pushes its requests.")
    except UnknownRedirectUriError as error:
        _log_refusal(parameters, error.parameter)
        return _stopped(request, reason=str(error) if settings.ENVIRONMENT.is_local else "")
    except OAuth2Error as error:
        _log_refusal(parameters, error.error or "")
        return _redirect_with_error(parameters, error)
    if request.method == "POST":
        # The browser does not send our cookie with a form of another site; it sends it with the next address.
        key = pending.store_waiting(auth_request.party, auth_request.parameters, Presence(), to_sign_in=False)
        return see_other(reverse("resume_sign_in", args=[key]))
    return _continue_request(request, auth_request, None, "")


def _log_refusal(parameters: dict[str, str], reason: str) -> None:
    log.info("sso.request_refused", client=parameters.get("client_id", "")[:64], reason=reason)


def _resolve_pushed(parameters: dict[str, str]) -> dict[str, str]:
    """Replace a ``request_uri`` by the pushed request; any other is refused, never fetched."""
    if "request_uri" not in parameters:
        return parameters
    if not parameters["request_uri"].startswith(pending.PREFIX):
        validate({name: value for name, value in parameters.items() if name != "request_uri"})
        raise oauth_error("request_uri_not_supported")
    try:
        return pending.take_pushed(parameters["request_uri"], parameters.get("client_id", ""))
    except InvalidRequestError:
        reason = "The pushed request is unknown, used, or too old."
        raise UnknownRedirectUriError("request_uri", reason) from None


def _refuse_repeated(request: HttpRequest, parameters: dict[str, str], query: Any) -> HttpResponse:
    """Refuse repeated parameters; the relying party gets the error only if its address is certain."""
    client = find_client(parameters.get("client_id", ""))
    is_certain = client and client.check_redirect_uri(parameters.get("redirect_uri", ""))
    if not is_certain or len(query.getlist("redirect_uri")) > 1 or len(query.getlist("client_id")) > 1:
        return _stopped(request)
    if len(query.getlist("state")) > 1:
        parameters = {name: value for name, value in parameters.items() if name != "state"}
    return _redirect_with_error(parameters, InvalidRequestError("A parameter is repeated."))


@never_cache
@require_http_methods(["GET", "POST"])
@limits.limit_failures
def resume(request: HttpRequest, key: str) -> HttpResponse:
    """Continue a request after the person has signed in, or with their answer."""
    found = _waiting(key)
    if found is None:
        return _over(request, key)
    auth_request, waiting = found
    if request.GET.get("account") == "keep" and not waiting.kept_sid:
        waiting.kept_sid = presence_of(request).sid
        waiting.save(update_fields=["kept_sid"])
        return see_other(request.path)
    answer = request.POST.get("answer", "") if request.method == "POST" else ""
    if email_question.FIELD in request.POST and (account := person_of(request)):
        page = email_question.take_answer(request, account, waiting, key)
        return _with_policy(page, auth_request) if page else see_other(request.path)
    return _continue_request(request, auth_request, (key, waiting), answer)


def _waiting(key: str) -> tuple[AuthorizationRequest, PendingRequest] | None:
    """Return the request that waits, if it would still be accepted."""
    waiting = pending.find_waiting(key)
    if waiting is None:
        return None
    try:
        return validate(dict(waiting.parameters)), waiting
    except (UnknownRedirectUriError, OAuth2Error):
        return None


@never_cache
@require_GET
@limits.limit_failures
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """Send the person back to the service without a sign-in. Only their browser knows the address."""
    found = _waiting(key)
    if found is None or not pending.finish(found[1]):
        return _over(request, key)
    return _redirect_with_error(found[0].parameters, AccessDeniedError())


def _over(request: HttpRequest, key: str) -> HttpResponse:
    """Lead on from a request that is finished, or waited for too long: to the service's own pages."""
    row = pending.find(key)
    if row is None:
        return _stopped(request, "over")
    place = urlsplit(row.parameters["redirect_uri"])
    origin = f"{place.scheme}://{place.netloc}/" if place.scheme in {"http", "https"} else ""
    kind = "finished" if row.finished_at else "over"
    return _stopped(request, kind, name=row.party.shown_name, link=row.party.homepage or origin)


def _continue_request(  # noqa: PLR0911  one return for each outcome
    request: HttpRequest,
    auth_request: AuthorizationRequest,
    waiting: tuple[str, PendingRequest] | None,
    answer: str,
) -> HttpResponse:
    """Send the person to sign in, ask for their consent, or redirect them back with a code."""
    _activate_ui_locale(request, auth_request)
    account, presence = person_of(request), presence_of(request)
    if usage := _exceeded(request, account):
        return limits.too_many_requests(request, usage)
    row = waiting[1] if waiting else None
    if _needs_sign_in(auth_request, account, presence, row):
        if "none" in auth_request.prompts:
            return _redirect_with_error(auth_request.parameters, oauth_error("login_required"))
        return _redirect_to_sign_in(auth_request, account, presence, waiting)
    assert account is not None
    if not _is_expected(auth_request, account):
        return _redirect_with_error(auth_request.parameters, oauth_error("login_required"))
    if not answer and (question := _question(request, auth_request, account, presence, waiting)):
        return question
    if waiting is not None and not pending.finish(waiting[1]):
        return _over(request, waiting[0])
    if answer and answer != "yes":
        approvals.record_refusal(auth_request.party, account)
        return _redirect_with_error(auth_request.parameters, AccessDeniedError())
    if answer:
        approvals.remember(party=auth_request.party, account=account, scopes=auth_request.scope.split())
    return _redirect_with_code(auth_request, account, presence)


def _exceeded(request: HttpRequest, account: Account | None) -> Usage | None:
    """Count the request by its person, or by its address if no one is signed in; return what is exceeded."""
    who = str(account.pk) if account else rate_limit_key(request)
    usage = limits.hit(limits.PER_PERSON if account else limits.ANONYMOUS, who)
    return usage if usage.is_exceeded else None


def _needs_sign_in(
    auth_request: AuthorizationRequest,
    account: Account | None,
    presence: Presence,
    row: PendingRequest | None,
) -> bool:
    if account is None:
        return True
    if row is not None and row.asked_to_sign_in and _has_signed_in_since(presence, row):
        return False
    is_too_old = auth_request.max_age is not None and time.time() - presence.auth_time > auth_request.max_age
    is_other_person = not _is_expected(auth_request, account)
    may_choose = row is None or row.kept_sid != presence.sid
    lacks_mfa = auth_request.wants_mfa and presence.acr != MFA and "none" not in auth_request.prompts
    return (
        "login" in auth_request.prompts
        or (may_choose and _asks_which_account(auth_request, account))
        or is_too_old
        or is_other_person
        or lacks_mfa
    )


def _is_expected(auth_request: AuthorizationRequest, account: Account) -> bool:
    """Tell whether this is the person of the ``id_token_hint``, if there is one."""
    hint = auth_request.hint
    return hint is None or id_tokens.is_about(hint, account.pk, auth_request.party)


def _asks_which_account(auth_request: AuthorizationRequest, account: Account) -> bool:
    """Tell whether the service lets the person choose, or names the iD of another person."""
    hinted = parse_orcid_id(auth_request.parameters.get("login_hint", ""))
    is_other = hinted is not None and hinted != account.orcid_id and "none" not in auth_request.prompts
    return is_other or "select_account" in auth_request.prompts


def _has_signed_in_since(presence: Presence, row: PendingRequest) -> bool:
    """Tell whether the person has signed in since we asked them to."""
    changed = (presence.sid, presence.auth_time) != (row.sid, row.auth_time)
    return changed and presence.auth_time >= row.made_at.timestamp() - LEEWAY_SECONDS


def _redirect_to_sign_in(
    auth_request: AuthorizationRequest,
    account: Account | None,
    presence: Presence,
    waiting: tuple[str, PendingRequest] | None,
) -> HttpResponse:
    """Send the person to sign in; require a fresh login if the relying party asks for one."""
    fresh = (
        bool(presence.sid or {"login", "select_account"} & auth_request.prompts)
        or auth_request.max_age is not None
        or auth_request.wants_mfa
    )
    key = waiting[0] if waiting else ""
    if waiting is None or (fresh and not waiting[1].asked_to_sign_in):
        key = pending.store_waiting(auth_request.party, auth_request.parameters, presence, to_sign_in=fresh)
    query = {"return_to": reverse("resume_sign_in", args=[key])}
    if fresh:
        query["fresh"] = "1"
    if account is not None and not _is_expected(auth_request, account):
        query["account"] = "other"
    elif account is not None and _asks_which_account(auth_request, account):
        query["account"] = "choose"
    for name in ("login_hint", "acr_values", "max_age", "ui_locales"):
        if name in auth_request.parameters:
            query[name] = auth_request.parameters[name][:200]
    return see_other(f"{reverse('sign_in')}?{urlencode(query)}")


def _needs_consent(auth_request: AuthorizationRequest, account: Account) -> bool:
    if "consent" in auth_request.prompts:
        return True
    if auth_request.party.is_first_party:
        return False
    return not approvals.covers(auth_request.party, account, auth_request.scope.split())


def _question(
    request: HttpRequest,
    auth_request: AuthorizationRequest,
    account: Account,
    presence: Presence,
    waiting: tuple[str, PendingRequest] | None,
) -> HttpResponse | None:
    """Return the page that asks the person something, or the redirect to its address; None: all is known."""
    needs_consent = _needs_consent(auth_request, account)
    if "none" in auth_request.prompts:
        error = oauth_error("consent_required")
        return _redirect_with_error(auth_request.parameters, error) if needs_consent else None
    needs_email = email_question.is_due(account, auth_request.scope, waiting[1] if waiting else None)
    if not (needs_consent or needs_email):
        return None
    if waiting is None:
        key = pending.store_waiting(auth_request.party, auth_request.parameters, presence, to_sign_in=False)
        return see_other(reverse("resume_sign_in", args=[key]))
    if needs_email:
        return _with_policy(email_question.page(request, account, waiting[1]), auth_request)
    return _consent_page(request, auth_request, account)


def _consent_page(request: HttpRequest, auth_request: AuthorizationRequest, account: Account) -> HttpResponse:
    requested = [SCOPES[name] for name in auth_request.scope.split() if name != OPENID]
    values = {"orcid": account.orcid_id, "profile": account.display_name}
    values["email"] = (
        str(account.email)
        if email.has_confirmed(account)
        else _("you have confirmed none, so it learns none")
    )
    scopes = [{"words": scope.words, "value": values.get(scope.name, "")} for scope in requested]
    place = urlsplit(auth_request.parameters["redirect_uri"])
    response = render(
        request,
        "sso/consent.html",
        {
            "party": auth_request.party,
            "scopes": scopes,
            "host": place.netloc,
            "person": account,
            "lacks_email": "email" in auth_request.scope.split() and not email.has_confirmed(account),
            "return_to": request.path,
        },
    )
    return _with_policy(response, auth_request)


def _with_policy(response: HttpResponse, auth_request: AuthorizationRequest) -> HttpResponse:
    """Allow the form to redirect to the relying party: browsers apply form-action to redirects too."""
    target = source_of(auth_request.parameters["redirect_uri"])
    response.headers["Content-Security-Policy"] = content_policy([target])
    return response


def _redirect_with_code(
    auth_request: AuthorizationRequest, account: Account, presence: Presence
) -> HttpResponse:
    code = grants.grant_code(
        party=auth_request.party,
        account=account,
        presence=presence,
        scope=auth_request.scope,
        nonce=auth_request.parameters.get("nonce", ""),
        redirect_uri=auth_request.parameters["redirect_uri"],
        challenge=auth_request.parameters.get("code_challenge", ""),
    )
    return _redirect_to_party(auth_request.parameters, {"code": code})


def _redirect_with_error(parameters: dict[str, str], error: OAuth2Error) -> HttpResponse:
    params = {"error": error.error or "invalid_request"}
    if error.description:
        params["error_description"] = error.description
    return _redirect_to_party(parameters, params)


def _redirect_to_party(parameters: dict[str, str], params: dict[str, str]) -> HttpResponse:
    """Redirect to the relying party; every response names the issuer (RFC 9207)."""
    if "state" in parameters:
        params["state"] = parameters["state"]
    params["iss"] = provider.issuer()
    address = parameters["redirect_uri"]
    return see_other(f"{address}{'&' if '?' in address else '?'}{urlencode(params)}")


def see_other(address: str) -> HttpResponse:
    """Redirect by 303, so that the browser does not send the form to the next address."""
    response = HttpResponse(status=303)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _stopped(
    request: HttpRequest, kind: str = "unknown", *, name: str = "", link: str = "", reason: str = ""
) -> HttpResponse:
    """Show that the request stopped; ``link`` leads on to the service, ``reason`` is for the integrator."""
    context = {"kind": kind, "name": name, "link": link, "reason": reason}
    return render(request, "sso/stopped.html", context, status=400)


def _activate_ui_locale(request: HttpRequest, auth_request: AuthorizationRequest) -> None:
    """Use the first of the request's ``ui_locales`` that we have, unless the person chose a language."""
    code = known_language(auth_request.parameters.get("ui_locales", "").split())
    if code and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        choose_language(request, code)
