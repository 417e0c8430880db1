"""Work that remains at ORCID after an account was closed: works to remove, tokens to revoke.

All data that identify the person are sealed in one column. They are deleted when the work is done, or after
thirty days in any case.
"""

import uuid as uuids
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import transaction

from profiles.consents.models import Consent, Departure, Receipt, RecordWebhook, Revocation
from profiles.consents.sealing import purpose_of, purpose_of_departure
from profiles.infra import clock, wiring
from profiles.infra.postgres.deleting import delete_in_batches
from profiles.infra.vault import VaultError

MAX_DURATION: Final = timedelta(days=30)


@dataclass(slots=True)
class Token:
    """A token of the person; it is used to remove their works and then revoked."""

    client_id: str
    purpose: str
    token: str

    def __repr__(self) -> str:
        """Show no token in logs and tracebacks."""
        return f"Token({self.client_id!r})"


@dataclass(slots=True)
class Remaining:
    """The remaining work. ``put_codes`` are works on the record, by the client that added them.

    ``looks`` are the clients whose works on the record have not been looked up yet. ``look_again_at`` is
    set if something was being sent to ORCID when the account was closed. ``webhook`` is the address that
    ORCID calls when the record changes, until ORCID has removed it.
    """

    orcid_id: str
    tokens: list[Token] = field(default_factory=list)
    put_codes: dict[str, list[int]] = field(default_factory=dict)
    looks: list[str] = field(default_factory=list)
    look_again_at: datetime | None = None
    webhook: str = ""

    @property
    def works(self) -> int:
        """How many works are still to be removed."""
        return sum(len(codes) for codes in self.put_codes.values())


@transaction.atomic
def open_departure(
    *,
    orcid_id: str,
    remove_works: bool,
    put_codes: Mapping[str, Sequence[int]],
    look_again_at: datetime | None,
) -> Departure:
    """Stop using a person's permissions, and store the remaining work, sealed.

    Permissions, receipts and pending revocations are erased.
    """
    now = clock.now()
    tokens = _tokens_of(orcid_id)
    remaining = Remaining(orcid_id, tokens)
    if remove_works:
        # Without a permission only the person can remove works; the receipt says so.
        remaining.looks = sorted({token.client_id for token in tokens})
        remaining.put_codes = {client: sorted(put_codes.get(client, ())) for client in remaining.looks}
        remaining.look_again_at = look_again_at
    webhook = RecordWebhook.objects.filter(pk=orcid_id).first()
    remaining.webhook = webhook.address if webhook else ""
    departure = Departure(
        asked_at=now,
        remove_works=remove_works,
        works=sum(len(codes) for codes in put_codes.values()) if remove_works else 0,
        tokens=len(tokens),
        ends_by=now + MAX_DURATION,
    )
    _seal(departure, remaining)
    departure.save()
    Consent.objects.filter(orcid_id=orcid_id).delete()
    Receipt.objects.filter(orcid_id=orcid_id).delete()
    Revocation.objects.filter(orcid_id=orcid_id).delete()
    RecordWebhook.objects.filter(pk=orcid_id).delete()
    return departure


def _tokens_of(orcid_id: str) -> list[Token]:
    """Unseal the person's tokens. A token for two purposes counts once; one that no key opens is skipped."""
    tokens: dict[str, Token] = {}
    rows: list[Consent | Revocation] = [
        *Consent.objects.select_for_update().filter(orcid_id=orcid_id, access_token__isnull=False),
        *Revocation.objects.select_for_update().filter(orcid_id=orcid_id),
    ]
    for row in rows:
        sealed = row.access_token if isinstance(row, Consent) else row.token
        try:
            token = wiring.vault().unseal(bytes(sealed or b""), purpose=purpose_of(row))
        except VaultError:
            continue
        tokens.setdefault(token, Token(row.client_id, row.purpose, token))
    return list(tokens.values())


def open_remaining(departure: Departure) -> Remaining:
    """Unseal the remaining work.

    Raises:
        VaultError: the key that sealed it is missing.
        msgspec.DecodeError: the sealed content cannot be parsed.
    """
    text = wiring.vault().unseal(bytes(departure.sealed or b""), purpose=purpose_of_departure(departure))
    return msgspec.json.decode(text, type=Remaining)


@transaction.atomic
def record(
    *, departure_id: int, remaining: Remaining, removed: int, found: int, revoked: int, problem: str
) -> Departure:
    """Record the progress; failed steps are tried again until the departure's end date."""
    now = clock.now()
    departure = Departure.objects.select_for_update().get(pk=departure_id)
    departure.works += found
    departure.works_removed += removed
    departure.tokens_revoked += revoked
    departure.problem = problem
    is_done = not (remaining.tokens or remaining.works or remaining.look_again_at or remaining.webhook)
    if is_done or now >= departure.ends_by:
        departure.sealed = None
        departure.finished_at = now
    else:
        _seal(departure, remaining)
    departure.save()
    return departure


@transaction.atomic
def give_up(*, departure_id: int, problem: str) -> None:
    """End a departure with unfinished work; only its counts are kept."""
    departure = Departure.objects.select_for_update().get(pk=departure_id)
    departure.sealed = None
    departure.finished_at, departure.problem = clock.now(), problem
    departure.save()


def _seal(departure: Departure, remaining: Remaining) -> None:
    text = msgspec.json.encode(remaining).decode()
    departure.sealed = wiring.vault().seal(text, purpose=purpose_of_departure(departure))


def departure_by_uuid(uuid: uuids.UUID) -> Departure | None:
    """Return a departure by the UUID on its receipt."""
    return Departure.objects.filter(uuid=uuid).first()


def delete_old_departures(*, older_than: datetime) -> int:
    """Delete the receipts of accounts whose closing was finished before this moment; return their number."""
    return delete_in_batches(Departure.objects.filter(finished_at__lt=older_than))
