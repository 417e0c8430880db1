"""Changes of permissions, each with its receipt."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from profiles.clients.orcid_oauth import TokenAnswer
from profiles.consents import record_webhooks, revocation
from profiles.consents.models import Consent, Invitation, Receipt
from profiles.consents.sealing import seal_purpose
from profiles.consents.wording import WORDING
from profiles.domain.consent import USABLE, ConsentHealth, Purpose, ReceiptKind
from profiles.infra import clock, wiring
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.infra.monitoring.metrics import PERMISSIONS

_RESET_FIELDS: Final = ("last_used_at", "first_refused_at", "refreshed_at", "lost_at", "notified_at")
"""Fields about an earlier token, cleared for a new one."""


@transaction.atomic
def grant(*, orcid_id: str, purpose: Purpose, client_id: str, token: TokenAnswer) -> Consent:
    """Store a permission with sealed tokens; a new one replaces the old."""
    vault, now = wiring.vault(), clock.now()
    seal_for = seal_purpose(orcid_id, purpose.value)
    consent, _ = Consent.objects.update_or_create(
        orcid_id=orcid_id,
        purpose=purpose.value,
        defaults={
            "client_id": client_id,
            "scopes": sorted(token.scopes),
            "access_token": vault.seal(token.access_token, purpose=seal_for),
            "refresh_token": vault.seal(token.refresh_token, purpose=seal_for)
            if token.refresh_token
            else None,
            "health": ConsentHealth.UNUSED.value,
            "granted_at": now,
            "expires_at": token.expires_at,
            "refresh_at": next_refresh_at(token, now=now),
            **dict.fromkeys(_RESET_FIELDS, None),
            "wording": WORDING,
        },
    )
    write_receipt(consent, ReceiptKind.GRANTED, now)
    record_webhooks.keep_later(orcid_id)
    return consent


def next_refresh_at(token: TokenAnswer, *, now: datetime) -> datetime | None:
    """Return when to exchange a token: a week before it ends, but not before two thirds of its life.

    A token without a refresh token is checked when it ends.
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
    record_webhooks.keep_later(orcid_id)
    return True


@transaction.atomic
def doubt(*, orcid_id: str, purpose: Purpose) -> None:
    """Mark a permission as doubted after one refusal outside of a push; a check minutes later decides."""
    now = clock.now()
    Consent.objects.filter(
        orcid_id=orcid_id, purpose=purpose.value, first_refused_at=None, health__in=[h.value for h in USABLE]
    ).update(health=ConsentHealth.DOUBTED.value, first_refused_at=now)


def record_compared(*, orcid_id: str) -> None:
    """Record that a person's record was compared with our claims just now."""
    Consent.objects.filter(orcid_id=orcid_id).update(compared_at=clock.now())


def lose(consent: Consent, *, now: datetime) -> None:
    """Mark a permission as lost, because ORCID no longer accepts it. The caller has locked its row."""
    consent.health, consent.lost_at = ConsentHealth.LOST.value, now
    consent.refresh_at = None
    consent.save()
    write_receipt(consent, ReceiptKind.LOST, now)
    defer(job_names.SEND_LOST_NOTICE, row_id=consent.pk)
    record_webhooks.keep_later(consent.orcid_id)


@transaction.atomic
def record_notified(*, orcid_id: str) -> bool:
    """Record that a person was notified of lost permissions; return False if there were none."""
    now = clock.now()
    lost = Consent.objects.select_for_update().filter(
        orcid_id=orcid_id, health=ConsentHealth.LOST.value, notified_at=None
    )
    rows = list(lost)
    for row in rows:
        row.notified_at = now
        row.save(update_fields=["notified_at"])
        write_receipt(row, ReceiptKind.NOTIFIED, now)
    return bool(rows)


@transaction.atomic
def notify_again(*, orcid_id: str) -> int:
    """Have a person notified once more of the permissions that are lost; return the number of these."""
    lost = Consent.objects.select_for_update().filter(orcid_id=orcid_id, health=ConsentHealth.LOST.value)
    rows = list(lost)
    for row in rows:
        row.notified_at = None
        row.save(update_fields=["notified_at"])
    if rows:
        defer(job_names.SEND_LOST_NOTICE, row_id=rows[0].pk)
    return len(rows)


INVITE_AGAIN_AFTER: Final = timedelta(days=180)
"""An author who did not react is invited again after this pause, if works still wait (as at Crossref)."""


@transaction.atomic
def start_invitation(*, orcid_id: str) -> Invitation | None:
    """Record that an author is being invited; None if it is too early."""
    now = clock.now()
    row, is_new = Invitation.objects.select_for_update().get_or_create(
        orcid_id=orcid_id, defaults={"begun_at": now}
    )
    if not is_new:
        if row.asked_at is None or row.asked_at > now - INVITE_AGAIN_AFTER:
            return None
        row.begun_at, row.asked_at = now, None
        row.save()
    return row


def record_invitation_sent(*, invitation_id: int) -> None:
    """Record that the message is in the author's inbox."""
    Invitation.objects.filter(pk=invitation_id).update(asked_at=clock.now())


@transaction.atomic
def forget_person(*, orcid_id: str) -> None:
    """Erase all permissions and receipts of a closed account; open revocations stay until they are done."""
    Consent.objects.filter(orcid_id=orcid_id).delete()
    Receipt.objects.filter(orcid_id=orcid_id).delete()
    Invitation.objects.filter(orcid_id=orcid_id).delete()


def write_receipt(consent: Consent, kind: ReceiptKind, at: datetime) -> None:
    """Store the receipt of a change, in the transaction of the change."""
    Receipt.objects.create(
        orcid_id=consent.orcid_id,
        purpose=consent.purpose,
        kind=kind.value,
        client_id=consent.client_id,
        scopes=consent.scopes,
        wording=consent.wording,
        at=at,
    )
    counted = PERMISSIONS.labels(consent.purpose, kind.value)
    transaction.on_commit(counted.inc)


@transaction.atomic
def move_person(*, old_orcid_id: str, new_orcid_id: str) -> None:
    """Move permissions and receipts of a merged iD to the remaining one. Safe to run twice.

    ORCID does not accept tokens of a merged record, so its permissions are marked as lost, and the person is
    asked to give them again. A permission of the remaining iD takes precedence.
    """
    now = clock.now()
    purposes = set(Consent.objects.filter(orcid_id=new_orcid_id).values_list("purpose", flat=True))
    for consent in Consent.objects.select_for_update().filter(orcid_id=old_orcid_id):
        write_receipt(consent, ReceiptKind.LOST, now)
        if consent.purpose in purposes:
            consent.delete()
            continue
        consent.orcid_id = new_orcid_id
        consent.access_token = consent.refresh_token = consent.refresh_at = None
        consent.health, consent.lost_at = ConsentHealth.LOST.value, now
        consent.save()
    Receipt.objects.filter(orcid_id=old_orcid_id).update(orcid_id=new_orcid_id)
    record_webhooks.keep_later(old_orcid_id)
    # A person whose iDs were merged has an account: no invitation is needed.
    Invitation.objects.filter(orcid_id=old_orcid_id).delete()
