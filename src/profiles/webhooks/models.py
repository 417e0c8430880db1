"""Webhooks, their deliveries with every attempt, and the cursor of each event source."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from profiles.domain.webhook_events import DeliveryState


class Webhook(models.Model):
    """An address that receives messages. ``owner`` registered it; its secrets are sealed.

    ``repository`` or ``member`` is whose DOIs it is about, where the key that registered it was bound.

    ``is_own`` marks one of DataCite's own services, which only staff can set. While an address does not
    answer, one message at a time is tried (``paused_until``) and the others wait.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    owner = models.TextField()
    name = models.TextField()
    url = models.TextField()
    events = ArrayField(models.TextField())
    is_own = models.BooleanField(default=False)
    repository = models.TextField(blank=True, default="", db_default="")
    member = models.TextField(blank=True, default="", db_default="")
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True, blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    stopped_because = models.TextField(blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "id"], name="webhook_of_owner")
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.name}"


class Delivery(models.Model):
    """One message to one webhook. An event creates one message, however often it is found."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event_id = models.TextField()
    event = models.CharField(max_length=20)
    about = models.CharField(max_length=19, blank=True, default="")
    body = models.BinaryField()
    state = models.CharField(max_length=10, default=DeliveryState.WAITING.value)
    tries = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="delivery_once"),
            models.CheckConstraint(
                name="delivery_state_known", condition=Q(state__in=[state.value for state in DeliveryState])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["webhook", "due_at"],
                condition=Q(due_at__isnull=False),
                name="delivery_due_at",
            ),
            models.Index(fields=["webhook", "-id"], name="delivery_of_webhook"),
            models.Index(fields=["created_at"], name="delivery_by_time"),
            models.Index(fields=["about"], condition=~Q(about=""), name="delivery_about"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.event_id}"


class DeliveryTry(models.Model):
    """One attempt: its time, duration and result. The receiver's answer is not stored."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField()
    seconds = models.FloatField()
    status = models.IntegerField(null=True, blank=True)
    problem = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.status}"


class EventCursor(models.Model):
    """How far a source of events was read: the number of its last row; no new row can come before it."""

    source = models.CharField(max_length=20, primary_key=True)
    last_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.source} {self.last_id}"
