"""Hold a permission until its owner confirms that the ORCID iD is theirs; otherwise it is revoked."""

import base64
from typing import Final

import msgspec

from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import revocation
from profiles.domain.consent import Purpose
from profiles.infra import wiring
from profiles.infra.vault import VaultError

_SEALED_FOR: Final = "unconfirmed-permission"


class _Held(msgspec.Struct):
    revocation: int
    token: TokenAnswer


def hold(token: TokenAnswer) -> str:
    """Return the permission sealed, for the session of the person; it is revoked unless confirmed in time.

    Empty if ORCID did not say whose it is.
    """
    if token.orcid_id is None:
        return ""
    row = revocation.revoke_unless_kept(
        orcid_id=token.orcid_id,
        purpose=Purpose.AUTO_UPDATE,
        client_id=wiring.orcid_client(Purpose.AUTO_UPDATE).client_id,
        token=token.access_token,
    )
    text = msgspec.json.encode(_Held(row, token)).decode()
    return base64.b64encode(wiring.vault().seal(text, purpose=_SEALED_FOR)).decode()


def take(held: str, *, orcid_id: str) -> TokenAnswer | None:
    """Return the permission of this record, which is no longer revoked; None: another's, or too late.

    Call this in the transaction that stores the permission.
    """
    permission = _opened(held)
    if permission is None or permission.token.orcid_id != orcid_id:
        return None
    return permission.token if revocation.keep(permission.revocation) else None


def decline(held: str) -> None:
    """Revoke the permission now: the record is another person's."""
    permission = _opened(held)
    if permission is not None:
        revocation.revoke_now(permission.revocation)


def _opened(held: str) -> _Held | None:
    try:
        text = wiring.vault().unseal(base64.b64decode(held), purpose=_SEALED_FOR)
    except VaultError:
        return None
    return msgspec.json.decode(text, type=_Held)
