"""Do what a person wants with many works: some at once, the rest in the background, batch by batch.

Each batch is one transaction that holds the row of the act, so the person's "call off" comes before a batch
or after it, never into it. What ORCID has to do for each work goes on later, in the person's lane.
"""

import uuid as uuids
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final

from django.db import transaction

from profiles.claims import selectors
from profiles.claims.bulk_acts import store as bulk_acts
from profiles.claims.bulk_acts.models import BulkAct, BulkActWork
from profiles.domain.claim import ClaimAction
from profiles.infra.jobs import job_names
from profiles.infra.jobs.row_jobs import row_job
from profiles.pipeline.requests.bulk import OPEN, UNDONE_BY, Act, act_on_works

BATCH_SIZE: Final = 250
"""Also the number of works that are done at once, while the person waits at the page."""
_OPEN: Final = OPEN - {"failed"}
_GIVE_UP_AFTER: Final = timedelta(days=1)


@transaction.atomic
def start(*, orcid_id: str, act: Act, claim_ids: Sequence[int], single_entry_id: int | None = None) -> None:
    """Do this with these works of a person; a job does what is more than one batch."""
    if claim_ids:
        row = bulk_acts.begin(
            orcid_id=orcid_id,
            act=act.value,
            claim_ids={act.value: claim_ids},
            single_entry_id=single_entry_id,
        )
        _start(row)


@transaction.atomic
def call_off(*, orcid_id: str, uuid: uuids.UUID) -> None:
    """Leave the rest of an act as it was: what is planned, and what ORCID has not been asked for yet."""
    row = _locked(orcid_id, uuid)
    if row is None:
        return
    bulk_acts.end(row, bulk_acts.CALLED_OFF)
    rest = [work for work in bulk_acts.works_of(row, "done") if work.claim.state in _OPEN]
    for act, works in _by_act(rest, _reverse):
        changed = set(act_on_works(act, [work.claim for work in works], orcid_id=orcid_id))
        bulk_acts.record([work for work in works if work.claim_id in changed], "left")


@transaction.atomic
def undo(*, orcid_id: str, uuid: uuids.UUID) -> bool:
    """Undo an act, and leave what is still planned of it; return whether there was anything to undo."""
    row = _locked(orcid_id, uuid)
    if row is None or row.undoes_id is not None or Act(row.act) not in UNDONE_BY:
        return False
    if BulkAct.objects.filter(undoes=row).exists():
        return False
    bulk_acts.end(row, bulk_acts.CALLED_OFF)
    done = bulk_acts.works_of(row, "done")
    claim_ids = {act.value: [work.claim_id for work in works] for act, works in _by_act(done, _undoing)}
    if claim_ids:
        undoing = UNDONE_BY[Act(row.act)]
        _start(bulk_acts.begin(orcid_id=orcid_id, act=undoing.value, claim_ids=claim_ids, undoes=row))
    return bool(claim_ids)


def _locked(orcid_id: str, uuid: uuids.UUID) -> BulkAct | None:
    row = bulk_acts.own_act(orcid_id, uuid)
    return bulk_acts.lock(row.pk) if row else None


def _by_act(
    works: Sequence[BulkActWork], act_of: Callable[[BulkActWork], Act]
) -> list[tuple[Act, list[BulkActWork]]]:
    return [(act, list(group)) for act, group in groupby(sorted(works, key=act_of), act_of)]


def _undoing(work: BulkActWork) -> Act:
    """Return what undoes the act on this work: never an addition of what was not wanted before."""
    if work.act == Act.NOT_MINE and not work.was_wanted:
        return Act.UNBLOCK
    return UNDONE_BY[Act(work.act)]


def _reverse(work: BulkActWork) -> Act:
    """Return what calls off the act on this work while ORCID has not done it."""
    if work.act in {Act.AGAIN, Act.RESTORE} and work.claim.action == ClaimAction.CREATE:
        return Act.CALL_OFF
    if work.act == Act.UNBLOCK:
        return Act.UNBLOCK
    return _undoing(work) if work.act == Act.NOT_MINE else Act.RESTORE


def _start(row: BulkAct) -> None:
    if advance(row.pk):
        act_on_the_rest.defer(row_id=row.pk)


@transaction.atomic
def advance(bulk_act_id: int) -> bool:
    """Do the next batch of an act; return whether there is more to do."""
    row = bulk_acts.lock(bulk_act_id)
    if row is None or row.state != bulk_acts.RUNNING:
        return False
    planned = bulk_acts.works_of(row, "planned", limit=BATCH_SIZE)
    # What the person said of one of these works meanwhile is newer than the act.
    claim_ids = [work.claim_id for work in planned]
    spoken = selectors.requested_since(row.orcid_id, claim_ids=claim_ids, since=row.created_at)
    bulk_acts.record([work for work in planned if work.claim_id in spoken], "unfit")
    rest = [work for work in planned if work.claim_id not in spoken]
    for act, works in _by_act(rest, lambda work: Act(work.act)):
        wanted = [work.pk for work in works if _is_wanted(work)]
        done = set(act_on_works(act, [work.claim for work in works], orcid_id=row.orcid_id))
        bulk_acts.record_done([work for work in works if work.claim_id in done], wanted=wanted)
        bulk_acts.record([work for work in works if work.claim_id not in done], "unfit")
    if len(planned) < BATCH_SIZE:
        bulk_acts.end(row, bulk_acts.ENDED)
        return False
    return True


def _is_wanted(work: BulkActWork) -> bool:
    claim = work.claim
    return claim.action == ClaimAction.CREATE and claim.state not in {"deleted", "ignored"}


def _leave_the_rest(row: BulkAct) -> None:
    bulk_acts.end(row, bulk_acts.CALLED_OFF)


@row_job(
    BulkAct,
    name=job_names.ACT_ON_WORKS,
    begun=lambda row: row.created_at,
    give_up_after=_GIVE_UP_AFTER,
    on_give_up=_leave_the_rest,
)
def act_on_the_rest(row: BulkAct, _tries: int) -> None:
    """Do the rest of an act, batch by batch. Safe to run twice: each work is taken from the plan once."""
    while advance(row.pk):
        pass
