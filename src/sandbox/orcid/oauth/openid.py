"""OpenID Connect as ORCID implements it: discovery, keys, userinfo, id_token."""

import hashlib
import uuid
from typing import Any, Final

import msgspec
from aiohttp import web

from sandbox.orcid.oauth import scopes
from sandbox.orcid.oauth.access import bearer
from sandbox.orcid.oauth.keys import encoded
from sandbox.orcid.oauth.tokens import Code, Token
from sandbox.orcid.records.people import IDENTITY_SITE, Person
from sandbox.orcid.state import OrcidState
from sandbox.orcid.wire.answers import STATE, site

routes = web.RouteTableDef()

_DAY: Final = 24 * 3600


@routes.get("/.well-known/openid-configuration")
async def discovery(request: web.Request) -> web.Response:
    """Return the discovery document: no PKCE, no end of session, no introspection."""
    here = site(request)
    return _json(
        {
            "issuer": here,
            "authorization_endpoint": f"{here}/oauth/authorize",
            "token_endpoint": f"{here}/oauth/token",
            "userinfo_endpoint": f"{here}/oauth/userinfo",
            "jwks_uri": f"{here}/oauth/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "response_types_supported": ["code", "id_token", "id_token token"],
            "grant_types_supported": ["authorization_code", "implicit", "refresh_token"],
            "scopes_supported": ["openid"],
            "claims_supported": ["family_name", "given_name", "name", "auth_time", "iss", "sub"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "subject_types_supported": ["public"],
            "claims_parameter_supported": False,
        },
    )


@routes.get("/oauth/jwks")
async def keys(request: web.Request) -> web.Response:
    """Publish the key, without ``alg``."""
    return _json({"keys": [request.app[STATE].key.as_jwk()]})


@routes.get("/oauth/userinfo")
@routes.post("/oauth/userinfo")
async def userinfo(request: web.Request) -> web.Response:
    """Return the public name of the token's owner; never an e-mail address."""
    state = request.app[STATE]
    token = state.tokens.by_access.get(await _token_sent(request) or "")
    person = state.people.get(token.orcid_id or "") if token else None
    if (
        token is None
        or person is None
        or not token.is_live(state.now())
        or "/authenticate" not in scopes.granted_by(token.scopes)
    ):
        # The hyphen in the second key is ORCID's.
        return _json(
            {"error": "access_denied", "error-description": "access_token is invalid"},
            status=403,
        )
    public = person.name_public
    return _json(
        {
            "id": f"{IDENTITY_SITE}/{person.orcid_id}",
            "sub": person.orcid_id,
            "name": person.credit_name if public else None,
            "family_name": person.family_name if public else None,
            "given_name": person.given_names if public else None,
        },
    )


def id_token(state: OrcidState, code: Code, token: Token, *, issuer: str) -> str:
    """Return the signed statement about who signed in."""
    person = state.people[code.orcid_id]
    now = int(state.now())
    half = hashlib.sha256(token.access.encode()).digest()[:16]
    claims: dict[str, Any] = {
        "at_hash": encoded(half),
        "aud": code.client_id,
        "sub": code.orcid_id,
        "auth_time": int(code.signed_in_at),
        # A string, where the standard has a list.
        "amr": "mfa" if person.second_factor else "pwd",
        "iss": issuer,
        "exp": now + _DAY,
        "iat": now,
        "jti": str(uuid.uuid4()),
    }
    if code.nonce:
        claims["nonce"] = code.nonce
    claims.update(_public_names(person))
    return state.key.signed(claims)


def _public_names(person: Person) -> dict[str, str]:
    """Return the names that are public: without any, the claims are absent."""
    if not person.name_public:
        return {}
    names = {
        "name": person.display_name,
        "given_name": person.given_names,
        "family_name": person.family_name,
    }
    return {key: value for key, value in names.items() if value}


async def _token_sent(request: web.Request) -> str | None:
    found = bearer(request)
    if found or request.method != "POST":
        return found
    return str((await request.post()).get("access_token", "")) or None


def _json(content: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(
        status=status,
        body=msgspec.json.encode(content),
        content_type="application/json",
        charset="UTF-8",
        headers={"Access-Control-Allow-Origin": "*"},
    )
