"""Which records ORCID is to call us about, and the address it calls for each.

ORCID signs nothing and sends no body (contract 5.3), so the address itself names the record and carries a
signature that no one else can make.
"""

import hashlib
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from profiles.consents.models import Consent, RecordWebhook
from profiles.domain.consent import USABLE, Purpose
from profiles.infra import clock, wiring
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer

PATH: Final = "orcid-changes"


def are_on() -> bool:
    """Tell whether this installation uses ORCID's webhooks."""
    return bool(settings.ENVIRONMENT.PROFILES_ORCID_WEBHOOKS)


def _signer() -> signing.Signer:
    return signing.Signer(salt="profiles.orcid-changes")


def address_for(orcid_id: str) -> str:
    """Return the address that ORCID calls for a record."""
    return f"{settings.ENVIRONMENT.PROFILES_URL}/{PATH}/{_signer().sign(orcid_id)}"


def orcid_id_in(signed: str) -> str | None:
    """Return the iD in the last part of an address; None when the signature is not ours."""
    try:
        return _signer().unsign(signed)
    except signing.BadSignature:
        return None


def settings_digest() -> str:
    """Return what addresses are made with now: our address, our key, and our client at ORCID."""
    client_id = wiring.orcid_client(Purpose.AUTO_UPDATE).client_id
    parts = (settings.ENVIRONMENT.PROFILES_URL, settings.SECRET_KEY, client_id)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def keep_later(orcid_id: str) -> None:
    """Have a job register or remove the address of this record, in the caller's transaction."""
    if are_on() or RecordWebhook.objects.filter(pk=orcid_id).exists():
        name = job_names.KEEP_RECORD_WEBHOOK
        defer(name, lock=f"{name}:{orcid_id}", alone=True, orcid_id=orcid_id)


def is_wanted(orcid_id: str) -> bool:
    """Tell whether ORCID is to call us about this record."""
    return are_on() and _people_with_permission().filter(orcid_id=orcid_id).exists()


def out_of_date(*, limit: int) -> list[str]:
    """List records that have to be registered, registered again, or removed."""
    wanted = _people_with_permission()
    if not are_on():
        wanted = wanted.none()
    current = RecordWebhook.objects.filter(registered_at__isnull=False, made_with=settings_digest())
    missing = wanted.exclude(Exists(current.filter(orcid_id=OuterRef("orcid_id"))))
    unwanted = RecordWebhook.objects.exclude(Exists(wanted.filter(orcid_id=OuterRef("orcid_id"))))
    orcid_ids = list(unwanted.order_by("pk").values_list("orcid_id", flat=True)[:limit])
    orcid_ids += missing.order_by("orcid_id").values_list("orcid_id", flat=True).distinct()[:limit]
    return orcid_ids[:limit]


def _people_with_permission() -> QuerySet[Consent]:
    usable = Q(health__in=[health.value for health in USABLE], access_token__isnull=False)
    return Consent.objects.filter(usable)


def registration_of(orcid_id: str) -> RecordWebhook | None:
    """Return what ORCID may have registered for this record."""
    return RecordWebhook.objects.filter(pk=orcid_id).first()


def begin(orcid_id: str) -> str:
    """Store the address that ORCID is about to be given, and return it."""
    address = address_for(orcid_id)
    RecordWebhook.objects.update_or_create(
        orcid_id=orcid_id,
        defaults={"address": address, "made_with": settings_digest(), "registered_at": None},
    )
    return address


def record_registered(orcid_id: str, address: str) -> bool:
    """Store that ORCID has the address; False: it is no longer wanted, and has to be removed there."""
    rows = RecordWebhook.objects.filter(pk=orcid_id, address=address)
    return rows.update(registered_at=clock.now()) > 0


def record_removed(orcid_id: str, address: str) -> None:
    """Forget an address that ORCID has removed."""
    RecordWebhook.objects.filter(pk=orcid_id, address=address).delete()


@transaction.atomic
def record_call(orcid_id: str) -> tuple[bool, datetime | None]:
    """Record that ORCID called; return whether the record is registered, and when ORCID called before."""
    row = RecordWebhook.objects.select_for_update().filter(pk=orcid_id).first()
    if row is None:
        return False, None
    before, row.called_at = row.called_at, clock.now()
    row.save(update_fields=["called_at"])
    return True, before
