"""Consents of researchers with sealed tokens, their receipts, and what follows at ORCID."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from profiles.domain.consent import USABLE, ConsentHealth, Purpose, ReceiptKind


class Consent(models.Model):
    """A researcher's grant for one purpose. One row for each (iD, purpose); a new grant replaces the old.

    ``refresh_at`` is when an expiring token must be exchanged for a new one. ``notified_at`` is when the
    person was notified that it is lost. ``compared_at`` is when the record was last compared with our claims.
    """

    orcid_id = models.CharField(max_length=19)
    purpose = models.CharField(max_length=20)
    client_id = models.TextField()
    scopes = ArrayField(models.TextField(), default=list)
    access_token = models.BinaryField(null=True)
    refresh_token = models.BinaryField(null=True)
    health = models.CharField(max_length=12, default=ConsentHealth.UNUSED.value)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    first_refused_at = models.DateTimeField(null=True, blank=True)
    refresh_at = models.DateTimeField(null=True, blank=True)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    lost_at = models.DateTimeField(null=True, blank=True)
    notified_at = models.DateTimeField(null=True, blank=True)
    wording = models.TextField(blank=True, default="")
    compared_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["orcid_id", "purpose"], name="consent_one_per_purpose"),
            models.CheckConstraint(
                name="consent_purpose_known", condition=Q(purpose__in=[p.value for p in Purpose])
            ),
            models.CheckConstraint(
                name="consent_health_known", condition=Q(health__in=[h.value for h in ConsentHealth])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["refresh_at"], condition=Q(refresh_at__isnull=False), name="consent_to_refresh"
            ),
            models.Index(
                fields=["first_refused_at"],
                condition=Q(health=ConsentHealth.DOUBTED.value),
                name="consent_doubted",
            ),
            models.Index(fields=["client_id", "last_used_at"], name="consent_used"),
            models.Index(
                F("compared_at").asc(nulls_first=True),
                "orcid_id",
                condition=Q(health__in=sorted(h.value for h in USABLE), access_token__isnull=False),
                name="consent_to_compare",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.orcid_id} {self.purpose}"


class Receipt(models.Model):
    """A change of a permission, for its owner. Never changed; it always has the wording and the scopes."""

    orcid_id = models.CharField(max_length=19)
    purpose = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    client_id = models.TextField()
    scopes = ArrayField(models.TextField(), default=list)
    wording = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="receipt_kind_known", condition=Q(kind__in=[k.value for k in ReceiptKind])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["orcid_id", "at"], name="receipt_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.orcid_id} {self.purpose} {self.kind}"


class Revocation(models.Model):
    """A token that still has to be revoked at ORCID; kept, sealed, until ORCID has answered.

    ``was_stored``: it was a permission of its owner. False: no one confirmed that the record is theirs.
    """

    orcid_id = models.CharField(max_length=19)
    purpose = models.CharField(max_length=20)
    client_id = models.TextField()
    token = models.BinaryField()
    asked_at = models.DateTimeField()
    was_stored = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.orcid_id} {self.purpose}"


class Invitation(models.Model):
    """An invitation of an author without an account, sent to their ORCID inbox.

    A row without ``asked_at`` and without a job: ORCID accepts no message for this author, so they are not
    invited again.
    """

    orcid_id = models.CharField(max_length=19, unique=True)
    begun_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.orcid_id


class RecordWebhook(models.Model):
    """An address that ORCID calls when a person's record changes.

    The row is written before ORCID is asked, so that whatever ORCID may know is also known here, and deleted
    after ORCID has removed it. ``made_with`` is a digest of the settings that the address was made with.
    """

    orcid_id = models.CharField(max_length=19, primary_key=True)
    address = models.TextField()
    made_with = models.CharField(max_length=32)
    registered_at = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.orcid_id


class Departure(models.Model):
    """Work that remains at ORCID for a closed account, and its receipt afterwards.

    The iD, the tokens and the put-codes are only in ``sealed``, which is cleared when all is done, or at
    ``ends_by`` in any case. The rest of the row identifies no one.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    asked_at = models.DateTimeField()
    remove_works = models.BooleanField(default=False)
    sealed = models.BinaryField(null=True)
    works = models.IntegerField(default=0)
    works_removed = models.IntegerField(default=0)
    tokens = models.IntegerField(default=0)
    tokens_revoked = models.IntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True, default="")
    ends_by = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.uuid)
