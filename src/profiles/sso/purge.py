"""Delete expired codes, tokens, requests and notices, and old rows."""

from datetime import timedelta
from typing import Final

from django.db.models import Q

from profiles.infra import clock
from profiles.infra.postgres.deleting import delete_in_batches
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

KEEP_REVOKED: Final = timedelta(days=30)
KEEP_AUDIT: Final = timedelta(days=400)
KEEP_NOTICES: Final = timedelta(days=7)
KEEP_KEYS: Final = timedelta(days=400)


def delete_expired() -> int:
    """Delete expired rows in batches and return their number. Safe to run twice.

    A used refresh token stays until it would have expired, so that its reuse can be detected.
    """
    now = clock.now()
    day_ago = now - timedelta(days=1)
    unused = Q(code_digest__isnull=False, code_used_at=None, code_ends_at__lt=day_ago)
    machine = Q(account=None, ends_at__lt=day_ago)
    expired = [
        Token.objects.filter(ends_at__lt=now),
        Grant.objects.filter(Q(ends_at__lt=now) | Q(revoked_at__lt=now - KEEP_REVOKED) | unused | machine),
        # Its tokens are deleted, and its session has ended: no logout notice needs it.
        Grant.objects.filter(begun_at__lt=now - KEEP_REVOKED, tokens=None),
        PendingRequest.objects.filter(ends_at__lt=now),
        DeviceRequest.objects.filter(ends_at__lt=day_ago),
        UsedAssertion.objects.filter(ends_at__lt=now - timedelta(minutes=5)),
        LogoutNotice.objects.filter(made_at__lt=now - KEEP_NOTICES),
        SigningKey.objects.filter(ends_at__lt=now - KEEP_KEYS),
        AuditEntry.objects.filter(at__lt=now - KEEP_AUDIT),
    ]
    return sum(delete_in_batches(rows) for rows in expired)
