"""Tables shared by all processes: call limits, mails, rate-limit counts, the identity of the database."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Bucket(models.Model):
    """The calls that may be made to a service now, for all processes together.

    ``failures`` above 0: the service did not answer recently, and one call at a time probes it.
    """

    name = models.TextField(primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True, blank=True)
    failures = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class OutgoingMail(models.Model):
    """A mail to send: stored in the transaction that causes it, sent by a job.

    Address and text are in ``sealed``, and are erased when the mail was sent or given up. ``about`` is the
    kind of mail, ``account_id`` the number of the account whose owner gets it.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    about = models.CharField(max_length=40)
    account_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    sealed = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], condition=Q(sealed__isnull=False), name="mail_unsent")
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.uuid}"


class Tries(models.Model):
    """Recent hits of a rate limit; ``key`` is a digest."""

    key = models.CharField(primary_key=True, max_length=100)
    tries = models.IntegerField()
    until = models.DateTimeField()

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return self.key


class ServiceHealth(models.Model):
    """When a service that people sign in with last answered us, and when it last did not.

    Written at most once in some seconds by each process.
    """

    name = models.TextField(primary_key=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ServiceDay(models.Model):
    """How bad a part of the service was at its worst on a day, as a number: the greater, the worse."""

    day = models.DateField()
    part = models.TextField()
    worst = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "part"], name="service_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.part}"


class DatabaseIdentity(models.Model):
    """The one row that names the database it was written in; a restored copy is in another one.

    ``comparing_since``: records are being compared after a restore, and no worker may start.
    """

    identity = models.TextField(default="")
    comparing_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.identity
