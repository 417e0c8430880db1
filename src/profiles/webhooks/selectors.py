"""Reading webhooks and the messages to them."""

import uuid as uuids
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from profiles.accounts.selectors import hidden_people
from profiles.infra import clock
from profiles.webhooks.models import Delivery, Webhook


def listening() -> list[Webhook]:
    """List the active webhooks."""
    return list(Webhook.objects.filter(is_active=True))


def webhooks_of(owner: str | None) -> QuerySet[Webhook]:
    """List the webhooks of an owner, or all of them for staff."""
    found = Webhook.objects.order_by("owner", "id")
    return found if owner is None else found.filter(owner=owner)


def webhook_by_uuid(uuid: uuids.UUID) -> Webhook | None:
    """Return the webhook with this public id."""
    return Webhook.objects.filter(uuid=uuid).first()


def webhook_by_id(webhook_id: int) -> Webhook | None:
    """Return the webhook with this number."""
    return Webhook.objects.filter(pk=webhook_id).first()


def deliveries_of(
    webhook: Webhook, *, state: str = "", before: uuids.UUID | None = None, hidden: bool = True
) -> QuerySet[Delivery]:
    """List the messages to a webhook, the latest first; ``before`` goes on after the last one seen.

    Without ``hidden`` those about people who have hidden their record since are left out.
    """
    found = Delivery.objects.filter(webhook=webhook).order_by("-id").prefetch_related("log")
    if not hidden:
        found = found.exclude(about__in=hidden_people().values("orcid_id"))
    if state:
        found = found.filter(state=state)
    if before is not None:
        last = Delivery.objects.filter(webhook=webhook, uuid=before).values_list("id", flat=True).first()
        found = found.filter(id__lt=last or 0)
    return found


def counts_of(webhook: Webhook) -> dict[str, int]:
    """Count the messages to a webhook by state."""
    counted = Delivery.objects.filter(webhook=webhook).values_list("state").annotate(count=Count("id"))
    return dict(counted)


def told_about(orcid_id: str) -> list[dict[str, str]]:
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


def oldest_due() -> datetime | None:
    """Return since when the oldest message that may be sent has waited."""
    found: datetime | None = Delivery.objects.filter(due_at__lte=clock.now()).aggregate(first=Min("due_at"))[
        "first"
    ]
    return found
