"""Revoke tokens at ORCID: one job each, until ORCID confirms it or a month has passed."""

from datetime import timedelta
from typing import Final

from django.db import transaction

from profiles.clients.blocking import call
from profiles.consents.models import Receipt, Revocation
from profiles.consents.sealing import purpose_of, seal_purpose
from profiles.domain.consent import Purpose, ReceiptKind
from profiles.infra import clock, wiring
from profiles.infra.jobs.row_jobs import row_job

GIVE_UP_AFTER: Final = timedelta(days=30)
"""After a month without an answer the token is forgotten."""
KEEP_UNCONFIRMED: Final = timedelta(minutes=45)
"""How long a token waits for its owner's confirmation: longer than the pages of a sign-in are valid."""
_MAX_WAIT: Final = timedelta(days=1)


@transaction.atomic
def revoke_later(*, orcid_id: str, purpose: str, client_id: str, token: bytes) -> None:
    """Queue the revocation of a sealed token; the job starts when the caller's transaction is committed."""
    row = Revocation.objects.create(
        orcid_id=orcid_id, purpose=purpose, client_id=client_id, token=token, asked_at=clock.now()
    )
    revoke_token.defer(row_id=row.pk)


@transaction.atomic
def revoke_unless_kept(*, orcid_id: str, purpose: Purpose, client_id: str, token: str) -> int:
    """Queue the revocation of a token that is no permission yet; return the id for ``keep``."""
    now = clock.now()
    row = Revocation.objects.create(
        orcid_id=orcid_id,
        purpose=purpose.value,
        client_id=client_id,
        token=wiring.vault().seal(token, purpose=seal_purpose(orcid_id, purpose.value)),
        asked_at=now,
        was_stored=False,
    )
    revoke_token.configure(schedule_at=now + KEEP_UNCONFIRMED).defer(row_id=row.pk)
    return row.pk


def keep(row_id: int) -> bool:
    """Cancel the revocation of a token; False: it is being revoked, or was."""
    return bool(Revocation.objects.filter(pk=row_id, was_stored=False).delete()[0])


def revoke_now(row_id: int) -> None:
    """Start a revocation that would be due later."""
    revoke_token.defer(row_id=row_id)


def _delete_row(row: Revocation) -> None:
    row.delete()


@row_job(
    Revocation,
    name="revoke_token",
    begun=lambda row: row.asked_at,
    give_up_after=GIVE_UP_AFTER,
    on_give_up=_delete_row,
    longest_wait=_MAX_WAIT,
)
def revoke_token(row: Revocation, _tries: int) -> None:
    """Ask ORCID to revoke a token. Safe to run twice: ORCID also confirms an invalid token."""
    token = wiring.vault().unseal(bytes(row.token), purpose=purpose_of(row))
    call(_revoke(Purpose(row.purpose), token))
    with transaction.atomic():
        if Revocation.objects.filter(pk=row.pk).delete()[0] and row.was_stored:
            Receipt.objects.create(
                orcid_id=row.orcid_id,
                purpose=row.purpose,
                kind=ReceiptKind.REVOKED_AT_ORCID.value,
                client_id=row.client_id,
                at=clock.now(),
            )


async def _revoke(purpose: Purpose, token: str) -> None:
    async with wiring.http_client() as http:
        await wiring.orcid_oauth(http).revoke(wiring.orcid_client(purpose), token=token)
