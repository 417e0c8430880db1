"""Read webhooks and their messages."""

import uuid as uuids
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from profiles.accounts.selectors import hidden_people
from profiles.infra import clock
from profiles.webhooks.models import Delivery, Webhook


def active_webhooks() -> list[Webhook]:
    """List the active webhooks."""
    return list(Webhook.objects.filter(is_active=True))


def webhooks_of(owner: str | None) -> QuerySet[Webhook]:
    """List the webhooks of an owner, or all of them for staff."""
    rows = Webhook.objects.order_by("owner", "id")
    return rows if owner is None else rows.filter(owner=owner)


def webhook_by_uuid(uuid: uuids.UUID) -> Webhook | None:
    """Return the webhook with this public id."""
    return Webhook.objects.filter(uuid=uuid).first()


def webhook_by_id(webhook_id: int) -> Webhook | None:
    """Return the webhook with this number."""
    return Webhook.objects.filter(pk=webhook_id).first()


def deliveries_of(
    webhook: Webhook, *, state: str = "", before: uuids.UUID | None = None, hidden: bool = True
) -> QuerySet[Delivery]:
    """List the messages to a webhook, the latest first; ``before`` continues after the last one seen.

    Without ``hidden``, messages about people who have hidden their record are left out.
    """
    rows = Delivery.objects.filter(webhook=webhook).order_by("-id").prefetch_related("log")
    if not hidden:
        rows = rows.exclude(about__in=hidden_people().values("orcid_id"))
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        last = Delivery.objects.filter(webhook=webhook, uuid=before).values_list("id", flat=True).first()
        rows = rows.filter(id__lt=last or 0)
    return rows


def counts_of(webhook: Webhook) -> dict[str, int]:
    """Count the messages to a webhook by state."""
    counts = Delivery.objects.filter(webhook=webhook).values_list("state").annotate(count=Count("id"))
    return dict(counts)


def messages_about(orcid_id: str) -> list[dict[str, str]]:
    """List the messages about a person by service, newest first."""
    rows = (
        Delivery.objects.filter(about=orcid_id)
        .order_by("-id")
        .values_list("created_at", "event", "state", "webhook__name")
    )
    return [
        {"at": at.isoformat(), "event": event, "state": state, "service": service}
        for at, event, state, service in rows
    ]


def due_count() -> int:
    """Count the messages that are due."""
    return Delivery.objects.filter(due_at__lte=clock.now()).count()


def oldest_due() -> datetime | None:
    """Return the time since which the oldest due message has waited."""
    oldest: datetime | None = Delivery.objects.filter(due_at__lte=clock.now()).aggregate(first=Min("due_at"))[
        "first"
    ]
    return oldest
