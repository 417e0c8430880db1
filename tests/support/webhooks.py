"""Webhooks of a test: who listens, something to tell, and telling it."""

from asgiref.sync import async_to_sync

from profiles.claims import services as claims
from profiles.domain.claim import ClaimEvent
from profiles.infra import clock
from profiles.pipeline.webhooks.announce import announce
from profiles.pipeline.webhooks.deliver import send_due
from profiles.webhooks import services
from profiles.webhooks.models import Delivery, Webhook
from tests.support.claims import DOI, waiting_claim
from tests.support.jobs import outside_the_browsers_loop

ALL = ["claim.done", "claim.failed", "claim.skipped"]


def hook(receiver, *, events=ALL, is_own=False, owner="agent") -> Webhook:
    webhook, receiver.secret = services.register(
        owner=owner, name="Agent", url=receiver.url, events=events, is_own=is_own
    )
    return webhook


def failed_claim(doi=DOI):
    claim = waiting_claim(doi=doi)
    return claims.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="record-locked")


def tell() -> None:
    announce()
    deliver_due()


def due_again() -> None:
    Delivery.objects.exclude(due_at=None).update(due_at=clock.now())
    Webhook.objects.update(paused_until=None)


def deliver_due() -> int:
    """Do once for each receiver what its job does."""
    return outside_the_browsers_loop(
        lambda: sum(async_to_sync(send_due)(webhook_id) for webhook_id in services.receivers_due())
    )
