"""Send messages to webhooks: taken in one transaction, sent outside of any, recorded one by one."""

import asyncio

import structlog
from asgiref.sync import sync_to_async

from profiles.clients.ssrf_safe_http import SsrfSafeHttpClient
from profiles.clients.webhook_sender import DeliveryResult, tell
from profiles.infra import clock, wiring
from profiles.infra.vault import VaultError
from profiles.webhooks import services
from profiles.webhooks.models import Delivery
from profiles.webhooks.services import DeliveryAttempt

log = structlog.get_logger(__name__)


async def send_due(webhook_id: int) -> int:
    """Send a receiver some of its due messages; return how many were tried.

    A message may arrive twice, with the same id. Each outcome is recorded as soon as it is known, and a
    message that fails by an error of ours does not prevent the others from being recorded.
    """
    due = await sync_to_async(services.take_due)(webhook_id=webhook_id)
    async with wiring.ssrf_safe_http_client() as http:
        outcomes = await asyncio.gather(
            *(_deliver(http, delivery) for delivery in due), return_exceptions=True
        )
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return len(due)


async def _deliver(http: SsrfSafeHttpClient, delivery: Delivery) -> None:
    result = await _send(http, delivery)
    tried = DeliveryAttempt(
        delivery.pk, result.seconds, result.status, result.problem, result.is_taken, result.is_gone
    )
    state = await sync_to_async(services.record_attempt)(attempt=tried)
    log.info(
        "webhook.delivery_tried", webhook=str(delivery.webhook.uuid), kind=delivery.event, state=state.value
    )


async def _send(http: SsrfSafeHttpClient, delivery: Delivery) -> DeliveryResult:
    try:
        secrets = services.secrets_of(delivery.webhook, now=clock.now())
    except VaultError as error:
        log.exception("webhook.secret_unreadable", webhook=str(delivery.webhook.uuid))
        return DeliveryResult(None, 0.0, f"not sent: its secret cannot be opened ({error})")
    return await tell(
        http, delivery.webhook.url, message_id=str(delivery.uuid), body=bytes(delivery.body), secrets=secrets
    )
