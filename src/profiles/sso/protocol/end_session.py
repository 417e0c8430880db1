"""Sign-out at the wish of a relying party, and the page that shows how far a sign-out has come."""

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

_KNOWN: Final = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


class UnsureError(Exception):
    """The request contradicts itself or a registration: nothing is done, nobody is sent anywhere."""


@never_cache
@csrf_exempt
@require_http_methods(["GET", "POST"])
@limits.by_address
def end_session(request: HttpRequest) -> HttpResponse:
    """Take in a wish to sign out. Only one that shows an ID token of this very session is obeyed unasked."""
    given = request.POST if request.method == "POST" else request.GET
    if any(len(given.getlist(name)) > 1 for name in given):
        return _stopped(request)
    asked = {name: str(given[name]) for name in _KNOWN if given.get(name)}
    try:
        party, said = _read(asked)
    except UnsureError:
        return _stopped(request)
    if request.method == "POST":
        # The browser keeps our cookie back from a form of another site; it comes with the next address.
        return see_other(f"{reverse('end_session')}?{urlencode(asked)}")
    account, presence = person_of(request), presence_of(request)
    if account is None or (said and _is_this_session(said, account, presence.sid, party)):
        return _out(request, account, asked)
    return render(request, "sso/sign_out.html", {"party": party, "asked": asked})


@never_cache
@require_POST
def confirm_end(request: HttpRequest) -> HttpResponse:
    """Sign out after a yes; a no leads back to our own pages."""
    asked = {name: request.POST[name] for name in _KNOWN if request.POST.get(name)}
    try:
        _read(asked)
    except UnsureError:
        return _stopped(request)
    if request.POST.get("answer") != "yes":
        return see_other(reverse("settings"))
    return _out(request, person_of(request), asked)


def _read(asked: dict[str, str]) -> tuple[RelyingParty | None, dict[str, Any] | None]:
    """Return who asks, and what the ID token says that came along.

    Raises:
        UnsureError: see there.
    """
    said = None
    if "id_token_hint" in asked:
        try:
            said = id_tokens.read_hint(asked["id_token_hint"])
        except id_tokens.HintError:
            raise UnsureError from None
    named = str(said["aud"]) if said else asked.get("client_id", "")
    client = find_client(named)
    if named and (client is None or asked.get("client_id", named) != named):
        raise UnsureError
    address = asked.get("post_logout_redirect_uri")
    if address and (client is None or address not in client.party.logout_return_uris):
        raise UnsureError
    return (client.party if client else None), said


def _is_this_session(said: dict[str, Any], account: Account, sid: str, party: RelyingParty | None) -> bool:
    return party is not None and said.get("sid") == sid and id_tokens.is_about(said, account.pk, party)


def _out(request: HttpRequest, account: Account | None, asked: dict[str, str]) -> HttpResponse:
    """End the session, tell everybody, and go where the relying party registered."""
    address = asked.get("post_logout_redirect_uri", "")
    if address and "state" in asked:
        address += f"{'&' if '?' in address else '?'}{urlencode({'state': asked['state']})}"
    response = see_other(address or "/")
    signals.signed_out.send(sender=type(account), request=request, response=response, account=account)
    signals.leaves.send(sender=type(account), request=request)
    return response


@never_cache
@require_GET
def signed_out(request: HttpRequest, key: str) -> HttpResponse:
    """Show which services know by now that the person is signed out; the page looks again by itself."""
    notices = list(logout.notices_of(key))
    waiting = any(not one.done_at and not one.gave_up_at for one in notices)
    response = render(request, "sso/signed_out.html", {"notices": notices, "waiting": waiting})
    if waiting:
        response.headers["Refresh"] = "2"
    return response


def _stopped(request: HttpRequest) -> HttpResponse:
    return render(request, "sso/stopped.html", {"kind": "logout"}, status=400)
