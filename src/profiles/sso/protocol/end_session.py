"""RP-initiated logout, and the page that shows the progress of a sign-out."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from profiles.accounts import signals
from profiles.accounts.models import Account
from profiles.sso import limits
from profiles.sso.models import RelyingParty
from profiles.sso.protocol import id_tokens, logout
from profiles.sso.protocol.authorize import see_other
from profiles.sso.protocol.client_auth import find_client
from profiles.sso.protocol.presence import person_of, presence_of

_PARAMETERS: Final = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


class InconsistentRequestError(Exception):
    """The request contradicts itself or a registration: nothing is done, and no redirect follows."""


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
@limits.limit_failures
def end_session(request: HttpRequest) -> HttpResponse:
    """Handle a logout request. Only an ID token of this session makes a question unnecessary."""
    query = request.POST if request.method == "POST" else request.GET
    if any(len(query.getlist(name)) > 1 for name in query):
        return _stopped(request)
    params = {name: str(query[name]) for name in _PARAMETERS if query.get(name)}
    try:
        party, token_claims = _validate(params)
    except InconsistentRequestError:
        return _stopped(request)
    if request.method == "POST":
        # The browser does not send our cookie with a form of another site; it sends it with the next address.
        return see_other(f"{reverse('end_session')}?{urlencode(params)}")
    account, presence = person_of(request), presence_of(request)
    if account is None or (token_claims and _is_this_session(token_claims, account, presence.sid, party)):
        return _sign_out(request, account, params)
    return render(request, "sso/sign_out.html", {"party": party, "parameters": params})


@never_cache
@require_POST
def confirm_end(request: HttpRequest) -> HttpResponse:
    """Sign out if the person confirms; otherwise return to our own pages."""
    params = {name: request.POST[name] for name in _PARAMETERS if request.POST.get(name)}
    try:
        _validate(params)
    except InconsistentRequestError:
        return _stopped(request)
    if request.POST.get("answer") != "yes":
        return see_other(reverse("settings"))
    return _sign_out(request, person_of(request), params)


def _validate(params: dict[str, str]) -> tuple[RelyingParty | None, dict[str, Any] | None]:
    """Return the relying party of a request, and the claims of its ID token.

    Raises:
        InconsistentRequestError: see there.
    """
    token_claims = None
    if "id_token_hint" in params:
        try:
            token_claims = id_tokens.read_hint(params["id_token_hint"])
        except id_tokens.HintError:
            raise InconsistentRequestError from None
    client_id = str(token_claims["aud"]) if token_claims else params.get("client_id", "")
    client = find_client(client_id)
    if client_id and (client is None or params.get("client_id", client_id) != client_id):
        raise InconsistentRequestError
    address = params.get("post_logout_redirect_uri")
    if address and (client is None or address not in client.party.logout_return_uris):
        raise InconsistentRequestError
    return (client.party if client else None), token_claims


def _is_this_session(
    token_claims: dict[str, Any], account: Account, sid: str, party: RelyingParty | None
) -> bool:
    return (
        party is not None
        and token_claims.get("sid") == sid
        and id_tokens.is_about(token_claims, account.pk, party)
    )


def _sign_out(request: HttpRequest, account: Account | None, params: dict[str, str]) -> HttpResponse:
    """End the session, notify the services, and redirect to the registered address."""
    address = params.get("post_logout_redirect_uri", "")
    if address and "state" in params:
        address += f"{'&' if '?' in address else '?'}{urlencode({'state': params['state']})}"
    response = see_other(address or reverse("signed_out_here"))
    signals.signed_out.send(sender=type(account), request=request, response=response, account=account)
    signals.leaves.send(sender=type(account), request=request)
    return response


@never_cache
@require_GET
def signed_out(request: HttpRequest, key: str) -> HttpResponse:
    """Show which services have been notified of the sign-out; the page reloads automatically."""
    notices = list(logout.notices_of(key))
    waiting = any(not notice.done_at and not notice.gave_up_at for notice in notices)
    response = render(request, "sso/signed_out.html", {"notices": notices, "waiting": waiting})
    if waiting:
        response.headers["Refresh"] = "2"
    return response


def _stopped(request: HttpRequest) -> HttpResponse:
    return render(request, "sso/stopped.html", {"kind": "logout"}, status=400)
