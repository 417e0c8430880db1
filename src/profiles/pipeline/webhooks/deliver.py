"""Sending messages to webhooks: taken in one transaction, sent without any, recorded one by one."""

import asyncio

import structlog
from asgiref.sync import sync_to_async

from profiles.clients.ssrf_safe_http import GuardedDoor
from profiles.clients.webhook_sender import Told, tell
from profiles.infra import clock, wiring
from profiles.infra.vault import VaultError
from profiles.webhooks import services
from profiles.webhooks.models import Delivery
from profiles.webhooks.services import TriedMessage

log = structlog.get_logger(__name__)


async def send_due(webhook_id: int) -> int:
    """Send a receiver some of what is due for it; return how many messages were tried.

    A message may arrive twice, with the same id. Each outcome is recorded as soon as it is known, and a
    message that fails by an error of ours keeps none of the others from being recorded.
    """
    due = await sync_to_async(services.take_due)(webhook_id=webhook_id)
    async with wiring.guarded_door() as door:
        outcomes = await asyncio.gather(*(_deliver(door, one) for one in due), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return len(due)


async def _deliver(door: GuardedDoor, delivery: Delivery) -> None:
    told = await _send(door, delivery)
    tried = TriedMessage(delivery.pk, told.seconds, told.status, told.problem, told.is_taken, told.is_gone)
    state = await sync_to_async(services.record_try)(tried=tried)
    log.info("webhook.told", webhook=str(delivery.webhook.uuid), kind=delivery.event, state=state.value)


async def _send(door: GuardedDoor, one: Delivery) -> Told:
    try:
        secrets = services.secrets_of(one.webhook, now=clock.now())
    except VaultError as error:
        log.exception("webhook.sealed", webhook=str(one.webhook.uuid))
        return Told(None, 0.0, f"not sent: its secret cannot be opened ({error})")
    return await tell(door, one.webhook.url, message_id=str(one.uuid), body=bytes(one.body), secrets=secrets)
