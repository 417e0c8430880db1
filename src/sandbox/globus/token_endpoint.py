"""The token endpoints: exchange, refresh, revoke, introspect."""

import base64
import binascii
import hashlib
import secrets
from typing import Any, Final
from urllib.parse import unquote_plus

from aiohttp import web

from sandbox.globus.browser import STATE
from sandbox.globus.openid import ISSUER, id_token_for
from sandbox.globus.state import TOKEN_LIFE, Client, Code, GlobusState, Token

routes = web.RouteTableDef()
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_REFRESH_LIFE: Final = 180 * 86_400


class TokenError(Exception):
    """A refusal of RFC 6749, section 5.2."""

    def __init__(self, error: str, description: str = "", *, status: int = 400) -> None:
        """Take the error code and its description."""
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


@web.middleware
async def explained(request: web.Request, handler: Any) -> web.StreamResponse:
    """Convert refusals into responses."""
    try:
        response: web.StreamResponse = await handler(request)
    except TokenError as refusal:
        body = {"error": refusal.error}
        if refusal.description:
            body["error_description"] = refusal.description
        headers = dict(_NO_STORE)
        if refusal.status == web.HTTPUnauthorized.status_code:
            headers["WWW-Authenticate"] = 'Basic realm="globus"'
        return web.json_response(body, status=refusal.status, headers=headers)
    return response


@routes.post("/v2/oauth2/token")
async def token(request: web.Request) -> web.Response:
    """Exchange a code or a refresh token."""
    form, client = await _from_client(request)
    grant = form.get("grant_type", "")
    if grant == "authorization_code":
        answer = _exchanged(form, client, request.app[STATE], request.app[ISSUER]())
    elif grant == "refresh_token":
        answer = _refreshed(form, client, request.app[STATE])
    else:
        raise TokenError("unsupported_grant_type")
    return web.json_response(answer, headers=_NO_STORE)


@routes.post("/v2/oauth2/token/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Revoke a token; an unknown token is not an error."""
    form, client = await _from_client(request)
    state = request.app[STATE]
    known = state.tokens.get(form.get("token", ""))
    if known and known.client_id == client.client_id:
        del state.tokens[form["token"]]
    return web.json_response({"active": False}, headers=_NO_STORE)


@routes.post("/v2/oauth2/token/introspect")
async def introspect(request: web.Request) -> web.Response:
    """Describe a token of the calling client; ``include=session_info`` adds how the person signed in."""
    form, client = await _from_client(request)
    known = request.app[STATE].live_token(form.get("token", ""))
    if known is None or known.client_id != client.client_id:
        return web.json_response({"active": False}, headers=_NO_STORE)
    primary = known.login.primary
    answer: dict[str, Any] = {
        "active": True,
        "token_type": "Bearer",
        "scope": " ".join(sorted(known.scopes)),
        "client_id": known.client_id,
        "username": primary.username,
        "name": primary.name,
        "email": primary.email,
        "sub": primary.sub,
        "aud": ["auth.globus.org", known.client_id],
        "iss": request.app[ISSUER](),
        "exp": int(known.expires_at),
    }
    wanted = form.get("include", "").split(",")
    if "identity_set" in wanted:
        answer["identity_set"] = [identity.sub for identity in known.login.account]
    if "session_info" in wanted:
        used = known.login.identity
        strong = used.second_factor
        session = {
            "idp": used.provider_id,
            "auth_time": known.login.at,
            "acr": "https://refeds.org/profile/mfa" if strong else None,
            "amr": ["pwd", "mfa"] if strong else ["pwd"],
            "custom_claims": {},
        }
        answer["session_info"] = {"session_id": primary.sub, "authentications": {used.sub: session}}
    return web.json_response(answer, headers=_NO_STORE)


async def _from_client(request: web.Request) -> tuple[dict[str, str], Client]:
    fields = await request.post()
    if any(len(fields.getall(name)) > 1 for name in fields):
        raise TokenError("invalid_request", "A parameter is there twice.")
    form = {name: str(value) for name, value in fields.items()}
    basic = _basic(request.headers.get("Authorization", ""))
    client_id, secret = basic or (form.get("client_id", ""), form.get("client_secret", ""))
    client = request.app[STATE].clients.get(client_id)
    if client is None or not secrets.compare_digest(client.client_secret.encode(), secret.encode()):
        raise TokenError("invalid_client", status=401)
    return form, client


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise TokenError("invalid_client", status=401) from None
    return unquote_plus(client_id), unquote_plus(secret)


def _exchanged(form: dict[str, str], client: Client, state: GlobusState, issuer: str) -> dict[str, Any]:
    code = state.codes.get(form.get("code", ""))
    if code is None or code.client_id != client.client_id or code.expires_at <= state.now():
        raise TokenError("invalid_grant")
    if code.spent:
        # The code leaked: revoke the tokens that were issued for it (RFC 6749, 4.1.2).
        for value in code.tokens:
            state.tokens.pop(value, None)
        raise TokenError("invalid_grant")
    if form.get("redirect_uri", "") != code.redirect_uri:
        raise TokenError("invalid_grant", "The redirect_uri is not that of the authorize request.")
    _check_verifier(code, form.get("code_verifier"))
    code.spent = True
    answer = _issue(state, client, code)
    id_token = id_token_for(code, access_token=answer["access_token"], issuer=issuer, state=state)
    if id_token is not None and "openid" in code.scopes:
        answer["id_token"] = id_token
    return answer


def _issue(state: GlobusState, client: Client, code: Code) -> dict[str, Any]:
    access = f"Ag{secrets.token_urlsafe(48)}"
    state.tokens[access] = Token(client.client_id, code.scopes, code.login, state.now() + TOKEN_LIFE)
    code.tokens.append(access)
    answer: dict[str, Any] = {
        "access_token": access,
        "scope": " ".join(sorted(code.scopes)),
        "expires_in": TOKEN_LIFE,
        "token_type": "Bearer",
        "resource_server": "auth.globus.org",
        "other_tokens": [],
    }
    if code.offline:
        refresh = f"Ag{secrets.token_urlsafe(48)}"
        life = state.now() + _REFRESH_LIFE
        state.tokens[refresh] = Token(client.client_id, code.scopes, code.login, life, is_refresh=True)
        code.tokens.append(refresh)
        answer["refresh_token"] = refresh
    return answer


def _refreshed(form: dict[str, str], client: Client, state: GlobusState) -> dict[str, Any]:
    known = state.live_token(form.get("refresh_token", ""))
    if known is None or not known.is_refresh or known.client_id != client.client_id:
        raise TokenError("invalid_grant")
    access = f"Ag{secrets.token_urlsafe(48)}"
    state.tokens[access] = Token(client.client_id, known.scopes, known.login, state.now() + TOKEN_LIFE)
    return {
        "access_token": access,
        "scope": " ".join(sorted(known.scopes)),
        "expires_in": TOKEN_LIFE,
        "token_type": "Bearer",
        "resource_server": "auth.globus.org",
        "other_tokens": [],
    }


def _check_verifier(code: Code, verifier: str | None) -> None:
    if code.challenge is None:
        if verifier:
            raise TokenError("invalid_grant", "There was no code_challenge.")
        return
    digest = hashlib.sha256((verifier or "").encode()).digest()
    given = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not secrets.compare_digest(given, code.challenge):
        raise TokenError("invalid_grant", "The code_verifier does not fit the code_challenge.")
