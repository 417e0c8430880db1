"""Changes of permissions, each with its receipt."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from profiles.clients.errors import ServiceError
from profiles.clients.orcid_oauth import OrcidOAuth, TokenAnswer
from profiles.consents.models import Consent, Receipt, Revocation
from profiles.consents.sealing import seal_purpose
from profiles.domain.consent import ConsentHealth, Purpose, ReceiptKind
from profiles.infra import clock, wiring

WORDING = "2026-11"
"""Version of the sentences people agreed to; changed whenever they change."""


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
            "last_used_at": None,
            "first_refused_at": None,
            "lost_at": None,
            "told_at": None,
            "wording": WORDING,
        },
    )
    _receipt(consent, ReceiptKind.GRANTED, now)
    return consent


@transaction.atomic
def withdraw(*, orcid_id: str, purpose: Purpose) -> bool:
    """Stop using a permission, at once and for good; revoking it at ORCID is left to ``revoke_due``."""
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
    consent.access_token = consent.refresh_token = None
    consent.health = ConsentHealth.WITHDRAWN.value
    consent.save()
    _receipt(consent, ReceiptKind.WITHDRAWN, now)
    return True


def revoke_due(*, now: datetime, limit: int = 50) -> list[Revocation]:
    """List the tokens that are to be revoked at ORCID now."""
    return list(Revocation.objects.filter(due_at__lte=now).order_by("due_at")[:limit])


async def revoke_at_orcid(oauth: OrcidOAuth, revocation: Revocation) -> bool:
    """Ask ORCID to revoke one token; False: ask again later."""
    vault = wiring.vault()
    purpose = Purpose(revocation.purpose)
    token = vault.unseal(
        bytes(revocation.token), purpose=seal_purpose(revocation.orcid_id, revocation.purpose)
    )
    try:
        await oauth.revoke(wiring.orcid_client(purpose), token=token)
    except ServiceError:
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
    row.tries += 1
    row.due_at = now + timedelta(minutes=min(4**row.tries, 24 * 60))
    row.save()


@transaction.atomic
def reseal(*, limit: int = 500) -> int:
    """Seal anew, with the newest key, what an older key sealed; say how many rows changed."""
    vault, changed = wiring.vault(), 0
    stale = [
        consent
        for consent in Consent.objects.select_for_update(skip_locked=True).exclude(access_token=None)
        if any(t and not vault.is_current(bytes(t)) for t in (consent.access_token, consent.refresh_token))
    ][:limit]
    for consent in stale:
        purpose = seal_purpose(consent.orcid_id, consent.purpose)
        for name in ("access_token", "refresh_token"):
            sealed = getattr(consent, name)
            if sealed:
                setattr(
                    consent, name, vault.seal(vault.unseal(bytes(sealed), purpose=purpose), purpose=purpose)
                )
        consent.save(update_fields=["access_token", "refresh_token"])
        changed += 1
    return changed


@transaction.atomic
def forget_person(*, orcid_id: str) -> None:
    """Erase all permissions and receipts of somebody who left; open revocations stay until they are done."""
    Consent.objects.filter(orcid_id=orcid_id).delete()
    Receipt.objects.filter(orcid_id=orcid_id).delete()


@transaction.atomic
def write_losses(*, lost: Sequence[tuple[str, Purpose]]) -> None:
    """Write the receipts of permissions that ORCID no longer accepts."""
    now = clock.now()
    for orcid_id, purpose in lost:
        consent = Consent.objects.filter(orcid_id=orcid_id, purpose=purpose.value).first()
        if consent is not None:
            _receipt(consent, ReceiptKind.LOST, now)


def _receipt(consent: Consent, kind: ReceiptKind, at: datetime) -> None:
    Receipt.objects.create(
        orcid_id=consent.orcid_id,
        purpose=consent.purpose,
        kind=kind.value,
        client_id=consent.client_id,
        scopes=consent.scopes,
        wording=consent.wording,
        at=at,
    )
