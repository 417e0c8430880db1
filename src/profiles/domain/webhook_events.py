"""Webhooks: what we tell other services about, how it is signed, and when it is tried again.

Signatures follow the Standard Webhooks specification (standardwebhooks.com), for which receivers find
libraries in every language: HMAC-SHA256 over ``id.timestamp.body``, the secret written as ``whsec_…``.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Final

from profiles.domain.claim import ClaimState


class WebhookEvent(StrEnum):
    """Events that a service can subscribe to."""

    CLAIM_DONE = "claim.done"
    """The record is as wanted: the work is on it, or off it where that was asked for."""
    CLAIM_FAILED = "claim.failed"
    """The attempt failed; we do not continue automatically."""
    CLAIM_SKIPPED = "claim.skipped"
    """A rule or the person said no, with or without a claim."""
    PERMISSION_LOST = "permission.lost"
    """ORCID no longer accepts a person's permission. Only DataCite's own services receive this."""
    AUTHOR_ANSWERED = "author.answered"
    """A person said whether a work names them. Only the repository of the DOI receives this."""
    PING = "ping"
    """A test; always delivered to the one who asked."""


CHOOSABLE: Final = frozenset(WebhookEvent) - {WebhookEvent.PING}
ONLY_OWN: Final = frozenset({WebhookEvent.PERMISSION_LOST})
"""Reveals something about a person's permission, which stays within DataCite."""
FOR_REPOSITORIES: Final = frozenset({WebhookEvent.AUTHOR_ANSWERED})
"""What a webhook that is bound to a repository or member receives. Others may ask for it, and get none."""


def choosable(*, is_own: bool, is_bound: bool) -> frozenset[WebhookEvent]:
    """Return the events that a webhook may ask for."""
    if is_own:
        return CHOOSABLE
    return FOR_REPOSITORIES if is_bound else CHOOSABLE - ONLY_OWN


def is_of(repository: str, *, bound_to: str, member: str) -> bool:
    """Tell whether a repository is the one, or one of the member, that a webhook is bound to."""
    if bound_to:
        return repository.lower() == bound_to.lower()
    return bool(member) and repository.lower().partition(".")[0] == member.lower()


OF_STATE: Final = {
    ClaimState.DONE: WebhookEvent.CLAIM_DONE,
    ClaimState.DELETED: WebhookEvent.CLAIM_DONE,
    ClaimState.FAILED: WebhookEvent.CLAIM_FAILED,
    ClaimState.IGNORED: WebhookEvent.CLAIM_SKIPPED,
}
"""The states that make an event; all others lead to one of these."""


class DeliveryState(StrEnum):
    """The state of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


_WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
_PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32


def wait_after(tries: int) -> timedelta | None:
    """Say how long to wait after so many tries; None: it stays failed until it is replayed."""
    return _WAITS[tries - 1] if tries <= len(_WAITS) else None


def invent_secret() -> str:
    """Return a new secret, as both sides keep it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signatures(given: Sequence[str], *, message_id: str, sent_at: int, body: bytes) -> str:
    """Sign a message with each secret that is valid now; a receiver needs to know one of them."""
    content = f"{message_id}.{sent_at}.".encode() + body
    return " ".join(f"v1,{_signature(secret, content)}" for secret in given)


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
