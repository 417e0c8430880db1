"""The way in for people: a request is checked, its person signs in and agrees, and goes back."""

import time
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidRequestError, OAuth2Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from profiles.accounts.models import Account
from profiles.domain.access.assurance import MFA
from profiles.sso import limits
from profiles.sso.models import PendingRequest
from profiles.sso.protocol import approvals, grants, id_tokens, pending, provider
from profiles.sso.protocol.authorization_request import (
    AuthorizationRequest,
    UnknownPlaceError,
    validated,
    wrong,
)
from profiles.sso.protocol.client_auth import find_client
from profiles.sso.protocol.grants import Presence
from profiles.sso.protocol.presence import person_of, presence_of
from profiles.sso.protocol.scopes import OPENID, SCOPES

SLACK_SECONDS: Final = 60


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
@limits.by_address
def authorize(request: HttpRequest) -> HttpResponse:
    """Take in an authorization request."""
    given = request.POST if request.method == "POST" else request.GET
    parameters = {name: str(value) for name, value in given.items() if value}
    try:
        if request.method == "POST" and request.META.get("QUERY_STRING"):
            return _stopped(request)
        parameters = _pushed(parameters)
        if any(len(given.getlist(name)) > 1 for name in given):
            return _repeated(request, parameters, given)
        asked = validated(parameters)
        if asked.party.requires_pushed_requests and "request_uri" not in given:
            raise InvalidRequestError("This client pushes its requests.")
    except UnknownPlaceError:
        return _stopped(request)
    except OAuth2Error as error:
        return _refused(parameters, error)
    if request.method == "POST":
        # The browser keeps our cookie back from a form of another site; it comes with the next address.
        key = pending.wait(asked.party, asked.parameters, Presence(), to_sign_in=False)
        return see_other(reverse("resume_sign_in", args=[key]))
    return _go_on(request, asked, None, "")


def _pushed(parameters: dict[str, str]) -> dict[str, str]:
    """Put the pushed request in place of its address; any other request_uri is refused, never fetched."""
    if "request_uri" not in parameters:
        return parameters
    if not parameters["request_uri"].startswith(pending.PREFIX):
        validated({name: value for name, value in parameters.items() if name != "request_uri"})
        raise wrong("request_uri_not_supported")
    try:
        return pending.take_pushed(parameters["request_uri"], parameters.get("client_id", ""))
    except InvalidRequestError:
        raise UnknownPlaceError from None


def _repeated(request: HttpRequest, parameters: dict[str, str], given: Any) -> HttpResponse:
    """Refuse parameters that are there twice; the relying party is told only where its address is sure."""
    client = find_client(parameters.get("client_id", ""))
    sure = client and client.check_redirect_uri(parameters.get("redirect_uri", ""))
    if not sure or len(given.getlist("redirect_uri")) > 1 or len(given.getlist("client_id")) > 1:
        return _stopped(request)
    if len(given.getlist("state")) > 1:
        parameters = {name: value for name, value in parameters.items() if name != "state"}
    return _refused(parameters, InvalidRequestError("A parameter is repeated."))


@never_cache
@require_http_methods(["GET", "POST"])
@limits.by_address
def resume(request: HttpRequest, key: str) -> HttpResponse:
    """Go on with a request after its person signed in, or with what they answered."""
    waiting = pending.find_waiting(key)
    if waiting is None:
        return _stopped(request, "over")
    parameters = dict(waiting.parameters)
    try:
        asked = validated(parameters)
    except (UnknownPlaceError, OAuth2Error):
        return _stopped(request, "over")
    answer = request.POST.get("answer", "") if request.method == "POST" else ""
    return _go_on(request, asked, (key, waiting), answer)


def _go_on(  # noqa: PLR0911  one return for each way on
    request: HttpRequest, asked: AuthorizationRequest, waiting: tuple[str, PendingRequest] | None, answer: str
) -> HttpResponse:
    """Send the person to sign in, ask whether they agree, or send them back with a code."""
    _activate_ui_locale(request, asked)
    account, presence = person_of(request), presence_of(request)
    if account and limits.rate_limited(f"person:{account.pk}", limits.PER_PERSON):
        return limits.too_many()
    row = waiting[1] if waiting else None
    if _must_sign_in(asked, account, presence, row):
        if "none" in asked.prompts:
            return _refused(asked.parameters, wrong("login_required"))
        return _to_sign_in(asked, presence, waiting)
    assert account is not None
    if asked.hint and not id_tokens.is_about(asked.hint, account.pk, asked.party):
        return _refused(asked.parameters, wrong("login_required"))
    if not answer and _must_agree(asked, account):
        if "none" in asked.prompts:
            return _refused(asked.parameters, wrong("consent_required"))
        return _ask(request, asked, account, presence, waiting)
    if row is not None and not pending.finish(row):
        return _stopped(request, "over")
    if answer and answer != "yes":
        approvals.note_refusal(asked.party, account)
        return _refused(asked.parameters, AccessDeniedError())
    if answer:
        approvals.remember(party=asked.party, account=account, scopes=asked.scope.split())
    return _back(asked, account, presence)


