"""What a person does with many works at once, done in batches: it can be called off, and undone."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class BulkAct(models.Model):
    """One act on many works of a person.

    ``state``: running (some works are still planned), ended, or called-off. ``undoes`` is the act that this
    one undoes. ``closed_at``: when the person put the notice about it away. ``single_entry_id``: the choice
    for which entries were taken off; it may be gone.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    orcid_id = models.CharField(max_length=19)
    act = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default="running")
    undoes = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    single_entry_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["orcid_id", "-id"], name="bulk_act_of_person"),
            models.Index(fields=["created_at"], name="bulk_act_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class BulkActWork(models.Model):
    """One work of an act: planned, done, unfit (its state did not allow it) or left (called off before).

    ``act`` is what is done to this work. ``was_wanted``: the work was on the record or on its way to it
    before, so that undoing the act brings it back.
    """

    bulk_act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="works", db_index=False)
    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="bulk_acts")
    act = models.CharField(max_length=10)
    state = models.CharField(max_length=7, default="planned", db_default="planned")
    was_wanted = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["bulk_act", "claim"], name="bulk_act_work_once"),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_act_id} {self.claim_id}"


class SingleEntry(models.Model):
    """A person's choice to have one entry for a work on their record, however many versions it has.

    ``work`` is the DOI of all versions together, empty for all of the person's works. ``keep`` is which entry
    stays: ``concept`` (that DOI) or ``newest``.
    """

    orcid_id = models.CharField(max_length=19)
    work = models.TextField(blank=True, default="")
    keep = models.CharField(max_length=7)
    chosen_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "single entries"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["orcid_id", "work"], name="single_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.orcid_id} {self.work or 'all works'}: {self.keep}"
