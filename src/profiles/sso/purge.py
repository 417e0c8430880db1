"""What is over is forgotten: codes, tokens, requests and notices that count no more; old rows too."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from profiles.infra import clock
from profiles.sso.models import (
    AuditEntry,
    DeviceRequest,
    Grant,
    LogoutNotice,
    PendingRequest,
    SigningKey,
    Token,
    UsedAssertion,
)

BATCH: Final = 5000
REVOKED_KEPT: Final = timedelta(days=30)
TRAIL_KEPT: Final = timedelta(days=400)
NOTICES_KEPT: Final = timedelta(days=7)
KEYS_KEPT: Final = timedelta(days=400)


def forget_what_is_over() -> int:
    """Delete it, in batches, and say how many rows went. Safe to run twice.

    A used refresh token stays until it would have expired: only then can its reuse be told.
    """
    now = clock.now()
    day_ago = now - timedelta(days=1)
    unused = Q(code_digest__isnull=False, code_used_at=None, code_ends_at__lt=day_ago)
    machine = Q(account=None, ends_at__lt=day_ago)
    over = [
        Token.objects.filter(ends_at__lt=now),
        Grant.objects.filter(Q(ends_at__lt=now) | Q(revoked_at__lt=now - REVOKED_KEPT) | unused | machine),
        # Its tokens are gone, and so is the session whose end the service would have to be told of.
        Grant.objects.filter(begun_at__lt=now - REVOKED_KEPT, tokens=None),
        PendingRequest.objects.filter(ends_at__lt=now),
        DeviceRequest.objects.filter(ends_at__lt=day_ago),
        UsedAssertion.objects.filter(ends_at__lt=now - timedelta(minutes=5)),
        LogoutNotice.objects.filter(made_at__lt=now - NOTICES_KEPT),
        SigningKey.objects.filter(ends_at__lt=now - KEYS_KEPT),
        AuditEntry.objects.filter(at__lt=now - TRAIL_KEPT),
    ]
    return sum(_delete(rows) for rows in over)


def _delete(rows: QuerySet[Any]) -> int:
    total = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        total += rows.model._default_manager.filter(pk__in=keys).delete()[0]  # noqa: SLF001  Django's name
    return total
