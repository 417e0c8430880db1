"""Telling another service: one signed POST, answered by any 2xx."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from profiles.clients.errors import ServiceError
from profiles.clients.ssrf_safe_http import SsrfSafeHttpClient
from profiles.domain.webhook_events import signatures

_FIRST_OK: Final = 200
_FIRST_NOT_OK: Final = 300


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What came of one try. ``status`` None: no answer; ``gone``: the receiver wants nothing any more."""

    status: int | None
    seconds: float
    problem: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and _FIRST_OK <= self.status < _FIRST_NOT_OK

    @property
    def is_gone(self) -> bool:
        """Whether the receiver asked us to stop (410)."""
        return self.status == HTTPStatus.GONE


async def tell(
    http: SsrfSafeHttpClient, url: str, *, message_id: str, body: bytes, secrets: Sequence[str]
) -> DeliveryResult:
    """Send a message; the answer's body is not looked at. Never raises for what the receiver does."""
    refusal = http.refusal_of(url)
    if refusal:
        return DeliveryResult(None, 0.0, refusal)
    began, moment = time.monotonic(), int(time.time())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": signatures(secrets, message_id=message_id, sent_at=moment, body=body),
    }
    try:
        answer = await http.send("webhook", "webhook/tell", "POST", url, headers=headers, body=body)
    except ServiceError as error:
        return DeliveryResult(None, time.monotonic() - began, error.detail or str(error))
    return DeliveryResult(answer.status, time.monotonic() - began)
