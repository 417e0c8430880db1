"""ID tokens, and the responses of the token endpoint that contain them."""

import base64
import hashlib
import time
from typing import Any, Final

from joserfc.errors import JoseError

from profiles.sso import keys
from profiles.sso.models import Grant, RelyingParty
from profiles.sso.protocol.grants import Tokens
from profiles.sso.protocol.provider import issuer
from profiles.sso.protocol.scopes import OPENID
from profiles.sso.subjects import claims_about, subject_of

ID_TOKEN_SECONDS: Final = 1800
IN_ID_TOKEN: Final = frozenset({"orcid", "profile", "email"})
"""The scopes whose claims are in the ID token too, for a party that is registered so."""


class HintError(Exception):
    """The ID token in a request was not issued by us, or not for this relying party."""


def token_response(tokens: Tokens) -> dict[str, Any]:
    """Return the response of the token endpoint without an ID token."""
    response: dict[str, Any] = {
        "access_token": tokens.access,
        "token_type": "Bearer",
        "expires_in": tokens.lasts,
        "scope": tokens.scope,
    }
    if tokens.refresh:
        response["refresh_token"] = tokens.refresh
    return response


def openid_response(grant: Grant, tokens: Tokens, *, nonce: bool = True) -> dict[str, Any]:
    """Return the response of the token endpoint, with an ID token if the scope ``openid`` was granted."""
    response = token_response(tokens)
    if OPENID in tokens.scope.split():
        response["id_token"] = _id_token(grant, tokens, nonce=nonce)
    return response


def _id_token(grant: Grant, tokens: Tokens, *, nonce: bool) -> str:
    """Sign an ID token. By default names and e-mail addresses are only in userinfo; the iD is in both."""
    in_id_token = IN_ID_TOKEN if grant.party.claims_in_id_token else {"orcid"}
    now, party = int(time.time()), grant.party
    token_claims: dict[str, Any] = {
        "iss": issuer(),
        "aud": party.client_id,
        "iat": now,
        "exp": now + ID_TOKEN_SECONDS,
        "at_hash": _half_hash(tokens.access),
        **claims_about(grant, " ".join(in_id_token & set(grant.scope.split()))),
    }
    optional = {
        "nonce": grant.nonce if nonce else "",
        "auth_time": grant.auth_time,
        "sid": grant.sid,
        "amr": grant.amr,
        "acr": grant.acr,
    }
    token_claims |= {name: value for name, value in optional.items() if value}
    return keys.sign(token_claims, alg=party.id_token_alg)


def _half_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def read_hint(token: str) -> dict[str, Any]:
    """Return the claims of an ``id_token_hint``; it may have expired, because it is only a hint.

    Raises:
        HintError: we did not issue it.
    """
    try:
        token_claims = keys.read_own(token)
    except (JoseError, ValueError):
        raise HintError from None
    if (
        token_claims.get("iss") != issuer()
        or "at_hash" not in token_claims
        or not isinstance(token_claims.get("aud"), str)
    ):
        raise HintError
    return token_claims


def is_about(token_claims: dict[str, Any], account_id: int | None, party: RelyingParty) -> bool:
    """Tell whether an ID token is about this person."""
    return account_id is not None and token_claims.get("sub") == subject_of(account_id, party)
