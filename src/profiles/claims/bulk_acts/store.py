"""Store acts on many works, and read how far they are."""

import uuid as uuids
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connection, transaction

from profiles.claims.bulk_acts.models import BulkAct, BulkActWork, SingleEntry
from profiles.infra import clock
from profiles.infra.postgres.database import in_array
from profiles.infra.postgres.deleting import delete_in_batches

RUNNING: Final = "running"
ENDED: Final = "ended"
CALLED_OFF: Final = "called-off"
SHOWN: Final = timedelta(days=1)
"""How long the notice about an act is shown to its person, unless they put it away."""
RETENTION: Final = timedelta(days=30)

_PLAN: Final = """
INSERT INTO claims_bulkactwork (bulk_act_id, claim_id, act)
SELECT %(bulk_act)s, c.id, %(act)s FROM claims_claim c
WHERE c.orcid_id = %(orcid_id)s AND c.id = ANY(%(ids)s::bigint[]) ORDER BY c.id
"""
PROGRESS: Final = """
SELECT json_build_array(a.uuid, a.act, a.state, a.undoes_id IS NOT NULL, count(*),
    count(*) FILTER (WHERE w.state = 'planned' OR w.state = 'done' AND c.state IN ('waiting', 'working')),
    count(*) FILTER (WHERE w.state = 'done'),
    count(*) FILTER (WHERE w.state = 'done' AND c.state IN ('failed', 'notified')),
    count(*) FILTER (WHERE w.state = 'unfit'), count(*) FILTER (WHERE w.state = 'left'))
FROM claims_bulkact a
JOIN claims_bulkactwork w ON w.bulk_act_id = a.id JOIN claims_claim c ON c.id = w.claim_id
WHERE a.id = (SELECT max(id) FROM claims_bulkact WHERE orcid_id = %(orcid_id)s)
    AND a.closed_at IS NULL AND a.created_at > %(acts_since)s
GROUP BY a.id
"""
"""Part of SQL: how far a person's last act is, unless the notice about it is put away or old."""


class Progress(msgspec.Struct, array_like=True, frozen=True):
    """How far an act is. ``to_go``: works that are planned, or whose change ORCID has not taken yet."""

    uuid: uuids.UUID
    act: str
    state: str
    is_undo: bool
    total: int
    to_go: int
    done: int
    failed: int
    unfit: int
    left: int


@transaction.atomic
def begin(
    *,
    orcid_id: str,
    act: str,
    claim_ids: Mapping[str, Sequence[int]],
    undoes: BulkAct | None = None,
    single_entry_id: int | None = None,
) -> BulkAct:
    """Plan an act for these claims of a person; ``claim_ids`` are by what is done to each of them."""
    row = BulkAct.objects.create(orcid_id=orcid_id, act=act, undoes=undoes, single_entry_id=single_entry_id)
    with connection.cursor() as cursor:
        for own_act, ids in claim_ids.items():
            values: dict[str, Any] = {"orcid_id": orcid_id, "act": own_act, "bulk_act": row.pk}
            values["ids"] = in_array(list(ids))
            cursor.execute(_PLAN, values)
    return row


def lock(bulk_act_id: int) -> BulkAct | None:
    """Lock an act until the end of the transaction; return None if it is gone."""
    return BulkAct.objects.select_for_update().filter(pk=bulk_act_id).first()


def own_act(orcid_id: str, uuid: uuids.UUID) -> BulkAct | None:
    """Return the person's act with this public id."""
    return BulkAct.objects.filter(orcid_id=orcid_id, uuid=uuid).first()


def works_of(bulk_act: BulkAct, state: str, *, limit: int | None = None) -> list[BulkActWork]:
    """Return the works of an act in one state, with their claims."""
    rows = BulkActWork.objects.filter(bulk_act=bulk_act, state=state).select_related("claim").order_by("pk")
    return list(rows[:limit])


def record_done(works: Sequence[BulkActWork], *, wanted: Sequence[int]) -> None:
    """Store that the act was done to these works; ``wanted`` are those that were wanted before."""
    BulkActWork.objects.filter(pk__in=[work.pk for work in works]).update(state="done")
    BulkActWork.objects.filter(pk__in=list(wanted)).update(was_wanted=True)


def record(works: Sequence[BulkActWork], state: str) -> None:
    """Store that these works did not fit, or were left as they are."""
    BulkActWork.objects.filter(pk__in=[work.pk for work in works]).update(state=state)


@transaction.atomic
def end(bulk_act: BulkAct, state: str) -> None:
    """Store that nothing more is planned; what still was is left as it is."""
    BulkActWork.objects.filter(bulk_act=bulk_act, state="planned").update(state="left")
    BulkAct.objects.filter(pk=bulk_act.pk).update(state=state)


def close(*, orcid_id: str, uuid: uuids.UUID) -> None:
    """Store that the person put the notice about the act away."""
    BulkAct.objects.filter(orcid_id=orcid_id, uuid=uuid).update(closed_at=clock.now())


def everything_of(orcid_id: str) -> list[dict[str, Any]]:
    """Return the stored data about a person's acts, for the data export."""
    rows = BulkAct.objects.filter(orcid_id=orcid_id).order_by("id").prefetch_related("works__claim")
    return [
        {
            "act": row.act,
            "state": row.state,
            "at": row.created_at,
            "works": [{"doi": work.claim.doi, "state": work.state} for work in row.works.all()],
        }
        for row in rows
    ]


def forget_person(*, orcid_id: str) -> None:
    """Erase the acts of a person who left, and which works they wanted as one entry."""
    BulkAct.objects.filter(orcid_id=orcid_id).delete()
    SingleEntry.objects.filter(orcid_id=orcid_id).delete()


def delete_old_bulk_acts(*, older_than: datetime) -> int:
    """Delete acts that began before this moment; they can no longer be undone. Their claims stay."""
    return delete_in_batches(BulkAct.objects.filter(created_at__lt=older_than))
