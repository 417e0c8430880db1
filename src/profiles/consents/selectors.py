"""Read permissions; tokens stay sealed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import F, OuterRef, Subquery

from profiles.consents.models import Consent, Receipt, Revocation
from profiles.domain.consent import USABLE, ConsentHealth, Purpose, ReceiptKind
from profiles.infra.postgres.sql_params import words


def consents_of(orcid_id: str) -> dict[Purpose, Consent]:
    """Return a person's permissions by purpose, withdrawn ones included."""
    return {Purpose(row.purpose): row for row in Consent.objects.filter(orcid_id=orcid_id)}


def consents_with_revocations(orcid_id: str) -> dict[Purpose, Any]:
    """Return the same with ``unconfirmed_since``: when a revocation began that ORCID has not confirmed."""
    pending = Revocation.objects.filter(
        orcid_id=OuterRef("orcid_id"), purpose=OuterRef("purpose"), was_stored=True
    )
    first = Subquery(pending.order_by("asked_at").values("asked_at")[:1])
    rows = Consent.objects.filter(orcid_id=orcid_id).annotate(unconfirmed_since=first)
    return {Purpose(row.purpose): row for row in rows}


def is_usable(consent: Consent | None) -> bool:
    """Tell whether works can be sent with a permission, as far as we know."""
    return (
        consent is not None and consent.access_token is not None and ConsentHealth(consent.health) in USABLE
    )


# Parts of SQL for statements of other packages that need permissions beside rows of their own.
HAS_PERMISSION: Final = "EXISTS (SELECT FROM consents_consent p WHERE p.orcid_id = c.orcid_id)"
"""Whether the person of ``c`` ever gave a permission."""
HAS_INVITATION: Final = """EXISTS (SELECT FROM consents_invitation i
        WHERE i.orcid_id = c.orcid_id AND (i.asked_at IS NULL OR i.asked_at > %(asked_before)s))"""
"""Whether the author of ``c`` is being asked to sign in, or was asked after ``asked_before``."""


def auto_update_permissions(orcid_ids: Iterable[str]) -> dict[str, bool]:
    """Tell of those people who ever permitted Auto-Update whether that permission is usable, in one query."""
    usable = {health.value for health in USABLE}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT orcid_id, access_token IS NOT NULL, health FROM consents_consent"
            " WHERE orcid_id = ANY(string_to_array(%s, ' ')) AND purpose = %s",
            [words(orcid_ids), Purpose.AUTO_UPDATE.value],
        )
        return {orcid_id: has_token and health in usable for orcid_id, has_token, health in cursor.fetchall()}


def lost_consents_of(orcid_id: str) -> list[Consent]:
    """List the permissions that ORCID no longer accepts; a banner shows them."""
    return list(Consent.objects.filter(orcid_id=orcid_id, health=ConsentHealth.LOST.value))


def last_notified(orcid_id: str) -> datetime | None:
    """Return when a person was last notified of a lost permission."""
    receipts = Receipt.objects.filter(orcid_id=orcid_id, kind=ReceiptKind.NOTIFIED.value)
    return receipts.order_by("-at").values_list("at", flat=True).first()


def receipts_of(orcid_id: str) -> list[Receipt]:
    """List a person's receipts, latest first."""
    return list(Receipt.objects.filter(orcid_id=orcid_id).order_by("-at", "-id"))


def permission_line(consent: Consent) -> dict[str, Any]:
    """Return a permission as its owner downloads it; never the token."""
    moments = ("granted_at", "expires_at", "refreshed_at", "last_used_at", "first_refused_at", "lost_at")
    return {
        "purpose": consent.purpose,
        "health": consent.health,
        "client_id": consent.client_id,
        "scopes": consent.scopes,
        "wording": consent.wording,
        **{name: getattr(consent, name) for name in moments},
    }


def receipt_line(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as its owner downloads it."""
    return {
        "at": receipt.at.isoformat(),
        "what": receipt.kind,
        "purpose": receipt.purpose,
        "scopes": receipt.scopes,
        "client_id": receipt.client_id,
        "wording": receipt.wording,
    }


def doubted_before(moment: datetime, *, limit: int = 100) -> list[Consent]:
    """List the permissions that ORCID first refused at this moment or earlier: they need another check."""
    doubted = Consent.objects.filter(health=ConsentHealth.DOUBTED.value, first_refused_at__lte=moment)
    return list(doubted.exclude(access_token=None).order_by("first_refused_at")[:limit])


def compared_before(moment: datetime, *, limit: int) -> list[str]:
    """List people with a usable permission whose record was last compared before this moment, or never.

    Never comes first, then the longest ago. An index has them in this order.
    """
    usable = Consent.objects.filter(health__in=[h.value for h in USABLE], access_token__isnull=False)
    longest_first = usable.order_by(F("compared_at").asc(nulls_first=True), "orcid_id")
    # One person has at most as many rows as there are purposes.
    rows = longest_first.values_list("orcid_id", "compared_at")[: limit * len(Purpose)]
    due = [orcid_id for orcid_id, at in rows if at is None or at <= moment]
    return list(dict.fromkeys(due))[:limit]
