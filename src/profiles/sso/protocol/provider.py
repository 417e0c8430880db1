"""The provider's metadata: endpoints and discovery. The issuer comes from the settings only."""

import hashlib
import json
from functools import cache
from typing import Any, Final

from authlib.oauth2 import rfc8414, rfc9207
from authlib.oidc.discovery import OpenIDProviderMetadata
from django.conf import settings

from profiles.domain.access.assurance import MFA, SFA
from profiles.sso.protocol.scopes import SCOPES

CODE: Final = "authorization_code"
REFRESH: Final = "refresh_token"
MACHINE: Final = "client_credentials"
DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
GRANT_TYPES: Final = (CODE, REFRESH, MACHINE, DEVICE)
AUTH_METHODS: Final = ("client_secret_basic", "client_secret_post", "private_key_jwt", "none")
ASSERTION_ALGORITHMS: Final = ("RS256", "PS256", "ES256")

AUTHORIZE: Final = "oauth/authorize"
TOKEN: Final = "oauth/token"  # noqa: S105  an address
USERINFO: Final = "oauth/userinfo"
REVOKE: Final = "oauth/revoke"
INTROSPECT: Final = "oauth/introspect"
PUSH: Final = "oauth/par"
DEVICE_CODE: Final = "oauth/device"
END_SESSION: Final = "oauth/logout"
KEYS: Final = ".well-known/jwks.json"


def issuer() -> str:
    """Return the issuer."""
    return str(settings.ENVIRONMENT.PROFILES_URL)


def metadata() -> dict[str, Any]:
    """Return the provider metadata (OpenID Connect Discovery, RFC 8414)."""
    base = issuer()
    methods = list(AUTH_METHODS)
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/{AUTHORIZE}",
        "token_endpoint": f"{base}/{TOKEN}",
        "userinfo_endpoint": f"{base}/{USERINFO}",
        "jwks_uri": f"{base}/{KEYS}",
        "revocation_endpoint": f"{base}/{REVOKE}",
        "introspection_endpoint": f"{base}/{INTROSPECT}",
        "pushed_authorization_request_endpoint": f"{base}/{PUSH}",
        "device_authorization_endpoint": f"{base}/{DEVICE_CODE}",
        "end_session_endpoint": f"{base}/{END_SESSION}",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        "scopes_supported": [name for name, scope in SCOPES.items() if not scope.ours_only],
        "claims_supported": sorted(
            {claim for scope in SCOPES.values() for claim in scope.claims}
            | {"iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "amr", "acr"}
        ),
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": methods[:-1],
        "introspection_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "acr_values_supported": [SFA, MFA],
        "ui_locales_supported": [code for code, _name in settings.LANGUAGES],
        "authorization_response_iss_parameter_supported": True,
        "require_pushed_authorization_requests": False,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "frontchannel_logout_supported": False,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "service_documentation": f"{base}/",
    }


@cache
def document() -> tuple[bytes, str]:
    """Return the discovery document, checked against the standards once, and its ETag."""
    content = metadata()
    if content["issuer"].startswith("https:"):
        OpenIDProviderMetadata(content).validate()
        rfc8414.AuthorizationServerMetadata(content).validate([rfc9207.AuthorizationServerMetadata])
    body = json.dumps(content, separators=(",", ":")).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
