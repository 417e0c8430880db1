"""The token and revoke endpoints, with the real statuses of orcid.org."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from aiohttp import web

from sandbox.orcid.oauth import scopes
from sandbox.orcid.oauth import tokens as t
from sandbox.orcid.oauth.openid import id_token
from sandbox.orcid.records.people import Client, RecordStatus
from sandbox.orcid.state import OrcidState
from sandbox.orcid.wire.answers import STATE, site

routes = web.RouteTableDef()

_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FORM: Final = "application/x-www-form-urlencoded"
# The proxy in front of the authorization server hands on these and nothing else: a code_verifier, a
# revoke_old or an expires_in never arrives.
_HANDED_ON: Final = frozenset(
    ("client_id", "client_secret", "grant_type", "code", "redirect_uri", "refresh_token", "scope"),
)


class GrantRefusedError(Exception):
    """Raised when the token endpoint refuses a request."""

    def __init__(self, status: int, error: str, description: str) -> None:
        """Take the error code and its description."""
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class _Asked:
    client: Client
    form: dict[str, str]


@routes.post("/oauth/token")
async def token(request: web.Request) -> web.Response:
    """Exchange a code, refresh a pair, or issue a client its own token."""
    if request.content_type != _FORM:
        return web.Response(status=415)
    try:
        asked = await _asked(request)
        answer = _grant(request, asked)
    except GrantRefusedError as refusal:
        return _json(refusal.status, {"error": refusal.error, "error_description": refusal.description})
    return _json(200, answer, {"OAUTH_AUTHORIZATION_CODE_EXCHANGE": "ON"})


@routes.post("/oauth/revoke")
async def revoke(request: web.Request) -> web.Response:
    """Revoke a pair by either of its tokens; silently ignore unknown tokens and those of other clients."""
    form = {key: str(value) for key, value in (await request.post()).items()}
    state = request.app[STATE]
    try:
        client = _client(request, form, state)
    except GrantRefusedError as refusal:
        if refusal.error == "invalid_request":
            text = "Please provide client_id or Authorization header"
            return _json(400, {"error": "invalid_request", "error_description": text})
        return _json(refusal.status, {"error": refusal.error, "error_description": refusal.description})
    found = state.tokens.find(form.get("token", ""))
    if found and found.client_id == client.client_id:
        t.disable([found], t.CLIENT_REVOKED)
    return web.Response(status=200, headers={**_NO_STORE, "OAUTH_TOKEN_VALIDATION": "ON"})


async def _asked(request: web.Request) -> _Asked:
    form = {key: str(value) for key, value in (await request.post()).items() if key in _HANDED_ON}
    if not form.get("grant_type"):
        raise GrantRefusedError(400, "unsupported_grant_type", "grant_type is missing")
    client = _client(request, form, request.app[STATE])
    if client.status != "active":
        raise GrantRefusedError(400, "unauthorized_client", f"Client {client.client_id} is {client.status}")
    return _Asked(client, form)


def _client(request: web.Request, form: dict[str, str], state: OrcidState) -> Client:
    """Authenticate the client; with an Authorization header, credentials in the body are ignored.

    Raises:
        GrantRefusedError: credentials are missing or wrong; both with 401 on this host.
    """
    client_id, secret = form.get("client_id"), form.get("client_secret")
    if "Authorization" in request.headers:
        client_id, secret = _basic(request.headers["Authorization"])
    if not client_id or not secret:
        raise GrantRefusedError(401, "invalid_request", "client_id or client_secret is missing")
    client = state.clients.get(client_id)
    if client is None or client.client_secret != secret:
        raise GrantRefusedError(401, "invalid_client", "Client authentication failed")
    return client


def _basic(header: str) -> tuple[str | None, str | None]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None, None
    try:
        client_id, colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, None
    return (client_id, secret) if colon else (None, None)


def _grant(request: web.Request, asked: _Asked) -> dict[str, Any]:
    state = request.app[STATE]
    match asked.form["grant_type"]:
        case "authorization_code":
            return _exchange(state, asked, issuer=site(request))
        case "refresh_token":
            return _refresh(state, asked)
        case "client_credentials":
            return _own(state, asked)
        case other:
            raise GrantRefusedError(400, "unsupported_grant_type", f"Unsupported grant type: {other}")


def _exchange(state: OrcidState, asked: _Asked, *, issuer: str) -> dict[str, Any]:
    value = asked.form.get("code", "")
    code = state.tokens.codes.get(value)
    if code is None or code.client_id != asked.client.client_id:
        raise GrantRefusedError(400, "invalid_grant", f"Invalid authorization code: {value}")
    if code.used:
        # Repeating an exchange after a timeout revokes the tokens of the first one.
        t.disable(state.tokens.of_code(value), t.AUTH_CODE_REUSED)
        raise GrantRefusedError(400, "invalid_grant", f"Reused authorization code: {value}")
    if state.now() - code.made_at > t.CODE_LIFE:
        raise GrantRefusedError(400, "invalid_grant", f"Invalid authorization code: {value}")
    if asked.form.get("redirect_uri", "") != code.redirect_uri:
        raise GrantRefusedError(400, "invalid_grant", "Redirect URI mismatch.")
    if code.has_challenge:
        # The verifier never reaches the server that stores the challenge.
        raise GrantRefusedError(400, "invalid_grant", "The code verifier is missing")
    _require_active(state, code.orcid_id)
    code.used = True
    token = state.tokens.issue(
        client_id=code.client_id,
        orcid_id=code.orcid_id,
        scopes=code.scopes,
        now=state.now(),
        lasts=state.options.token_life,
        code=value,
    )
    answer = _answer(state, token)
    if "openid" in token.scopes:
        answer["id_token"] = id_token(state, code, token, issuer=issuer)
    return _with_configured_answer(state, token, answer)


def _refresh(state: OrcidState, asked: _Asked) -> dict[str, Any]:
    parent = state.tokens.by_refresh.get(asked.form.get("refresh_token", ""))
    if parent is None or parent.client_id != asked.client.client_id:
        raise GrantRefusedError(400, "invalid_grant", "Invalid refresh token")
    if parent.disabled is not None:
        raise GrantRefusedError(400, "invalid_grant", "Parent token is disabled")
    if parent.orcid_id:
        _require_active(state, parent.orcid_id)
    wanted = frozenset(asked.form.get("scope", "").split()) or parent.scopes
    if not wanted <= scopes.granted_by(parent.scopes):
        raise _scope_refused(min(wanted - scopes.granted_by(parent.scopes)))
    now = state.now()
    lasts = min(state.options.token_life, max(parent.expires_at - now, 0) or state.options.token_life)
    t.disable([parent], t.REFRESHED)
    token = state.tokens.issue(
        client_id=parent.client_id, orcid_id=parent.orcid_id, scopes=wanted, now=now, lasts=lasts
    )
    return _with_configured_answer(state, token, _answer(state, token))


def _own(state: OrcidState, asked: _Asked) -> dict[str, Any]:
    wanted = frozenset(asked.form.get("scope", "").split())
    for scope in sorted(wanted):
        if scope not in scopes.CLIENT_ONLY or scope not in asked.client.entitled:
            raise _scope_refused(scope)
    if not wanted:
        raise _scope_refused("")
    token = state.tokens.issue(
        client_id=asked.client.client_id, orcid_id=None, scopes=wanted, now=state.now()
    )
    answer = _answer(state, token)
    del answer["name"]
    return answer


def _answer(state: OrcidState, token: t.Token) -> dict[str, Any]:
    person = state.people.get(token.orcid_id or "")
    return {
        "access_token": token.access,
        "token_type": "bearer",
        "refresh_token": token.refresh,
        "expires_in": max(0, round(token.expires_at - token.made_at)),
        # The requested order is not kept.
        "scope": " ".join(sorted(token.scopes)),
        "name": person.public_name if person else None,
        "orcid": token.orcid_id,
    }


def _with_configured_answer(state: OrcidState, token: t.Token, answer: dict[str, Any]) -> dict[str, Any]:
    """Change or omit keys as the person's ``token_answer`` says."""
    person = state.people.get(token.orcid_id or "")
    for key, value in (person.token_answer if person else {}).items():
        if value == "absent":
            answer.pop(key, None)
        else:
            answer[key] = value
    return answer


def _require_active(state: OrcidState, orcid_id: str) -> None:
    status = state.people[orcid_id].status
    if status in (RecordStatus.DEACTIVATED, RecordStatus.DEPRECATED):
        raise GrantRefusedError(400, "unauthorized_client", f"The record {orcid_id} is {status.value}")


def _scope_refused(scope: str) -> GrantRefusedError:
    # 400 in ORCID's documentation, 401 in its code; the code decides.
    return GrantRefusedError(401, "invalid_scope", f"Invalid scope: {scope}")


def _json(status: int, content: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        status=status,
        body=msgspec.json.encode(content),
        content_type="application/json",
        charset="UTF-8",
        headers={**_NO_STORE, **(headers or {})},
    )
