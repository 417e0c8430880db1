"""Campaigns of staff that correct works on records after our mapping has changed.

A change of our mapping is never a reason to write: works are corrected when their metadata change. Where
that is not enough, staff start a campaign. It requests so many claims an hour; the worker reads each work
before it writes, and both are kept, so that the campaign can be undone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import transaction
from django.db.models import F, QuerySet
from psycopg import AsyncConnection

from profiles.claims.models import Campaign, CampaignWork, Claim
from profiles.claims.services import ClaimRequest, request_claims
from profiles.domain.claim import ClaimAction, ClaimState, Origin
from profiles.infra import clock
from profiles.infra.postgres.database import in_array
from profiles.infra.postgres.deleting import delete_in_batches

ACTIVE: Final = ("running", "undoing")
INTERVAL: Final = timedelta(minutes=1)
"""How often a campaign requests its next claims."""
_UNDER_WAY: Final = (ClaimState.WAITING, ClaimState.WORKING)


class CampaignRunningError(Exception):
    """There is an active campaign; only one may change works at a time."""


def correctable() -> QuerySet[Claim]:
    """Return the claims whose work is on a record and could be corrected, by their ids."""
    return Claim.objects.filter(
        state=ClaimState.DONE, action=ClaimAction.CREATE, put_code__isnull=False
    ).order_by("pk")


@transaction.atomic
def start(*, claim_ids: Sequence[int], per_hour: int, by: str) -> Campaign:
    """Start a campaign for these claims.

    Raises:
        CampaignRunningError: end or stop the active one first.
    """
    if Campaign.objects.select_for_update().filter(state__in=ACTIVE).exists():
        raise CampaignRunningError
    campaign = Campaign.objects.create(started_by=by, per_hour=per_hour, started_at=clock.now())
    CampaignWork.objects.bulk_create(
        [CampaignWork(campaign=campaign, claim_id=claim_id) for claim_id in claim_ids], batch_size=5_000
    )
    return campaign


@transaction.atomic
def stop(*, campaign_id: int) -> int:
    """Stop a campaign; return how many works are left as they are."""
    Campaign.objects.filter(pk=campaign_id, state__in=ACTIVE).update(state="stopped")
    return CampaignWork.objects.filter(campaign_id=campaign_id, state__in=("planned", "due")).update(
        state="planned"
    )


@transaction.atomic
def undo(*, campaign_id: int) -> int:
    """Bring back what was on the records before a campaign, at its pace; return for how many works.

    Raises:
        CampaignRunningError: another campaign is active.
    """
    if Campaign.objects.select_for_update().filter(state__in=ACTIVE).exclude(pk=campaign_id).exists():
        raise CampaignRunningError
    Campaign.objects.filter(pk=campaign_id).update(state="undoing")
    works = CampaignWork.objects.filter(campaign_id=campaign_id)
    works.filter(state__in=("planned", "due")).update(state="same")
    return works.filter(state="sent").update(state="planned")


@transaction.atomic
def advance() -> int:
    """Request the next claims of the active campaign, once a minute; return how many."""
    campaign = Campaign.objects.select_for_update(skip_locked=True).filter(state__in=ACTIVE).first()
    if campaign is None:
        return 0
    works = CampaignWork.objects.filter(campaign=campaign)
    # A claim that has ended without a write needed none, or was refused.
    works.filter(state="due").exclude(claim__state__in=_UNDER_WAY).update(state="same", at=clock.now())
    share = max(1, campaign.per_hour * INTERVAL // timedelta(hours=1))
    under_way = works.filter(state="due").count()
    chosen = list(
        works.filter(state="planned").select_related("claim").order_by("pk")[: max(0, share - under_way)]
    )
    ready = [work for work in chosen if work.claim.state == ClaimState.DONE and work.claim.put_code]
    works.filter(pk__in=[work.pk for work in chosen]).exclude(pk__in=[w.pk for w in ready]).update(
        state="same"
    )
    works.filter(pk__in=[work.pk for work in ready]).update(state="due", at=clock.now())
    request_claims(
        [
            ClaimRequest(
                work.claim.orcid_id,
                work.claim.doi,
                Origin(work.claim.origin),
                actor=f"campaign:{campaign.pk}",
                note=f"started by {campaign.started_by}",
            )
            for work in ready
        ]
    )
    if not chosen and not under_way:
        Campaign.objects.filter(pk=campaign.pk).update(
            state="over" if campaign.state == "running" else "undone"
        )
    return len(ready)


def every() -> QuerySet[Campaign]:
    """Return all campaigns, the oldest first."""
    return Campaign.objects.order_by("pk")


def states(*, campaign_id: int) -> dict[str, int]:
    """Count the works of a campaign by state."""
    counts: dict[str, int] = {}
    for state in CampaignWork.objects.filter(campaign_id=campaign_id).values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    return counts


def touched(*, campaign_id: int) -> QuerySet[CampaignWork, Any]:
    """Return the works that a campaign wrote: iD, DOI, put-code, before and after."""
    return (
        CampaignWork.objects.filter(campaign_id=campaign_id, before__isnull=False)
        .order_by("pk")
        .values(
            "state",
            "before",
            "after",
            "at",
            orcid=F("claim__orcid_id"),
            doi=F("claim__doi"),
            put_code=F("claim__put_code"),
        )
    )


class Correction(msgspec.Struct, frozen=True):
    """What a campaign wants of a claim: today's mapping, or what was there before."""

    restore: bytes | None = None


