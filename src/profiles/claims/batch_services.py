"""Change batches: begin one for each key of a caller, and fill it with the outcome of each item."""

import uuid as uuids
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import connection, transaction

from profiles.claims.models import ClaimBatch
from profiles.infra import clock
from profiles.infra.postgres.deleting import delete_in_batches
from profiles.infra.postgres.sql_params import json_rows

RETENTION: Final = timedelta(days=30)
"""How long a key finds its batch again."""


class NewItem(msgspec.Struct, frozen=True, gc=False):
    """One item of a batch: a claim by iD and DOI, or the code of why there is none."""

    number: int
    orcid_id: str | None = None
    doi: str | None = None
    code: str = ""
    counted: int | None = None


# A second caller with the same key waits here until the first is done.
_BEGIN: Final = """
INSERT INTO claims_claimbatch (uuid, owner, key, digest, total, refused, created_at)
VALUES (%(uuid)s, %(owner)s, %(key)s, %(digest)s, %(total)s, %(refused)s, %(now)s)
ON CONFLICT (owner, key) DO NOTHING
"""
_FILL: Final = """
INSERT INTO claims_batchitem (batch_id, number, claim_id, code, counted)
SELECT %(batch)s, w.number, c.id, w.code, w.counted
FROM json_to_recordset(%(rows)s::json) AS w(number int, orcid_id text, doi text, code text, counted int)
LEFT JOIN claims_claim c USING (orcid_id, doi)
"""


@transaction.atomic
def begin(*, owner: str, key: str, digest: bytes, total: int, refused: int) -> tuple[ClaimBatch, bool]:
    """Return the batch of this key, and whether it is new; of concurrent callers only one makes it."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGIN,
            {
                "uuid": uuids.uuid4(),
                "owner": owner,
                "key": key,
                "digest": digest,
                "total": total,
                "refused": refused,
                "now": clock.now(),
            },
        )
        is_new = cursor.rowcount == 1
    return ClaimBatch.objects.get(owner=owner, key=key), is_new


@transaction.atomic
def fill(*, batch_id: int, items: Sequence[NewItem]) -> None:
    """Store the outcome of each item; the claims exist by now."""
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"batch": batch_id, "rows": json_rows(items)})


@transaction.atomic
def move_owner(*, old_owner: str, new_owner: str) -> None:
    """Give the batches of a merged iD to the iD into which it was merged."""
    taken = ClaimBatch.objects.filter(owner=new_owner).values("key")
    ClaimBatch.objects.filter(owner=old_owner).exclude(key__in=taken).update(owner=new_owner)


def forget_owner(*, owner: str) -> None:
    """Erase the batches of a person who left; items in other batches are deleted with their claims."""
    ClaimBatch.objects.filter(owner=owner).delete()


def delete_old_batches(*, older_than: datetime) -> int:
    """Delete batches made before this moment; return the number of rows. Their claims stay."""
    return delete_in_batches(ClaimBatch.objects.filter(created_at__lt=older_than))
