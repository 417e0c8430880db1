"""Changes of webhooks and of the messages to them."""

import uuid as uuids
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from profiles.accounts.selectors import hidden_people, services_without_key_for
from profiles.clients.ssrf_safe_http import refusal_of
from profiles.domain.access.roles import Scope
from profiles.domain.webhook_events import (
    DeliveryState,
    WebhookEvent,
    choosable,
    invent_secret,
    wait_after,
)
from profiles.infra import clock, wiring
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.infra.postgres.deleting import delete_in_batches
from profiles.infra.vault import VaultError
from profiles.infra.web.readable_names import unreadable_because
from profiles.webhooks.models import Delivery, DeliveryTry, EventCursor, Webhook

MAX_WEBHOOKS: Final = 20
MAX_NAME_LENGTH: Final = 200
MAX_URL_LENGTH: Final = 2000
OVERLAP: Final = timedelta(hours=24)
"""How long the previous secret stays valid beside a new one."""
GIVE_UP_AFTER: Final = timedelta(days=7)
"""An address that accepted nothing for this long is switched off until its owner switches it on again."""
KEEP: Final = timedelta(days=60)
_MIN_DELAY: Final = timedelta(seconds=1)
LEASE: Final = timedelta(minutes=2)
BATCH_SIZE: Final = 10
"""Messages that are sent to one receiver at the same time, at most."""


class WebhookRefusedError(Exception):
    """The webhook is invalid; ``field`` names the field, the message gives the reason for people."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to send. ``event_id`` is the same, however often the event is found."""

    webhook_id: int
    event_id: str
    event: WebhookEvent
    about: str
    body: bytes


@dataclass(frozen=True, slots=True)
class DeliveryAttempt:
    """The result of one attempt to deliver a message."""

    delivery_id: int
    seconds: float
    status: int | None
    problem: str
    is_accepted: bool
    is_gone: bool


def purpose_of(webhook: Webhook) -> str:
    """Return the vault's ``purpose`` for a webhook's secrets."""
    return f"webhook:{webhook.uuid}"


@transaction.atomic
def register(
    *,
    owner: str,
    name: str,
    url: str,
    events: Sequence[str],
    is_own: bool = False,
    repository: str = "",
    member: str = "",
) -> tuple[Webhook, str]:
    """Register an address; return it with its secret, which is shown once.

    Raises:
        WebhookRefusedError: a field is wrong, or there are too many.
    """
    if Webhook.objects.filter(owner=owner).count() >= MAX_WEBHOOKS:
        text = _("There are %(most)d webhooks already. Delete one that is not used any more.")
        raise WebhookRefusedError("webhook", text % {"most": MAX_WEBHOOKS})
    webhook = Webhook(
        owner=owner, is_own=is_own, repository=repository, member=member, created_at=clock.now()
    )
    _fill(webhook, {"name": name, "url": url, "events": events})
    secret = invent_secret()
    webhook.secret = wiring.vault().seal(secret, purpose=purpose_of(webhook))
    webhook.save()
    return webhook, secret


@transaction.atomic
def change(*, webhook_id: int, fields: Mapping[str, Any]) -> Webhook:
    """Change name, url, events or whether it is active; switching it on clears its failures.

    Raises:
        WebhookRefusedError: a field is wrong.
    """
    webhook = Webhook.objects.select_for_update().get(pk=webhook_id)
    _fill(webhook, fields)
    if "active" in fields:
        if not isinstance(fields["active"], bool):
            raise WebhookRefusedError("active", _("active is true or false."))
        webhook.is_active = fields["active"]
        webhook.stopped_because = "" if webhook.is_active else "switched off"
        webhook.failing_since = webhook.paused_until = None
    webhook.save()
    start_delivery(webhook.pk)
    return webhook


def _fill(webhook: Webhook, fields: Mapping[str, Any]) -> None:
    if "name" in fields:
        webhook.name = str(fields["name"]).strip()
        if not webhook.name or len(webhook.name) > MAX_NAME_LENGTH:
            raise WebhookRefusedError("name", _("Give it a name of up to 200 characters."))
        if reason := unreadable_because(webhook.name):
            raise WebhookRefusedError("name", reason)
    if "url" in fields:
        webhook.url = str(fields["url"])
        refusal = refusal_of(webhook.url, local=wiring.is_local())
        if refusal or len(webhook.url) > MAX_URL_LENGTH:
            text = _("This address cannot be called: %(why)s. It must be a public https address.")
            raise WebhookRefusedError("url", text % {"why": refusal or _("too long")})
    if "events" in fields:
        is_bound = bool(webhook.repository or webhook.member)
        webhook.events = _events(fields["events"], choosable(is_own=webhook.is_own, is_bound=is_bound))


