"""Protocol errors of the stand-in on request, to test that clients detect them."""

import base64
import json
from enum import StrEnum
from typing import Any

import msgspec

from sandbox.globus.keys import ALGORITHM, Keys


class IdTokenQuirk(StrEnum):
    """Errors of an id_token."""

    WRONG_NONCE = "wrong-nonce"
    NO_NONCE = "no-nonce"
    WRONG_AUD = "wrong-aud"
    TWO_AUDS = "two-auds"
    OTHER_AZP = "other-azp"
    WRONG_ISS = "wrong-iss"
    WRONG_AT_HASH = "wrong-at-hash"
    WRONG_SUB = "wrong-sub"
    EXPIRED = "expired"
    ISSUED_IN_FUTURE = "issued-in-future"
    FOREIGN_KEY = "foreign-key"
    ALG_NONE = "alg-none"
    RS256 = "rs256"
    ABSENT = "absent"


class UserinfoQuirk(StrEnum):
    """Errors of userinfo."""

    OTHER_SUB = "other-sub"
    NO_IDENTITY_SET = "no-identity-set"


class Quirks(msgspec.Struct, forbid_unknown_fields=True):
    """The active quirks; they stay until they are switched off or the stand-in is reset."""

    id_token: IdTokenQuirk | None = None
    userinfo: UserinfoQuirk | None = None
    clock_ahead: float = 0.0
    """Seconds that the stand-in's clock is fast; negative when slow."""


_DAY = 86_400
_SPOILT: dict[IdTokenQuirk, dict[str, Any]] = {
    IdTokenQuirk.WRONG_NONCE: {"nonce": "a-nonce-nobody-sent"},
    IdTokenQuirk.WRONG_AUD: {"aud": "00000000-0000-4000-8000-00000000beef"},
    IdTokenQuirk.OTHER_AZP: {"azp": "00000000-0000-4000-8000-00000000beef"},
    IdTokenQuirk.WRONG_ISS: {"iss": "https://issuer.example"},
    IdTokenQuirk.WRONG_AT_HASH: {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    IdTokenQuirk.WRONG_SUB: {"sub": "00000000-0000-4000-8000-0000000000ff"},
}


def id_token(claims: dict[str, Any], *, keys: Keys, quirk: IdTokenQuirk | None) -> str | None:
    """Return the id_token with these claims and the active quirk; None when it must be absent."""
    if quirk is IdTokenQuirk.ABSENT:
        return None
    claims = {**claims, **_SPOILT.get(quirk, {})} if quirk else claims
    if quirk is IdTokenQuirk.NO_NONCE:
        claims.pop("nonce", None)
    elif quirk is IdTokenQuirk.TWO_AUDS:
        claims["aud"] = [claims["aud"], "00000000-0000-4000-8000-00000000beef"]
    elif quirk is IdTokenQuirk.EXPIRED:
        claims.update(iat=claims["iat"] - _DAY, exp=claims["iat"] - _DAY // 2)
    elif quirk is IdTokenQuirk.ISSUED_IN_FUTURE:
        claims.update(iat=claims["iat"] + _DAY, exp=claims["exp"] + _DAY)
    elif quirk is IdTokenQuirk.ALG_NONE:
        return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."
    algorithm = "RS256" if quirk is IdTokenQuirk.RS256 else ALGORITHM
    return keys.signed(claims, algorithm=algorithm, foreign=quirk is IdTokenQuirk.FOREIGN_KEY)


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
