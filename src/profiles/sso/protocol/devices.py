"""Devices without a browser: they show a short code, their person types it elsewhere (RFC 8628)."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.sso import audit
from profiles.sso.digests import digest_of, new_value
from profiles.sso.models import DeviceRequest, Grant, RelyingParty
from profiles.sso.protocol import grants

LIFE: Final = timedelta(minutes=10)
INTERVAL: Final = 5
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; no letters that look like figures."""
CODE_LENGTH: Final = 8


@dataclass(slots=True)
class Credential:
    """A device's request, in Authlib's words."""

    row: DeviceRequest

    def get_client_id(self) -> str:
        return self.row.party.client_id

    def get_scope(self) -> str:
        return self.row.scope

    def get_user_code(self) -> "Credential":
        return self

    def is_expired(self) -> bool:
        return self.row.ends_at <= clock.now()

    def answer(self) -> tuple[Any, bool] | None:
        """Return the person and whether they agreed; None while they have not said."""
        if self.row.refused_at:
            return None, False
        return (self.row.grant.account, True) if self.row.grant else None

    def is_too_eager(self) -> bool:
        """Note that the device asked, and say whether it did so too soon."""
        soonest = clock.now() - timedelta(seconds=INTERVAL - 1)
        before = self.row.polled_at
        DeviceRequest.objects.filter(pk=self.row.pk).update(polled_at=clock.now())
        return before is not None and before > soonest

    def redeem(self) -> Grant | None:
        """Take the grant, once."""
        taken = DeviceRequest.objects.filter(pk=self.row.pk, redeemed_at=None).update(redeemed_at=clock.now())
        if not taken and self.row.grant:
            grants.revoke([self.row.grant], why=audit.Event.CODE_REPLAYED)
        return self.row.grant if taken else None


def begin(party: RelyingParty, scope: str) -> dict[str, Any]:
    """Note a device's request and return its two codes."""
    device_code = new_value("dcp_dc_")
    user_code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    moment = clock.now()
    DeviceRequest.objects.create(
        digest=digest_of(device_code),
        user_code_digest=digest_of(user_code),
        party=party,
        scope=scope,
        made_at=moment,
        ends_at=moment + LIFE,
    )
    return {
        "device_code": device_code,
        "user_code": f"{user_code[:4]}-{user_code[4:]}",
        "expires_in": int(LIFE.total_seconds()),
        "interval": INTERVAL,
    }


def find(device_code: str) -> Credential | None:
    """Find a device's request by its secret code."""
    rows = DeviceRequest.objects.select_related("party", "grant__party", "grant__account")
    row = rows.filter(digest=digest_of(device_code)).first()
    return Credential(row) if row else None


def waiting(user_code: str) -> DeviceRequest | None:
    """Find the request that waits for a code as somebody typed it."""
    typed = "".join(letter for letter in user_code.upper() if letter in LETTERS)
    return (
        DeviceRequest.objects.select_related("party")
        .filter(
            user_code_digest=digest_of(typed),
            grant=None,
            refused_at=None,
            ends_at__gt=clock.now(),
            party__disabled_at=None,
        )
        .first()
    )


@transaction.atomic
def decide(*, row: DeviceRequest, account: Account, presence: grants.Presence, agreed: bool) -> bool:
    """Take down what the person said, once; say whether it still counted."""
    locked = DeviceRequest.objects.select_for_update().get(pk=row.pk)
    if locked.grant_id or locked.refused_at:
        return False
    if agreed:
        locked.grant = grants.grant_device(
            party=row.party, account=account, presence=presence, scope=locked.scope
        )
    else:
        locked.refused_at = clock.now()
        audit.write(audit.Event.REFUSED, client_id=row.party.client_id, account_id=account.pk)
    locked.save(update_fields=["grant", "refused_at"])
    return True