def _events(requested: Any, choices: Collection[WebhookEvent]) -> list[str]:
    allowed = {event.value for event in choices}
    if (
        not isinstance(requested, list | tuple)
        or not requested
        or not {str(name) for name in requested} <= allowed
    ):
        text = _("events is a list of these: %(known)s.") % {"known": ", ".join(sorted(allowed))}
        raise WebhookRefusedError("events", text)
    return sorted({str(name) for name in requested})


def switch_off_all(*, owner: str, because: str) -> None:
    """Switch off all webhooks of an owner whose service was switched off."""
    Webhook.objects.filter(owner=owner, is_active=True).update(is_active=False, stopped_because=because)


@transaction.atomic
def renew_secret(*, webhook_id: int) -> tuple[Webhook, str]:
    """Create a new secret, shown once; the previous one stays valid beside it for a day."""
    webhook = Webhook.objects.select_for_update().get(pk=webhook_id)
    secret = invent_secret()
    webhook.old_secret, webhook.old_secret_until = webhook.secret, clock.now() + OVERLAP
    webhook.secret = wiring.vault().seal(secret, purpose=purpose_of(webhook))
    webhook.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return webhook, secret


def secrets_of(webhook: Webhook, *, now: datetime) -> list[str]:
    """Unseal the secrets that are valid now, the newest first.

    A previous secret that no key opens is left out: a signature by the newest is enough.

    Raises:
        VaultError: no key opens the newest; nothing can be signed until that key or a new secret is there.
    """
    purpose = purpose_of(webhook)
    secrets = [wiring.vault().unseal(bytes(webhook.secret), purpose=purpose)]
    if webhook.old_secret is not None and webhook.old_secret_until and webhook.old_secret_until > now:
        with suppress(VaultError):
            secrets.append(wiring.vault().unseal(bytes(webhook.old_secret), purpose=purpose))
    return secrets


def delete(*, webhook_id: int) -> None:
    """Delete a webhook with its messages and their log."""
    Webhook.objects.filter(pk=webhook_id).delete()


# Existing messages stay unchanged: the same event is found again on purpose.
_ADD: Final = """
INSERT INTO webhooks_delivery (uuid, webhook_id, event_id, event, about, body, state, tries, due_at,
    created_at)
SELECT w.uuid, w.webhook, w.event_id, w.event, w.about, w.body, 'waiting', 0, %(now)s, %(now)s
FROM unnest(%(uuid)s::uuid[], %(webhook)s::bigint[], %(event_id)s::text[], %(event)s::text[],
    %(about)s::text[], %(body)s::bytea[]) AS w(uuid, webhook, event_id, event, about, body)
JOIN webhooks_webhook h ON h.id = w.webhook
ON CONFLICT (webhook_id, event_id) DO NOTHING
"""


@transaction.atomic
def add_messages(*, messages: Sequence[NewMessage]) -> int:
    """Store messages to be sent; return how many are new."""
    if not messages:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            {
                "now": clock.now(),
                "uuid": [uuids.uuid4() for _message in messages],
                "webhook": [message.webhook_id for message in messages],
                "event_id": [message.event_id for message in messages],
                "event": [message.event.value for message in messages],
                "about": [message.about for message in messages],
                "body": [message.body for message in messages],
            },
        )
        new = int(cursor.rowcount)
    if new:
        for webhook_id in sorted({message.webhook_id for message in messages}):
            start_delivery(webhook_id)
    return new


def ping(*, webhook_id: int) -> int:
    """Send a test message; return how many were sent."""
    content = {"type": WebhookEvent.PING.value, "timestamp": clock.now(), "data": {}}
    event_id = f"ping-{uuids.uuid4()}"
    return add_messages(
        messages=[NewMessage(webhook_id, event_id, WebhookEvent.PING, "", msgspec.json.encode(content))]
    )


def event_cursor(source: str, *, begin: int) -> int:
    """Return how far a source was read; the first time, return ``begin``."""
    row, _is_new = EventCursor.objects.get_or_create(source=source, defaults={"last_id": begin})
    return int(row.last_id)


def advance_cursor(*, source: str, last_id: int) -> None:
    """Record how far a source was read; never backwards."""
    EventCursor.objects.filter(source=source, last_id__lt=last_id).update(last_id=last_id)


def _with_key(now: datetime) -> QuerySet[Webhook]:
    """Select the active webhooks whose owner still has a key for webhooks; the others wait for a new key."""
    without_key = services_without_key_for(Scope.WEBHOOKS, now=now)
    return Webhook.objects.filter(is_active=True).exclude(owner__in=without_key)


def _callable(now: datetime) -> QuerySet[Webhook]:
    """Select the webhooks that may be called now."""
    return _with_key(now).filter(Q(paused_until=None) | Q(paused_until__lte=now))


def receivers_due() -> list[int]:
    """List the webhooks that may be called and have messages that are due."""
    now = clock.now()
    due = Delivery.objects.filter(webhook=OuterRef("pk"), due_at__lte=now)
    return list(_callable(now).filter(Exists(due)).values_list("pk", flat=True))


