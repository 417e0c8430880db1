"""Authorization requests of relying parties: parsed and validated."""

import re
from dataclasses import dataclass
from typing import Any, Final

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error, UnauthorizedClientError

from profiles.domain.access.assurance import wants_mfa
from profiles.sso.models import RelyingParty
from profiles.sso.protocol import id_tokens
from profiles.sso.protocol.client_auth import Client, find_client
from profiles.sso.protocol.scopes import OPENID, for_people

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""SHA-256, in base64url (RFC 7636, 4.2)."""
_NEITHER: Final = (
    "PKCE is missing: send code_challenge with code_challenge_method=S256, or send a nonce and let DataCite "
    "register the client as older software (nonce instead of PKCE)."
)
_PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})


class UnknownRedirectUriError(Exception):
    """The relying party or its ``redirect_uri`` is unknown: the person must not be redirected.

    ``parameter`` is the one that does not match; the message is for the integrator.
    """

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(reason)
        self.parameter = parameter


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """An authorization request that passed all checks."""

    party: RelyingParty
    parameters: dict[str, str]
    scope: str
    prompts: frozenset[str]
    max_age: int | None
    hint: dict[str, Any] | None

    @property
    def wants_mfa(self) -> bool:
        """Whether a second factor is requested."""
        return wants_mfa(self.parameters.get("acr_values", ""))


def oauth_error(error: str, description: str = "") -> OAuth2Error:
    """Build an error by its standard name."""
    return OAuth2Error(description or None, error=error)


def validate(parameters: dict[str, str]) -> AuthorizationRequest:
    """Validate a request.

    Raises:
        UnknownRedirectUriError: see there.
        OAuth2Error: anything else; the relying party gets the error.
    """
    client = _client_of(parameters)
    if any("\0" in text for pair in parameters.items() for text in pair):
        raise InvalidRequestError("A parameter is not text.")
    if "request" in parameters:
        raise oauth_error("request_not_supported")
    if parameters.get("response_mode", "query") != "query" or not parameters.get("response_type"):
        raise InvalidRequestError("response_type=code with response_mode=query is required.")
    if parameters["response_type"] != "code":
        raise oauth_error("unsupported_response_type")
    if not client.check_response_type(parameters["response_type"]):
        raise UnauthorizedClientError("The client may not ask for codes.")
    _check_challenge(parameters, client.party)
    scope = " ".join(for_people(client.get_allowed_scope(parameters.get("scope")).split()))
    if not scope or OPENID not in parameters.get("scope", "").split():
        raise oauth_error("invalid_scope", "The scope openid is required.")
    prompts = frozenset(parameters.get("prompt", "").split())
    if not prompts <= _PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise InvalidRequestError("prompt is not one that we know.")
    max_age = parameters.get("max_age")
    if max_age is not None and not (max_age.isascii() and max_age.isdigit() and len(max_age) < 12):  # noqa: PLR2004
        raise InvalidRequestError("max_age is not a number of seconds.")
    return AuthorizationRequest(
        client.party,
        parameters,
        scope,
        prompts,
        None if max_age is None else int(max_age),
        _hint(parameters.get("id_token_hint"), client.party),
    )


def _client_of(parameters: dict[str, str]) -> Client:
    """Return the client, if its address is certain."""
    client = find_client(parameters.get("client_id", ""))
    redirect_uri = parameters.get("redirect_uri", "")
    if client is None:
        sent = parameters.get("client_id", "(none)")
        raise UnknownRedirectUriError("client_id", f"client_id {sent} is not registered, or is switched off.")
    if not client.check_redirect_uri(redirect_uri):
        known = ", ".join(client.party.redirect_uris)
        reason = f"redirect_uri {redirect_uri or '(none)'} is not registered. Registered: {known}"
        raise UnknownRedirectUriError("redirect_uri", reason)
    return client


def _check_challenge(parameters: dict[str, str], party: RelyingParty) -> None:
    """Refuse a request without PKCE, unless the party is registered to send a nonce instead."""
    if not {"code_challenge", "code_challenge_method"} & set(parameters):
        if party.nonce_instead_of_pkce and parameters.get("nonce"):
            return
        raise InvalidRequestError(_NEITHER)
    if parameters.get("code_challenge_method") != "S256":
        raise InvalidRequestError("PKCE with S256 is required.")
    if not _CHALLENGE.fullmatch(parameters.get("code_challenge", "")):
        raise InvalidRequestError("code_challenge is not the digest of a verifier.")


def _hint(token: str | None, party: RelyingParty) -> dict[str, Any] | None:
    if not token:
        return None
    try:
        token_claims = id_tokens.read_hint(token)
    except id_tokens.HintError:
        raise InvalidRequestError("id_token_hint is not one of ours.") from None
    if token_claims["aud"] != party.client_id:
        raise InvalidRequestError("id_token_hint is meant for another client.")
    return token_claims
