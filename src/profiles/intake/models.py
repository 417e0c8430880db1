"""Models of DOI events, snapshots, decisions and the state of intake."""

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from profiles.domain.eligibility.case import Source
from profiles.domain.eligibility.rules import QUESTIONS, Result

TITLE_VECTOR = SearchVector("title", config="simple")
"""The text vector of titles; the table's index uses the same expression."""


class DoiEvent(models.Model):
    """A reported change of a DOI: one row per event id, however often and from whichever source it came.

    An event that includes its record is decided in the transaction that stores it. An event without its
    record waits here (``due_at``) until the record is fetched, however long an outage lasts.
    """

    event_id = models.TextField(unique=True)
    doi = models.TextField()
    source = models.CharField(max_length=10)
    updated = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    traceparent = models.CharField(max_length=55, blank=True, default="", db_default="")
    tries = models.IntegerField(default=0)
    problem = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="doi_event_source_known", condition=Q(source__in=[s.value for s in Source])
            ),
            # Only Latin capitals are excluded: some scripts have capitals without a lower-case form.
            models.CheckConstraint(name="doi_event_doi_lower_case", condition=Q(doi__regex=r"^10\.[^A-Z]+$")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="doi_event_due"),
            models.Index(fields=["doi", "-id"], name="doi_event_of_doi"),
            models.Index(fields=["received_at"], name="doi_event_by_time"),
        ]

    def __str__(self) -> str:
        return self.event_id


NO_LONGER_SHOWN: Final = "hidden"
"""The state of a snapshot whose DOI DataCite no longer shows."""


class DoiSnapshot(models.Model):
    """The metadata of a DOI as last seen. Stored only for DOIs that concern enrolled people.

    ``seen_at`` NULL means that the record was fetched for a push or a list and never went through the
    rules, so it must not be used to detect changes. ``credited``: for iDs in ``names`` of
    which it is unclear whether the DOI still names them, the names under which it named them before.
    ``kind``, ``year`` and ``publisher`` are for lists: the general resource type and the year of publication.
    ``digest_scheme`` names how the digests were made (``domain/records/change_detection.py``).
    """

    doi = models.TextField(primary_key=True)
    state = models.CharField(max_length=10, blank=True, default="")
    title = models.TextField(blank=True, default="")
    language = models.CharField(max_length=5, blank=True, default="", db_default="")
    repository = models.TextField(blank=True, default="")
    kind = models.CharField(max_length=40, blank=True, default="", db_default="")
    year = models.SmallIntegerField(null=True, blank=True)
    publisher = models.TextField(blank=True, default="", db_default="")
    concept = models.TextField(blank=True, default="")
    names = ArrayField(models.TextField(), default=list)
    credited = models.JSONField(default=dict, db_default={})
    trigger_digest = models.BinaryField()
    content_digest = models.BinaryField()
    digest_scheme = models.CharField(max_length=4, default="1", db_default="1")
    registered = models.DateTimeField(null=True, blank=True)
    updated = models.DateTimeField(null=True, blank=True)
    payload = models.BinaryField()
    fetched_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["concept", "-registered"], condition=~Q(concept=""), name="snapshot_of_concept"
            ),
            models.Index(fields=["repository"], condition=~Q(repository=""), name="snapshot_of_repository"),
            GinIndex(TITLE_VECTOR, name="snapshot_titled"),
        ]

    def __str__(self) -> str:
        return self.doi