def start_delivery(webhook_id: int) -> None:
    """Queue the job that sends a webhook its messages. Each receiver has one job at a time."""
    lock = f"{job_names.SEND_DELIVERIES} {webhook_id}"
    defer(job_names.SEND_DELIVERIES, lock=lock, alone=True, webhook_id=webhook_id)


def start_next_delivery(webhook_id: int) -> None:
    """Queue the job of a webhook for the time when its next message is due."""
    now = clock.now()
    webhook = _with_key(now).filter(pk=webhook_id).first()
    next_due = Delivery.objects.filter(webhook_id=webhook_id).aggregate(Min("due_at"))["due_at__min"]
    if webhook is None or next_due is None:
        return
    at = max(next_due, webhook.paused_until or next_due, now + _MIN_DELAY)
    # It has its own lock, so that it does not block a job that is to run at once.
    lock = f"{job_names.SEND_DELIVERIES} {webhook_id} again"
    defer(job_names.SEND_DELIVERIES, lock=lock, at=at, webhook_id=webhook_id)


@transaction.atomic
def take_due(*, webhook_id: int) -> list[Delivery]:
    """Lease the due messages of a webhook; a second process skips them while this one sends them.

    A message about a person who has hidden their record is deleted, not sent.
    """
    now = clock.now()
    waiting = Delivery.objects.filter(webhook_id=webhook_id, due_at__lte=now)
    waiting.filter(about__in=hidden_people().values("orcid_id")).delete()
    webhook = _callable(now).filter(pk=webhook_id).first()
    if webhook is None:
        return []
    # While a receiver does not answer, one message at a time is tried.
    limit = BATCH_SIZE if webhook.failing_since is None else 1
    free = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("webhook")
    due = list(free.order_by("due_at", "pk")[:limit])
    Delivery.objects.filter(pk__in=[delivery.pk for delivery in due]).update(due_at=now + LEASE)
    return due


@transaction.atomic
def record_attempt(*, attempt: DeliveryAttempt) -> DeliveryState:
    """Record the result of an attempt, and the time of the next one."""
    now = clock.now()
    delivery = Delivery.objects.select_for_update().get(pk=attempt.delivery_id)
    webhook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
    DeliveryTry.objects.create(
        delivery=delivery, at=now, seconds=attempt.seconds, status=attempt.status, problem=attempt.problem
    )
    delivery.tries += 1
    wait = None if attempt.is_accepted or attempt.is_gone else wait_after(delivery.tries)
    delivery.due_at = now + wait if wait else None
    delivery.state = (
        DeliveryState.DELIVERED.value
        if attempt.is_accepted
        else DeliveryState.WAITING.value
        if wait
        else DeliveryState.FAILED.value
    )
    delivery.done_at = now if wait is None else None
    delivery.save(update_fields=["tries", "state", "due_at", "done_at"])
    _note_health(webhook, attempt, now, wait)
    return DeliveryState(delivery.state)


def _note_health(webhook: Webhook, attempt: DeliveryAttempt, now: datetime, wait: timedelta | None) -> None:
    if attempt.is_accepted:
        if webhook.failing_since is not None:
            webhook.failing_since = webhook.paused_until = None
            webhook.save(update_fields=["failing_since", "paused_until"])
        return
    webhook.failing_since = webhook.failing_since or now
    webhook.paused_until = now + min(wait or OVERLAP, timedelta(hours=1))
    if attempt.is_gone:
        webhook.is_active, webhook.stopped_because = False, "the address answered that it is gone (410)"
    elif now - webhook.failing_since > GIVE_UP_AFTER:
        webhook.is_active, webhook.stopped_because = False, "the address took nothing for a week"
    webhook.save(update_fields=["failing_since", "paused_until", "is_active", "stopped_because"])


@transaction.atomic
def replay(
    *,
    webhook_id: int,
    deliveries: Sequence[uuids.UUID] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    only_failed: bool = False,
) -> int:
    """Queue named messages, or those of a period, again with the same ids; return their number."""
    chosen = Delivery.objects.filter(webhook_id=webhook_id)
    chosen = chosen.filter(uuid__in=deliveries) if deliveries else chosen.exclude(state="waiting")
    if since is not None:
        chosen = chosen.filter(created_at__gte=since)
    if until is not None:
        chosen = chosen.filter(created_at__lt=until)
    if only_failed:
        chosen = chosen.filter(state=DeliveryState.FAILED.value)
    queued = chosen.update(state=DeliveryState.WAITING.value, due_at=clock.now(), tries=0, done_at=None)
    if queued:
        start_delivery(webhook_id)
    return queued


def delete_old_messages(*, older_than: datetime) -> int:
    """Delete messages from before this time, delivered or not; return the number of rows."""
    return delete_in_batches(Delivery.objects.filter(created_at__lt=older_than))


@transaction.atomic
def forget_person(*, orcid_id: str) -> None:
    """Delete the messages about a closed account; receivers delete their own copies."""
    Delivery.objects.filter(about=orcid_id).delete()
