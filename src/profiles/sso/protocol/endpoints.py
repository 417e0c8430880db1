"""Endpoints that services call: discovery, keys, token, userinfo, revocation, introspection and others."""

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
    """Serve a static document with an ETag; scripts of other hosts may read it."""

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
    """Serve the provider metadata, the same at both well-known addresses."""
    return provider.document()


@_static
def key_set() -> tuple[bytes, str]:
    """Publish the public keys."""
    ring = keys.ring()
    return ring.document, ring.etag


def for_services(
    *, scripts: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Build a POST endpoint: parameters only in the body, each once, responses never cached.

    ``scripts``: pages of other hosts may call it, without cookies.
    """

    def decorate(view: Callable[[HttpRequest, Request], HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @limits.limit_failures
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
        InvalidRequestError: a parameter is in the address or repeated, or the body is not a form.
    """
    if request.META.get("QUERY_STRING"):
        raise InvalidRequestError("Parameters belong in the body.")
    if request.content_type != _FORM:
        raise InvalidRequestError("The body must be a form.")
    authorization = request.META.get("HTTP_AUTHORIZATION")
    return Request("POST", _single(request.POST), {"Authorization": authorization} if authorization else {})


def _single(form: Any) -> dict[str, str]:
    """Return the parameters; empty ones count as absent (RFC 6749, 3.1).

    Raises:
        InvalidRequestError: one is repeated, or contains a NUL character.
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
def token(_request: HttpRequest, oauth_request: Request) -> HttpResponse:
    """Issue tokens."""
    if "grant_type" not in oauth_request.form:
        raise InvalidRequestError("grant_type is missing.")
    response: HttpResponse = server().create_token_response(oauth_request)
    return response


@for_services(scripts=True)
def revoke(_request: HttpRequest, oauth_request: Request) -> HttpResponse:
    """Revoke a token (RFC 7009); a client that is not its holder learns and changes nothing."""
    client = server().authenticate_client(oauth_request, METHODS, "revocation")
    stored_token = _requested_token(oauth_request)
    if stored_token is not None and stored_token.grant.party_id == client.party.pk:
        grants.revoke_token(stored_token)
    return JsonResponse({})


@for_services()
def introspect(_request: HttpRequest, oauth_request: Request) -> HttpResponse:
    """Describe a token to its own client, or to one of our APIs (RFC 7662)."""
    client = server().authenticate_client(oauth_request, METHODS[:-1], "introspection")
    stored_token = _requested_token(oauth_request)
    is_allowed = stored_token is not None and (
        stored_token.grant.party_id == client.party.pk or client.party.may_introspect
    )
    if stored_token is None or not is_allowed or not grants.is_alive(stored_token):
        return JsonResponse({"active": False})
    grant = stored_token.grant
    content: dict[str, Any] = {
        "active": True,
        "iss": provider.issuer(),
        "client_id": grant.party.client_id,
        "aud": grant.party.client_id,
        "scope": stored_token.scope,
        "token_type": "refresh_token" if stored_token.is_refresh else "Bearer",
        "iat": int(stored_token.made_at.timestamp()),
        "exp": int(stored_token.ends_at.timestamp()),
        "sub": subject_of(grant.account_id, client.party) if grant.account_id else grant.party.client_id,
    }
    if grant.account is not None and "orcid" in stored_token.scope.split():
        content["username"] = grant.account.orcid_id
    return JsonResponse(content)


def _requested_token(oauth_request: Request) -> Token | None:
    value = oauth_request.form.get("token")
    if not value:
        raise InvalidRequestError("token is missing.")
    # A hint is only a hint: both kinds are found by the same digest.
    return grants.token_of(value)


@for_services()
def push(_request: HttpRequest, oauth_request: Request) -> HttpResponse:
    """Accept a pushed authorization request (RFC 9126)."""
    client: Client = server().authenticate_client(oauth_request, METHODS, "pushed_authorization_request")
    return JsonResponse(pending.push(client, oauth_request.form), status=201)


@for_services()
def device(_request: HttpRequest, oauth_request: Request) -> HttpResponse:
    """Start the authorization of a device (RFC 8628)."""
    client: Client = server().authenticate_client(oauth_request, METHODS, "device_authorization")
    if not client.check_grant_type(provider.DEVICE):
        raise UnauthorizedClientError("The client may not use devices.")
    scope = for_people(client.get_allowed_scope(oauth_request.payload.scope).split())
    content = devices.start(client.party, " ".join(scope))
    page = f"{provider.issuer()}{reverse('device')}"
    content |= {
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={content['user_code']}",
    }
    return JsonResponse(content)


@csrf_exempt
@limits.limit_failures
def userinfo(request: HttpRequest) -> HttpResponse:
    """Return the claims that an access token allows (OpenID Connect Core, 5.3)."""
    if request.method == "OPTIONS":
        return _no_store(HttpResponse(status=204), scripts=True)
    if request.method not in {"GET", "POST"}:
        return HttpResponseNotAllowed(["GET", "POST"])
    return _no_store(_userinfo(request), scripts=True)


def _userinfo(request: HttpRequest) -> HttpResponse:
    parts = request.META.get("HTTP_AUTHORIZATION", "").split()
    if len(parts) != 2 or parts[0].lower() != "bearer":  # noqa: PLR2004  scheme and token
        return _challenge("", 401)
    if "access_token" in request.GET or "access_token" in request.POST:
        return _challenge("invalid_request", 400)
    stored_token = grants.token_of(parts[1])
    if (
        stored_token is None
        or stored_token.is_refresh
        or stored_token.grant.account is None
        or not grants.is_alive(stored_token)
    ):
        return _challenge("invalid_token", 401)
    if "openid" not in stored_token.scope.split():
        return _challenge("insufficient_scope", 403)
    return JsonResponse(claims_about(stored_token.grant, stored_token.scope))


def _challenge(error: str, status: int) -> HttpResponse:
    response = JsonResponse({"error": error} if error else {}, status=status)
    detail = f', error="{error}"' if error else ""
    response.headers["WWW-Authenticate"] = f'Bearer realm="{provider.issuer()}"{detail}'
    return response
