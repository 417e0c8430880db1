"""Read batches: the claims requested in one call, and the outcome of each item."""

import uuid as uuids
from typing import Any

from django.db import connection

from profiles.claims.models import ClaimBatch


def batch_by_uuid(uuid: uuids.UUID) -> ClaimBatch | None:
    """Return the batch with this public id."""
    return ClaimBatch.objects.filter(uuid=uuid).first()


def items_of(batch: ClaimBatch) -> list[dict[str, Any]]:
    """Return all items in their order with the columns of their claims, which are None for refused items."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.number, i.code, i.counted, c.uuid, c.orcid_id, c.doi, c.origin, c.shown_state,"
            " c.action, c.problem, c.put_code FROM claims_batchitem i"
            " LEFT JOIN claims_claim c ON c.id = i.claim_id"
            " WHERE i.batch_id = %s ORDER BY i.number",
            [batch.pk],
        )
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def everything_of(owner: str) -> list[dict[str, Any]]:
    """Return the stored data about an owner's batches, for the data export."""
    batches = ClaimBatch.objects.filter(owner=owner).order_by("id")
    return [dict(row) for row in batches.values("uuid", "key", "total", "refused", "created_at")]
