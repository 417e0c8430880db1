"""Answers of people about works, each kept, and who lets others see them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from profiles.domain.confirmation import Answer


class Confirmation(models.Model):
    """What a person said about one work. A later answer to the same work replaces it as the current one.

    ``field`` and ``written`` are where the metadata name the person and what is written there; ``name`` is
    the name beside it. ``repository`` is whose DOI it is. ``is_private``: the person hid their record when
    they answered, so the repository never gets this answer. ``changed_at`` is when the metadata were seen to
    be corrected as the answer asks.
    """

    orcid_id = models.CharField(max_length=19)
    doi = models.TextField()
    answer = models.CharField(max_length=10)
    field = models.TextField(blank=True, default="")
    written = models.TextField(blank=True, default="")
    name = models.TextField(blank=True, default="")
    title = models.TextField(blank=True, default="")
    repository = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    is_private = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="confirmation_answer_known", condition=Q(answer__in=[answer.value for answer in Answer])
            ),
            models.UniqueConstraint(
                fields=["orcid_id", "doi"], condition=Q(is_current=True), name="confirmation_current"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["doi"],
                condition=Q(is_current=True, answer=Answer.MINE.value),
                name="confirmation_of_doi",
            ),
            models.Index(fields=["repository"], condition=Q(is_current=True), name="confirmation_repository"),
            models.Index(fields=["at"], name="confirmation_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.orcid_id} {self.doi} {self.answer}"


class Mark(models.Model):
    """A person who lets others see what they confirmed. Without a row, no one does."""

    orcid_id = models.CharField(max_length=19, primary_key=True)
    on_since = models.DateTimeField()

    def __str__(self) -> str:
        return self.orcid_id