class Decision(models.Model):
    """What was decided for one trigger and one person, by which version of which rule, and why.

    ``asked_by`` is the member of staff who had the rules run again.
    """

    orcid_id = models.CharField(max_length=19)
    doi = models.TextField()
    trigger = models.TextField()
    source = models.CharField(max_length=10)
    at = models.DateTimeField()
    rule_version = models.IntegerField()
    result = models.CharField(max_length=14)
    rule = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    field = models.TextField(blank=True, default="")
    value = models.TextField(blank=True, default="")
    waits = models.BooleanField(default=False)
    change = models.CharField(max_length=20)
    changed_fields = ArrayField(models.TextField(), default=list)
    doi_updated = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["trigger", "orcid_id"], name="decision_one_per_trigger"),
            models.CheckConstraint(
                name="decision_result_known", condition=Q(result__in=[r.value for r in Result])
            ),
            models.CheckConstraint(
                name="decision_answer_known", condition=Q(answer__in=["", "yes", "no", "overtaken"])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["orcid_id", "doi", "-id"], name="decision_of_work"),
            models.Index(fields=["doi", "-id"], name="decision_of_doi"),
            models.Index(
                fields=["orcid_id", "-id"],
                condition=Q(answer="", result__in=sorted(r.value for r in QUESTIONS)),
                name="decision_open_question",
            ),
            models.Index(
                fields=["orcid_id", "doi"],
                condition=Q(result__in=["ask", "offer-removal"]) | Q(result="claim", source="back-fill"),
                name="decision_answered",
            ),
            models.Index(fields=["reason", "-id"], condition=Q(result="skip"), name="decision_skipped"),
            # For support's timeline of a person.
            models.Index(fields=["orcid_id", "-at", "-id"], name="decision_of_person"),
            models.Index(fields=["at"], name="decision_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.orcid_id} {self.doi} {self.result}"


class RemovalBrake(models.Model):
    """The number of DOIs that recently seemed to be gone or to name no one, and whether removals are stopped.

    There is one row. ``losses`` counts since ``since``, for a day at most.
    """

    name = models.CharField(max_length=20, primary_key=True, default="removals")
    since = models.DateTimeField()
    losses = models.IntegerField(default=0)
    stopped_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.name


class LookBack(models.Model):
    """The search for works that named a person when they switched Auto-Update on, made once at DataCite.

    After it, a DOI that is seen for the first time has just been given their iD.
    """

    orcid_id = models.CharField(max_length=19, primary_key=True)
    at = models.DateTimeField()
    found = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.orcid_id


class Reconciliation(models.Model):
    """The last comparison of a person's ORCID record with what we know of it."""

    orcid_id = models.CharField(max_length=19, primary_key=True)
    at = models.DateTimeField()
    problem = models.CharField(max_length=60, blank=True, default="")
    kept_orcid_id = models.CharField(max_length=19, blank=True, default="", db_default="")
    """The iD into which ORCID merged this one, by its answer."""
    drift = models.IntegerField(default=0)
    report = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at"], name="reconciliation_by_time"),
            models.Index(fields=["-at"], condition=Q(drift__gt=0), name="reconciliation_drifting"),
            models.Index(
                fields=["kept_orcid_id"], condition=~Q(kept_orcid_id=""), name="reconciliation_merged"
            ),
        ]

    def __str__(self) -> str:
        return self.orcid_id


class HarvestState(models.Model):
    """The progress of polling: the current window, the position in it, and the end of the last complete one.

    ``not_again`` is set when a response could not be read: nothing before that time is requested again.
    """

    name = models.CharField(max_length=20, primary_key=True, default="updated")
    done_until = models.DateTimeField()
    window_until = models.DateTimeField(null=True, blank=True)
    not_again = models.DateTimeField(null=True, blank=True)
    cursor = models.TextField(blank=True, default="")
    records = models.BigIntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    not_before = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class IngestUnit(models.Model):
    """One file of a data dump, and how far it was read.

    ``offset`` is where it begins inside a TAR. ``problem`` is why it could not be read to its end the last
    time; a damaged file is not tried again until someone asks for it.
    """

    source = models.TextField()
    name = models.TextField()
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0, db_default=0)
    compressed = models.BooleanField(default=False, db_default=False)
    damaged = models.BooleanField(default=False, db_default=False)
    problem = models.TextField(blank=True, default="", db_default="")
    lines = models.BigIntegerField(default=0)
    concerned = models.BigIntegerField(default=0)
    broken = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "name", "size"], name="ingest_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.name}"


class Quarantine(models.Model):
    """A record that could not be read: its source, the reason, and its first characters."""

    source = models.TextField()
    line = models.BigIntegerField(default=0)
    reason = models.TextField()
    excerpt = models.TextField(blank=True, default="")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "line", "excerpt"], name="quarantine_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.line}"


class Repository(models.Model):
    """The kind and the name of a repository, requested from DataCite once a day at most."""

    client_id = models.TextField(primary_key=True)
    kind = models.TextField(blank=True, default="")
    name = models.TextField(blank=True, default="")
    fetched_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.client_id


class RepositoryReport(models.Model):
    """The report about the people in a repository's newest metadata, made at most once a day."""

    client_id = models.TextField(primary_key=True)
    at = models.DateTimeField()
    dois = models.IntegerField()
    is_complete = models.BooleanField()
    creators = models.IntegerField()
    with_id = models.IntegerField()
    malformed_total = models.IntegerField()
    malformed = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.client_id


class UnreadableId(models.Model):
    """An identifier that claims to be an ORCID iD and is none, followed until the metadata change."""

    repository = models.TextField()
    doi = models.TextField()
    field = models.TextField()
    value = models.TextField(blank=True)
    name = models.TextField(blank=True, default="")
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["doi", "field", "value"], name="unreadable_id_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["repository", "changed_at"], name="unreadable_id_of_repository"),
        ]

    def __str__(self) -> str:
        return f"{self.doi} {self.field}"