class CorrectedWork(msgspec.Struct, frozen=True):
    """A work that was written for a campaign: what was on the record, and what is there now."""

    claim_id: int
    before: bytes
    after: bytes


_DUE: Final = """
SELECT w.claim_id, CASE WHEN c.state = 'undoing' THEN w.before END
FROM claims_campaignwork w JOIN claims_campaign c ON c.id = w.campaign_id
WHERE w.state = 'due' AND w.claim_id = ANY(%s::bigint[]) AND c.state IN ('running', 'undoing')
"""
_RECORD: Final = """
UPDATE claims_campaignwork w SET state = CASE WHEN c.state = 'undoing' THEN 'undone' ELSE 'sent' END,
    at = %(now)s,
    before = CASE WHEN c.state = 'undoing' THEN w.before ELSE decode(r.before, 'hex') END,
    after = CASE WHEN c.state = 'undoing' THEN w.after ELSE decode(r.after, 'hex') END
FROM unnest(%(id)s::bigint[], %(before)s::text[], %(after)s::text[]) AS r(id, before, after),
    claims_campaign c
WHERE w.claim_id = r.id AND w.state = 'due' AND c.id = w.campaign_id
"""


async def due_corrections(
    connection: AsyncConnection[Any], claim_ids: Sequence[int]
) -> dict[int, Correction]:
    """Return which of these claims were requested by a campaign, on the worker's connection."""
    cursor = await connection.execute(_DUE, [in_array(list(claim_ids))], prepare=True)
    return {claim_id: Correction(body and bytes(body)) for claim_id, body in await cursor.fetchall()}


async def record(connection: AsyncConnection[Any], works: Sequence[CorrectedWork]) -> None:
    """Keep what was on the records before and after."""
    if works:
        parameters = {
            "now": clock.now(),
            "id": in_array([work.claim_id for work in works]),
            "before": in_array([work.before.hex() for work in works]),
            "after": in_array([work.after.hex() for work in works]),
        }
        await connection.execute(_RECORD, parameters)


def delete_old_campaigns(*, older_than: datetime) -> int:
    """Delete ended campaigns that were started before this moment: they can no longer be undone."""
    ended = Campaign.objects.exclude(state__in=ACTIVE)
    return delete_in_batches(ended.filter(started_at__lt=older_than))


@transaction.atomic
def send_again(*, orcid_id: str, doi: str, actor: str, note: str) -> bool:
    """Request a work that is on the record again, and have it sent in any case; False: it is not there.

    Without the digests of what was sent before, a worker cannot know that nothing changed.
    """
    on_record = Claim.objects.filter(
        orcid_id=orcid_id,
        doi=doi,
        state=ClaimState.DONE.value,
        action=ClaimAction.CREATE.value,
        put_code__isnull=False,
        removed_by_owner_at=None,
    )
    claim = on_record.first()
    if claim is None:
        return False
    # This locks the lane before the claim, as all other code does.
    request_claims([ClaimRequest(orcid_id, doi, Origin(claim.origin), actor=actor, note=note)])
    Claim.objects.filter(pk=claim.pk).update(sent_digest=None, sent_inputs=None)
    return True