def _must_sign_in(
    asked: AuthorizationRequest, account: Account | None, presence: Presence, row: PendingRequest | None
) -> bool:
    if account is None:
        return True
    if row is not None and row.asked_to_sign_in and _has_signed_in_since(presence, row):
        return False
    too_old = asked.max_age is not None and time.time() - presence.auth_time > asked.max_age
    other = asked.hint is not None and not id_tokens.is_about(asked.hint, account.pk, asked.party)
    weaker = asked.wants_mfa and presence.acr != MFA and "none" not in asked.prompts
    return bool({"login", "select_account"} & asked.prompts) or too_old or other or weaker


def _has_signed_in_since(presence: Presence, row: PendingRequest) -> bool:
    """Say whether the person proved who they are after we asked them to, by what changed since then."""
    changed = (presence.sid, presence.auth_time) != (row.sid, row.auth_time)
    return changed and presence.auth_time >= row.made_at.timestamp() - SLACK_SECONDS


def _to_sign_in(
    asked: AuthorizationRequest, presence: Presence, waiting: tuple[str, PendingRequest] | None
) -> HttpResponse:
    """Send the person to sign in; ask for a fresh proof where the relying party wants one."""
    fresh = (
        bool(presence.sid or {"login", "select_account"} & asked.prompts)
        or asked.max_age is not None
        or asked.wants_mfa
    )
    key = waiting[0] if waiting else ""
    if waiting is None or (fresh and not waiting[1].asked_to_sign_in):
        key = pending.wait(asked.party, asked.parameters, presence, to_sign_in=fresh)
    query = {"return_to": reverse("resume_sign_in", args=[key])}
    if fresh:
        query["fresh"] = "1"
    for name in ("login_hint", "acr_values", "max_age", "ui_locales"):
        if name in asked.parameters:
            query[name] = asked.parameters[name][:200]
    return see_other(f"{reverse('sign_in')}?{urlencode(query)}")


def _must_agree(asked: AuthorizationRequest, account: Account) -> bool:
    if "consent" in asked.prompts:
        return True
    if asked.party.is_first_party:
        return False
    return not approvals.covers(asked.party, account, asked.scope.split())


def _ask(
    request: HttpRequest,
    asked: AuthorizationRequest,
    account: Account,
    presence: Presence,
    waiting: tuple[str, PendingRequest] | None,
) -> HttpResponse:
    """Ask whether the person agrees, at an address of its own that can be reloaded."""
    if waiting is None:
        key = pending.wait(asked.party, asked.parameters, presence, to_sign_in=False)
        return see_other(reverse("resume_sign_in", args=[key]))
    wanted = [SCOPES[name] for name in asked.scope.split() if name != OPENID]
    values = {"orcid": account.orcid_id, "profile": account.display_name}
    if account.email and account.email_verified_at:
        values["email"] = account.email
    shown = [{"words": scope.words, "value": values.get(scope.name, "")} for scope in wanted]
    place = urlsplit(asked.parameters["redirect_uri"])
    response = render(
        request,
        "sso/consent.html",
        {"party": asked.party, "scopes": shown, "host": place.netloc, "person": account},
    )
    response.headers["Content-Security-Policy"] = _policy(place.scheme, place.netloc)
    return response


def _policy(scheme: str, netloc: str) -> str:
    """Let the form's answer lead to the relying party: browsers hold a form's redirects to form-action."""
    target = f"{scheme}://{netloc}" if netloc else f"{scheme}:"
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' {target}"
    )


def _back(asked: AuthorizationRequest, account: Account, presence: Presence) -> HttpResponse:
    code = grants.grant_code(
        party=asked.party,
        account=account,
        presence=presence,
        scope=asked.scope,
        nonce=asked.parameters.get("nonce", ""),
        redirect_uri=asked.parameters["redirect_uri"],
        challenge=asked.parameters["code_challenge"],
    )
    return _return_to_party(asked.parameters, {"code": code})


def _refused(parameters: dict[str, str], error: OAuth2Error) -> HttpResponse:
    said = {"error": error.error or "invalid_request"}
    if error.description:
        said["error_description"] = error.description
    return _return_to_party(parameters, said)


def _return_to_party(parameters: dict[str, str], said: dict[str, str]) -> HttpResponse:
    """Go back to the relying party; every answer names who gives it (RFC 9207)."""
    if "state" in parameters:
        said["state"] = parameters["state"]
    said["iss"] = provider.issuer()
    address = parameters["redirect_uri"]
    return see_other(f"{address}{'&' if '?' in address else '?'}{urlencode(said)}")


def see_other(address: str) -> HttpResponse:
    """Redirect by 303: a browser never sends a form on to the next address."""
    response = HttpResponse(status=303)
    response.headers["Location"] = address
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _stopped(request: HttpRequest, kind: str = "unknown") -> HttpResponse:
    """Say that it went no further, here, and send nobody anywhere."""
    return render(request, "sso/stopped.html", {"kind": kind}, status=400)


def _activate_ui_locale(request: HttpRequest, asked: AuthorizationRequest) -> None:
    """Use the first language of the request's wish list that we speak."""
    for wish in asked.parameters.get("ui_locales", "").split():
        known = translation.check_for_language(wish) and dict(translation.get_language_info(wish))
        if known and wish in dict(_languages()):
            translation.activate(wish)
            request.LANGUAGE_CODE = wish
            return


def _languages() -> Any:
    from django.conf import settings

    return settings.LANGUAGES
