"""Changes of permissions, each with its receipt."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import revocation
from profiles.consents.models import Consent, Invitation, Receipt
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import USABLE, ConsentHealth, Purpose, ReceiptKind
from profiles.infra import clock, wiring
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer

WORDING: Final = "2026-11c"
"""Version of the sentences people agreed to; changed whenever they change."""


_BEFORE: Final = ("last_used_at", "first_refused_at", "refreshed_at", "lost_at", "told_at")
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
    """Stop using a permission, at once and for good; a job revokes it at ORCID."""
    consent = (
        Consent.objects.select_for_update()
        .filter(orcid_id=orcid_id, purpose=purpose.value, access_token__isnull=False)
        .first()
    )
    if consent is None:
        return False
    now = clock.now()
    revocation.revoke_later(
        orcid_id=orcid_id,
        purpose=purpose.value,
        client_id=consent.client_id,
        token=bytes(consent.access_token or b""),
    )
    consent.access_token = consent.refresh_token = consent.refresh_at = None
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
    consent.health, consent.lost_at = ConsentHealth.LOST.value, now
    consent.refresh_at = None
    consent.save()
    write_receipt(consent, ReceiptKind.LOST, now)
    defer(job_names.SEND_LOST_NOTICE, row_id=consent.pk)


@transaction.atomic
def record_told(*, orcid_id: str) -> bool:
    """Record that a person was notified of lost permissions; False when there were none."""
    now = clock.now()
    lost = Consent.objects.select_for_update().filter(
        orcid_id=orcid_id, health=ConsentHealth.LOST.value, told_at=None
    )
    rows = list(lost)
    for row in rows:
        row.told_at = now
        row.save(update_fields=["told_at"])
        write_receipt(row, ReceiptKind.TOLD, now)
    return bool(rows)


INVITE_AGAIN: Final = timedelta(days=180)
"""An author who did not react is asked again after this pause, if works still wait (Crossref's pause)."""


@transaction.atomic
def begin_invitation(*, orcid_id: str) -> Invitation | None:
    """Note that an author is being asked; None when it is not their time."""
    now = clock.now()
    row, is_new = Invitation.objects.select_for_update().get_or_create(
        orcid_id=orcid_id, defaults={"begun_at": now}
    )
    if not is_new:
        if row.asked_at is None or row.asked_at > now - INVITE_AGAIN:
            return None
        row.begun_at, row.asked_at = now, None
        row.save()
    return row


def record_asked(*, invitation_id: int) -> None:
    """Remember that the message is in the author's inbox."""
    Invitation.objects.filter(pk=invitation_id).update(asked_at=clock.now())


@transaction.atomic
def forget_person(*, orcid_id: str) -> None:
    """Erase all permissions and receipts of a closed account; open revocations stay until they are done."""
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
    give them again. Where the kept iD has its own, that one is kept.
    """
    now = clock.now()
    held = set(Consent.objects.filter(orcid_id=new_orcid_id).values_list("purpose", flat=True))
    for consent in Consent.objects.select_for_update().filter(orcid_id=old_orcid_id):
        write_receipt(consent, ReceiptKind.LOST, now)
        if consent.purpose in held:
            consent.delete()
            continue
        consent.orcid_id = new_orcid_id
        consent.access_token = consent.refresh_token = consent.refresh_at = None
        consent.health, consent.lost_at = ConsentHealth.LOST.value, now
        consent.save()
    Receipt.objects.filter(orcid_id=old_orcid_id).update(orcid_id=new_orcid_id)
    # A person whose iDs were merged has an account: no invitation is needed.
    Invitation.objects.filter(orcid_id=old_orcid_id).delete()
