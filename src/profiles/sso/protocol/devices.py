"""Devices without a browser: they show a short code, which the person types elsewhere (RFC 8628)."""

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
"""No vowels, so no words; no letters that look like digits."""
CODE_LENGTH: Final = 8


@dataclass(slots=True)
class Credential:
    """A device's request with the interface that Authlib expects."""

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
        """Return the person and whether they allowed it; None while they have not decided."""
        if self.row.refused_at:
            return None, False
        return (self.row.grant.account, True) if self.row.grant else None

    def polls_too_fast(self) -> bool:
        """Record the poll, and tell whether it came too soon."""
        earliest = clock.now() - timedelta(seconds=INTERVAL - 1)
        last_polled_at = self.row.polled_at
        DeviceRequest.objects.filter(pk=self.row.pk).update(polled_at=clock.now())
        return last_polled_at is not None and last_polled_at > earliest

    def redeem(self) -> Grant | None:
        """Return the grant, once."""
        is_first = DeviceRequest.objects.filter(pk=self.row.pk, redeemed_at=None).update(
            redeemed_at=clock.now()
        )
        if not is_first and self.row.grant:
            grants.revoke([self.row.grant], why=audit.Event.CODE_REPLAYED)
        return self.row.grant if is_first else None


def start(party: RelyingParty, scope: str) -> dict[str, Any]:
    """Store a device's request and return its two codes."""
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


def find_by_device_code(device_code: str) -> Credential | None:
    """Find a device's request by its secret code."""
    rows = DeviceRequest.objects.select_related("party", "grant__party", "grant__account")
    row = rows.filter(digest=digest_of(device_code)).first()
    return Credential(row) if row else None


def find_by_user_code(user_code: str) -> DeviceRequest | None:
    """Find the open request with the code that a person typed."""
    code = "".join(letter for letter in user_code.upper() if letter in LETTERS)
    return (
        DeviceRequest.objects.select_related("party")
        .filter(
            user_code_digest=digest_of(code),
            grant=None,
            refused_at=None,
            ends_at__gt=clock.now(),
            party__disabled_at=None,
        )
        .first()
    )


@transaction.atomic
def decide(*, row: DeviceRequest, account: Account, presence: grants.Presence, allowed: bool) -> bool:
    """Record the person's decision; return False if the request was already decided."""
    locked = DeviceRequest.objects.select_for_update().get(pk=row.pk)
    if locked.grant_id or locked.refused_at:
        return False
    if allowed:
        locked.grant = grants.grant_device(
            party=row.party, account=account, presence=presence, scope=locked.scope
        )
    else:
        locked.refused_at = clock.now()
        audit.write(audit.Event.REFUSED, client_id=row.party.client_id, account_id=account.pk)
    locked.save(update_fields=["grant", "refused_at"])
    return True
