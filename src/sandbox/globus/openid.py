"""Discovery, keys, claims and userinfo."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from sandbox.globus import quirks
from sandbox.globus.browser import STATE
from sandbox.globus.identities import Login
from sandbox.globus.keys import ALGORITHM
from sandbox.globus.quirks import UserinfoQuirk
from sandbox.globus.state import TOKEN_LIFE, VIEW_IDENTITY_SET, Code, GlobusState

routes = web.RouteTableDef()
ISSUER: Final[web.AppKey[Callable[[], str]]] = web.AppKey("issuer", Callable)  # type: ignore[arg-type]
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@routes.get("/.well-known/openid-configuration")
async def discovery(request: web.Request) -> web.Response:
    """Return the discovery document of the real provider, with our addresses."""
    issuer = request.app[ISSUER]()
    return web.json_response(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/v2/oauth2/authorize",
            "userinfo_endpoint": f"{issuer}/v2/oauth2/userinfo",
            "token_endpoint": f"{issuer}/v2/oauth2/token",
            "revocation_endpoint": f"{issuer}/v2/oauth2/token/revoke",
            "jwks_uri": f"{issuer}/jwk.json",
            "response_types_supported": ["code", "token", "token id_token", "id_token"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "claims_supported": [
                *(
                    "at_hash",
                    "aud",
                    "email",
                    "exp",
                    "name",
                    "nonce",
                    "preferred_username",
                    "iat",
                    "iss",
                    "sub",
                ),
            ],
            "subject_types_supported": ["public"],
        }
    )


@routes.get("/jwk.json")
async def jwks(request: web.Request) -> web.Response:
    """Publish the keys."""
    return web.json_response(request.app[STATE].keys.as_jwks())


@routes.get("/v2/oauth2/userinfo")
@routes.post("/v2/oauth2/userinfo")
async def userinfo(request: web.Request) -> web.Response:
    """Return the claims of the person of a token, which must be in the Authorization header."""
    state = request.app[STATE]
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    token = state.live_token(value) if scheme.lower() == "bearer" else None
    if token is None or token.is_refresh:
        return _refused(401, "UNAUTHORIZED", "Call must be authenticated")
    if "openid" not in token.scopes:
        return _refused(403, "FORBIDDEN", "The token lacks the scope openid")
    claims = claims_about(token.login, token.scopes)
    if state.quirks.userinfo is UserinfoQuirk.OTHER_SUB:
        claims["sub"] = "00000000-0000-4000-8000-0000000000ee"
    elif state.quirks.userinfo is UserinfoQuirk.NO_IDENTITY_SET:
        claims.pop("identity_set", None)
    return web.json_response(claims, headers=_NO_STORE)


def claims_about(login: Login, scopes: frozenset[str]) -> dict[str, Any]:
    """Return the claims of these scopes, always of the primary identity."""
    primary = login.primary
    claims: dict[str, Any] = {"sub": primary.sub}
    if "profile" in scopes:
        claims |= {
            "name": primary.name,
            "preferred_username": primary.username,
            "organization": primary.organization,
            "identity_provider": primary.provider_id,
            "identity_provider_display_name": primary.provider_name,
            "last_authentication": primary.last_authentication,
        }
    if "email" in scopes:
        claims["email"] = primary.email
    if VIEW_IDENTITY_SET in scopes:
        claims["identity_set"] = [identity.described(scopes) for identity in login.account]
    return claims


def id_token_for(code: Code, *, access_token: str, issuer: str, state: GlobusState) -> str | None:
    """Return the id_token for this access token."""
    now = state.now()
    claims = {
        **claims_about(code.login, code.scopes),
        "iss": issuer,
        "aud": code.client_id,
        "iat": now,
        "exp": now + TOKEN_LIFE,
        "at_hash": _half_hash(access_token),
    }
    if code.nonce is not None:
        claims["nonce"] = code.nonce
    if code.with_auth_time:
        claims["auth_time"] = code.login.at
    return quirks.id_token(claims, keys=state.keys, quirk=state.quirks.id_token)


def _half_hash(access_token: str) -> str:
    digest = hashlib.sha512(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def _refused(status: int, code: str, detail: str) -> web.Response:
    problem = {"status": str(status), "code": code, "title": code.capitalize(), "detail": detail}
    return web.json_response({"errors": [problem]}, status=status, headers=_NO_STORE)
