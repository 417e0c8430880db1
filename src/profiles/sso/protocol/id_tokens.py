"""ID tokens, and the answers of the token endpoint that carry them."""

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

LASTS: Final = 1800


class HintError(Exception):
    """An ID token that was shown to us is not one of ours, or not meant for this relying party."""


def plain_answer(tokens: Tokens) -> dict[str, Any]:
    """Return the answer of the token endpoint without an ID token."""
    said: dict[str, Any] = {
        "access_token": tokens.access,
        "token_type": "Bearer",
        "expires_in": tokens.lasts,
        "scope": tokens.scope,
    }
    if tokens.refresh:
        said["refresh_token"] = tokens.refresh
    return said


def answer(grant: Grant, tokens: Tokens, *, nonce: bool = True) -> dict[str, Any]:
    """Return the answer of the token endpoint; with an ID token where one was asked for."""
    said = plain_answer(tokens)
    if OPENID in tokens.scope.split():
        said["id_token"] = _id_token(grant, tokens, nonce=nonce)
    return said


def _id_token(grant: Grant, tokens: Tokens, *, nonce: bool) -> str:
    """Sign who signed in, when and how. Names and addresses are for userinfo; only the iD stands here too."""
    now, party = int(time.time()), grant.party
    content: dict[str, Any] = {
        "iss": issuer(),
        "aud": party.client_id,
        "iat": now,
        "exp": now + LASTS,
        "at_hash": _half_hash(tokens.access),
        **claims_about(grant, "orcid" if "orcid" in grant.scope.split() else ""),
    }
    optional = {
        "nonce": grant.nonce if nonce else "",
        "auth_time": grant.auth_time,
        "sid": grant.sid,
        "amr": grant.amr,
        "acr": grant.acr,
    }
    content |= {name: value for name, value in optional.items() if value}
    return keys.sign(content, alg=party.id_token_alg)


def _half_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def read_hint(token: str) -> dict[str, Any]:
    """Return what an ID token says that a relying party shows us; it may be expired, for it is only a hint.

    Raises:
        HintError: it is not one of ours.
    """
    try:
        said = keys.read_own(token)
    except (JoseError, ValueError):
        raise HintError from None
    if said.get("iss") != issuer() or "at_hash" not in said or not isinstance(said.get("aud"), str):
        raise HintError
    return said


def is_about(said: dict[str, Any], account_id: int | None, party: RelyingParty) -> bool:
    """Say whether an ID token names this person."""
    return account_id is not None and said.get("sub") == subject_of(account_id, party)
