"""What services call: discovery, keys, token, userinfo, revocation, introspection, and the like."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error, UnauthorizedClientError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from profiles.sso import keys, limits
from profiles.sso.models import Token
from profiles.sso.protocol import devices, grants, pending, provider
from profiles.sso.protocol.client_auth import Client
from profiles.sso.protocol.scopes import for_people
from profiles.sso.protocol.server import METHODS, Request, server
from profiles.sso.subjects import claims_about, subject_of

_FORM: Final = "application/x-www-form-urlencoded"


def _static(view: Callable[[], tuple[bytes, str]]) -> Callable[[HttpRequest], HttpResponse]:
    """Serve a document that is made once, open to scripts of other hosts, with an ETag."""

    @wraps(view)
    def serve(request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        body, etag = view()
        if request.META.get("HTTP_IF_NONE_MATCH") == etag:
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(body, content_type="application/json")
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = f"public, max-age={keys.CACHE_SECONDS}"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return serve


@_static
def discovery() -> tuple[bytes, str]:
    """Describe ourselves; the same at both well-known addresses."""
    return provider.document()


@_static
def key_set() -> tuple[bytes, str]:
    """Publish the public keys."""
    ring = keys.ring()
    return ring.document, ring.etag


def for_services(
    *, scripts: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a POST endpoint: parameters in the body only, each once, answers never stored.

    ``scripts``: pages of other hosts may call it; never with cookies.
    """

    def decorate(view: Callable[[HttpRequest, Request], HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @limits.by_address
        @wraps(view)
        def endpoint(request: HttpRequest) -> HttpResponse:
            if scripts and request.method == "OPTIONS":
                return _no_store(HttpResponse(status=204), scripts=True)
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            try:
                response = view(request, _request_of(request))
            except OAuth2Error as error:
                response = server().handle_error_response(request, error)
            return _no_store(response, scripts=scripts)

        return endpoint

    return decorate


def _request_of(request: HttpRequest) -> Request:
    """Read the form.

    Raises:
        InvalidRequestError: a parameter stands in the address or twice, or the body is no form.
    """
    if request.META.get("QUERY_STRING"):
        raise InvalidRequestError("Parameters belong in the body.")
    if request.content_type != _FORM:
        raise InvalidRequestError("The body must be a form.")
    proof = request.META.get("HTTP_AUTHORIZATION")
    return Request("POST", _single(request.POST), {"Authorization": proof} if proof else {})


def _single(form: Any) -> dict[str, str]:
    """Return the parameters; empty ones count as absent (RFC 6749, 3.1).

    Raises:
        InvalidRequestError: one is there twice, or holds what no parameter holds.
    """
    for name in form:
        values = form.getlist(name)
        if len(values) > 1:
            raise InvalidRequestError("A parameter is repeated.")
        if "\x00" in values[0] or "\x00" in name:
            raise InvalidRequestError("A parameter is not text.")
    return {name: str(value) for name, value in form.items() if value}


def _no_store(response: HttpResponse, *, scripts: bool) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    if scripts:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
    return response


@for_services(scripts=True)
def token(_request: HttpRequest, asked: Request) -> HttpResponse:
    """Hand out tokens."""
    if "grant_type" not in asked.form:
        raise InvalidRequestError("grant_type is missing.")
    response: HttpResponse = server().create_token_response(asked)
    return response


@for_services(scripts=True)
def revoke(_request: HttpRequest, asked: Request) -> HttpResponse:
    """Take a token back; whoever is not its holder learns nothing and changes nothing (RFC 7009)."""
    client = server().authenticate_client(asked, METHODS, "revocation")
    held = _named_token(asked)
    if held is not None and held.grant.party_id == client.party.pk:
        grants.revoke_token(held)
    return JsonResponse({})


@for_services()
def introspect(_request: HttpRequest, asked: Request) -> HttpResponse:
    """Tell a token's own client, or one of our APIs, what stands behind it (RFC 7662)."""
    client = server().authenticate_client(asked, METHODS[:-1], "introspection")
    held = _named_token(asked)
    mine = held is not None and (held.grant.party_id == client.party.pk or client.party.may_introspect)
    if held is None or not mine or not grants.is_alive(held):
        return JsonResponse({"active": False})
    grant = held.grant
    said: dict[str, Any] = {
        "active": True,
        "iss": provider.issuer(),
        "client_id": grant.party.client_id,
        "aud": grant.party.client_id,
        "scope": held.scope,
        "token_type": "refresh_token" if held.is_refresh else "Bearer",
        "iat": int(held.made_at.timestamp()),
        "exp": int(held.ends_at.timestamp()),
        "sub": subject_of(grant.account_id, client.party) if grant.account_id else grant.party.client_id,
    }
    if grant.account is not None and "orcid" in held.scope.split():
        said["username"] = grant.account.orcid_id
    return JsonResponse(said)


def _named_token(asked: Request) -> Token | None:
    value = asked.form.get("token")
    if not value:
        raise InvalidRequestError("token is missing.")
    # A hint is only a hint: both kinds are found by the same digest.
    return grants.token_of(value)


@for_services()
def push(_request: HttpRequest, asked: Request) -> HttpResponse:
    """Take in an authorization request before its person comes (RFC 9126)."""
    client: Client = server().authenticate_client(asked, METHODS, "pushed_authorization_request")
    return JsonResponse(pending.push(client, asked.form), status=201)


@for_services()
def device(_request: HttpRequest, asked: Request) -> HttpResponse:
    """Begin a device's way in (RFC 8628)."""
    client: Client = server().authenticate_client(asked, METHODS, "device_authorization")
    if not client.check_grant_type(provider.DEVICE):
        raise UnauthorizedClientError("The client may not use devices.")
    scope = for_people(client.get_allowed_scope(asked.payload.scope).split())
    said = devices.begin(client.party, " ".join(scope))
    page = f"{provider.issuer()}{reverse('device')}"
    said |= {"verification_uri": page, "verification_uri_complete": f"{page}?user_code={said['user_code']}"}
    return JsonResponse(said)


@csrf_exempt
@limits.by_address
def userinfo(request: HttpRequest) -> HttpResponse:
    """Tell the holder of an access token what it may know (OpenID Connect Core, 5.3)."""
    if request.method == "OPTIONS":
        return _no_store(HttpResponse(status=204), scripts=True)
    if request.method not in {"GET", "POST"}:
        return HttpResponseNotAllowed(["GET", "POST"])
    return _no_store(_userinfo(request), scripts=True)


def _userinfo(request: HttpRequest) -> HttpResponse:
    words = request.META.get("HTTP_AUTHORIZATION", "").split()
    if len(words) != 2 or words[0].lower() != "bearer":  # noqa: PLR2004  scheme and token
        return _challenge("", 401)
    if "access_token" in request.GET or "access_token" in request.POST:
        return _challenge("invalid_request", 400)
    held = grants.token_of(words[1])
    if held is None or held.is_refresh or held.grant.account is None or not grants.is_alive(held):
        return _challenge("invalid_token", 401)
    if "openid" not in held.scope.split():
        return _challenge("insufficient_scope", 403)
    return JsonResponse(claims_about(held.grant, held.scope))


def _challenge(error: str, status: int) -> HttpResponse:
    response = JsonResponse({"error": error} if error else {}, status=status)
    detail = f', error="{error}"' if error else ""
    response.headers["WWW-Authenticate"] = f'Bearer realm="{provider.issuer()}"{detail}'
    return response
