"""Changes of permissions, each with its receipt."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction

from profiles.clients.errors import ServiceError
from profiles.clients.orcid_oauth import OrcidOAuth, TokenAnswer
from profiles.consents.models import Consent, Invitation, Receipt, Revocation
from profiles.consents.sealing import purpose_of, seal_purpose
from profiles.domain.consent import USABLE, ConsentHealth, Purpose, ReceiptKind
from profiles.infra import clock, wiring
from profiles.infra.vault import VaultError

log = structlog.get_logger(__name__)

WORDING: Final = "2026-11c"
"""Version of the sentences people agreed to; changed whenever they change."""
REVOKE_FOR: Final = timedelta(days=30)
"""So long ORCID is told; a service that does not answer for a month will not miss the token."""
REVOKE_LEASE: Final = timedelta(minutes=5)


_BEFORE: Final = ("last_used_at", "first_refused_at", "refreshed_at", "lost_at", "tell_at", "told_at")
"""What is known of an earlier token and says nothing about a new one."""


@transaction.atomic
def grant(*, orcid_id: str, purpose: Purpose, client_id: str, token: TokenAnswer) -> Consent:
    """Keep a permission, sealed; a new one takes the place of the old."""
    vault, now = wiring.vault(), clock.now()
    sealed = seal_purpose(orcid_id, purpose.value)
    consent, _ = Consent.objects.update_or_create(
        orcid_id=orcid_id,
        purpose=purpose.value,
        defaults={
            "client_id": client_id,
            "scopes": sorted(token.scopes),
            "access_token": vault.seal(token.access_token, purpose=sealed),
            "refresh_token": vault.seal(token.refresh_token, purpose=sealed) if token.refresh_token else None,
            "health": ConsentHealth.UNUSED.value,
            "granted_at": now,
            "expires_at": token.expires_at,
            "refresh_at": refresh_moment(token, now=now),
            **dict.fromkeys(_BEFORE, None),
            "tell_tries": 0,
            "wording": WORDING,
        },
    )
    write_receipt(consent, ReceiptKind.GRANTED, now)
    return consent


def refresh_moment(token: TokenAnswer, *, now: datetime) -> datetime | None:
    """Say when a token is to be exchanged: a week before it ends, but not before two thirds of its life.

    One that cannot be exchanged is looked at when it ends.
    """
    if token.expires_at is None or token.refresh_token is None:
        return token.expires_at
    life = token.expires_at - now
    return token.expires_at - min(timedelta(days=7), life / 3)


@transaction.atomic
def withdraw(*, orcid_id: str, purpose: Purpose) -> bool:
    """Stop using a permission, at once and for good; revoking it at ORCID is left to a job."""
    consent = (
        Consent.objects.select_for_update()
        .filter(orcid_id=orcid_id, purpose=purpose.value, access_token__isnull=False)
        .first()
    )
    if consent is None:
        return False
    now = clock.now()
    Revocation.objects.create(
        orcid_id=orcid_id,
        purpose=purpose.value,
        client_id=consent.client_id,
        token=consent.access_token or b"",
        asked_at=now,
        due_at=now,
    )
    consent.access_token = consent.refresh_token = consent.refresh_at = consent.tell_at = None
    consent.health = ConsentHealth.WITHDRAWN.value
    consent.save()
    write_receipt(consent, ReceiptKind.WITHDRAWN, now)
    return True


@transaction.atomic
def doubt(*, orcid_id: str, purpose: Purpose) -> None:
    """ORCID refused a permission once, outside of a push; a second look minutes later decides."""
    now = clock.now()
    Consent.objects.filter(
        orcid_id=orcid_id, purpose=purpose.value, first_refused_at=None, health__in=[h.value for h in USABLE]
    ).update(health=ConsentHealth.DOUBTED.value, first_refused_at=now)


def lose(consent: Consent, *, now: datetime) -> None:
    """ORCID said for good that it no longer accepts this permission; its row is locked by the caller."""
    consent.health, consent.lost_at, consent.tell_at = ConsentHealth.LOST.value, now, now
    consent.refresh_at = None
    consent.save()
    write_receipt(consent, ReceiptKind.LOST, now)


@transaction.atomic
def take_revocations(*, now: datetime, limit: int = 50) -> list[Revocation]:
    """Take the tokens that are to be revoked at ORCID now, out of reach of other jobs for a while."""
    due = Revocation.objects.select_for_update(skip_locked=True).filter(due_at__lte=now)
    rows = list(due.order_by("due_at")[:limit])
    Revocation.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=now + REVOKE_LEASE)
    return rows


async def revoke_at_orcid(oauth: OrcidOAuth, revocation: Revocation) -> bool:
    """Ask ORCID to revoke one token; False: ask again later, the missing key may come back."""
    try:
        token = wiring.vault().unseal(bytes(revocation.token), purpose=purpose_of(revocation))
        await oauth.revoke(wiring.orcid_client(Purpose(revocation.purpose)), token=token)
    except ServiceError:
        return False
    except VaultError:
        log.exception("revocation.sealed", revocation=revocation.pk)
        return False
    return True


@transaction.atomic
def record_revocation(*, revocation_id: int, done: bool) -> None:
    """Write down what came of it; what did not work is due again, later each time."""
    row = Revocation.objects.select_for_update().filter(pk=revocation_id).first()
    if row is None:
        return
    now = clock.now()
    if done:
        Receipt.objects.create(
            orcid_id=row.orcid_id,
            purpose=row.purpose,
            kind=ReceiptKind.REVOKED_AT_ORCID.value,
            client_id=row.client_id,
            at=now,
        )
        row.delete()
        return
    if now - row.asked_at > REVOKE_FOR:
        row.delete()
        return
    row.tries += 1
    row.due_at = now + timedelta(minutes=min(4**row.tries, 24 * 60))
    row.save()


@transaction.atomic
def forget_person(*, orcid_id: str) -> None:
    """Erase all permissions and receipts of somebody who left; open revocations stay until they are done."""
    Consent.objects.filter(orcid_id=orcid_id).delete()
    Receipt.objects.filter(orcid_id=orcid_id).delete()
    Invitation.objects.filter(orcid_id=orcid_id).delete()


def write_receipt(consent: Consent, kind: ReceiptKind, at: datetime) -> None:
    """Write down what happened to a permission, in the transaction in which it happens."""
    Receipt.objects.create(
        orcid_id=consent.orcid_id,
        purpose=consent.purpose,
        kind=kind.value,
        client_id=consent.client_id,
        scopes=consent.scopes,
        wording=consent.wording,
        at=at,
    )


@transaction.atomic
def move_person(*, old_orcid_id: str, new_orcid_id: str) -> None:
    """Bring permissions and receipts of a merged iD to the one that is kept. Safe to run twice.

    Tokens of a merged record are dead at ORCID, so its permissions come over as lost: the person is asked to
    give them again. Where the kept iD has its own, that one stands.
    """
    now = clock.now()
    held = set(Consent.objects.filter(orcid_id=new_orcid_id).values_list("purpose", flat=True))
    for consent in Consent.objects.select_for_update().filter(orcid_id=old_orcid_id):
        write_receipt(consent, ReceiptKind.LOST, now)
        if consent.purpose in held:
            consent.delete()
            continue
        consent.orcid_id = new_orcid_id
        consent.access_token = consent.refresh_token = consent.refresh_at = consent.tell_at = None
        consent.health, consent.lost_at = ConsentHealth.LOST.value, now
        consent.save()
    Receipt.objects.filter(orcid_id=old_orcid_id).update(orcid_id=new_orcid_id)
    # Whoever has two iDs brought together is with us: there is nobody left to ask.
    Invitation.objects.filter(orcid_id=old_orcid_id).delete()
