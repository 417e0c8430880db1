"""Refresh expiring tokens: exchange a pair for a new one before it ends (contract 1.4.10).

The exchange invalidates the old pair, so only one process may do it: the rows are leased for a while. If one
ORCID client serves both purposes, both rows hold the same pair, and change together. A permission that was
granted again or withdrawn in the meantime is left unchanged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import revocation, services
from profiles.consents.models import Consent
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import USABLE, ReceiptKind
from profiles.infra import wiring
from profiles.infra.vault import VaultError

LEASE: Final = timedelta(minutes=10)
RETRY_DELAY: Final = timedelta(hours=1)
_BATCH_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of tokens to exchange; the refresh token is unsealed only for the call."""

    orcid_id: str
    client_id: str
    purpose: str
    refresh_token: bytes


@transaction.atomic
def take_due(*, now: datetime) -> list[Pair]:
    """Lease the pairs that are due; a token that ended without a refresh token is lost."""
    rows = list(
        Consent.objects.select_for_update(skip_locked=True)
        .filter(refresh_at__lte=now, health__in=[h.value for h in USABLE])
        .order_by("refresh_at")[:_BATCH_SIZE]
    )
    pairs: dict[tuple[str, str], Pair] = {}
    for row in rows:
        key = (row.orcid_id, row.client_id)
        if row.refresh_token is None:
            services.lose(row, now=now)
        elif key not in pairs:
            pairs[key] = Pair(row.orcid_id, row.client_id, row.purpose, bytes(row.refresh_token or b""))
            # Both rows of a shared pair, even if only one of them is due.
            Consent.objects.filter(orcid_id=row.orcid_id, client_id=row.client_id).exclude(
                refresh_at=None
            ).update(refresh_at=now + LEASE)
    return list(pairs.values())


def open_pair(pair: Pair) -> str:
    """Return the refresh token.

    Raises:
        VaultError: the key that sealed it is missing.
    """
    return wiring.vault().unseal(pair.refresh_token, purpose=seal_purpose(pair.orcid_id, pair.purpose))


@transaction.atomic
def swap(*, pair: Pair, token: TokenAnswer, now: datetime) -> bool:
    """Replace the old pair by the new one; False: the person changed their permission in the meantime.

    In that case the new pair is not needed, and it is revoked at ORCID.
    """
    vault = wiring.vault()
    rows = [row for row in _rows_of(pair) if _holds(row, pair)]
    for row in rows:
        purpose = seal_purpose(row.orcid_id, row.purpose)
        row.access_token = vault.seal(token.access_token, purpose=purpose)
        row.refresh_token = vault.seal(token.refresh_token, purpose=purpose) if token.refresh_token else None
        row.scopes = sorted(token.scopes) or row.scopes
        row.expires_at, row.refreshed_at = token.expires_at, now
        row.refresh_at = services.next_refresh_at(token, now=now)
        row.first_refused_at = None
        row.save()
        services.write_receipt(row, ReceiptKind.REFRESHED, now)
    if not rows:
        sealed = vault.seal(token.access_token, purpose=seal_purpose(pair.orcid_id, pair.purpose))
        revocation.revoke_later(
            orcid_id=pair.orcid_id, purpose=pair.purpose, client_id=pair.client_id, token=sealed
        )
    return bool(rows)


@transaction.atomic
def record_refusal(*, pair: Pair, now: datetime) -> None:
    """Mark the permission as lost, because ORCID refuses the refresh token for good."""
    for row in _rows_of(pair):
        if _holds(row, pair):
            services.lose(row, now=now)


@transaction.atomic
def retry_refresh_later(*, pair: Pair, now: datetime) -> None:
    """Try again later, because ORCID did not answer. If the exchange was made, it will refuse then."""
    for row in _rows_of(pair):
        if _holds(row, pair):
            row.refresh_at = now + RETRY_DELAY
            row.save(update_fields=["refresh_at"])


def _rows_of(pair: Pair) -> Sequence[Consent]:
    rows = Consent.objects.select_for_update().filter(orcid_id=pair.orcid_id, client_id=pair.client_id)
    return list(rows.order_by("purpose"))


def _holds(row: Consent, pair: Pair) -> bool:
    """Tell whether the row still holds this pair, even if it was sealed again with a new key."""
    if row.refresh_token is None:
        return False
    if bytes(row.refresh_token) == pair.refresh_token:
        return True
    try:
        current = wiring.vault().unseal(
            bytes(row.refresh_token), purpose=seal_purpose(row.orcid_id, row.purpose)
        )
        return current == open_pair(pair)
    except VaultError:
        return False
