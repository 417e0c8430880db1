"""Sending messages to webhooks: taken in one transaction, sent without any, recorded one by one."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from profiles.clients.blocking import call
from profiles.clients.ssrf_safe_http import GuardedDoor
from profiles.clients.webhook_sender import Told, tell
from profiles.infra import clock, wiring
from profiles.infra.vault import VaultError
from profiles.webhooks import services
from profiles.webhooks.models import Delivery
from profiles.webhooks.services import TriedMessage

log = structlog.get_logger(__name__)


def deliver_due(*, limit: int = 100) -> int:
    """Send what is due; say how many messages were tried. A message may arrive twice, with the same id."""
    due = services.take_due(now=clock.now(), limit=limit)
    if not due:
        return 0
    for delivery, told in zip(due, call(_send_all(due)), strict=True):
        state = services.record_try(
            tried=TriedMessage(
                delivery.pk, told.seconds, told.status, told.problem, told.is_taken, told.is_gone
            )
        )
        log.info("webhook.told", webhook=str(delivery.webhook.uuid), kind=delivery.event, state=state.value)
    return len(due)


async def _send_all(due: Sequence[Delivery]) -> list[Told]:
    now = clock.now()
    async with wiring.guarded_door() as door:
        return await asyncio.gather(*(_send(door, one, now) for one in due))


async def _send(door: GuardedDoor, one: Delivery, now: datetime) -> Told:
    """Send one message; whatever is wrong with it is its own problem, and holds up no other."""
    try:
        secrets = services.secrets_of(one.webhook, now=now)
    except VaultError as error:
        log.exception("webhook.sealed", webhook=str(one.webhook.uuid))
        return Told(None, 0.0, f"not sent: its secret cannot be opened ({error})")
    return await tell(door, one.webhook.url, message_id=str(one.uuid), body=bytes(one.body), secrets=secrets)
