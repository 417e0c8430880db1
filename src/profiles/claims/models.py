"""Claims: the state of each DOI on each record, and the queue of claims to send."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import MD5, Left, Now

from profiles.claims.bulk_acts.models import BulkAct, BulkActWork  # noqa: F401  registers the tables
from profiles.domain.claim import PUSHABLE, ClaimAction, ClaimState, Origin
from profiles.domain.work_status import Finding


class Claim(models.Model):
    """One DOI on one ORCID record, and its state.

    - ``request_version`` counts how often the claim was requested. A worker that finishes an older request
      records what it learned (the put-code) and leaves the state to the newer request.
    - ``due_at`` NULL: nothing happens until a person or a service requests the claim again.
    - ``started_at`` NULL: nothing was ever sent for the claim, so ORCID has nothing of it.
    - ``sent_digest`` is the digest of the work as it is on the record; ``sent_inputs`` that of the metadata
      it was made from, and of the mapping. While the inputs are the same, nothing is to be sent, and no
      mapping is needed to know that. Both are NULL while a call is under way, and after a call whose answer
      was lost.
    - ``removal_begun``: we may have removed the work ourselves without receiving the answer.
    - ``removed_by_owner_at``: when the person removed the work, in ORCID or here. Only they may add it again.
    - ``in_doubt``: a call may be under way, or its answer was lost. The record is then read before the work
      is added.
    - ``generation`` is that of the lane when the claim was last taken. An answer to a call of an earlier
      generation is out of date.
    - ``owner_version`` is the ``request_version`` with which the owner last asked for the work, and 0 once
      that request was carried out. No earlier deletion in ORCID counts against it.
    - ``stop_reason``: why the work is no longer to be added. It is unknown whether it has arrived; the record
      is read, and nothing is added.
    - ``reassert``: the ORCID client of the claim's origin is to add the work, in place of the client that
      added it before.
    - ``traceparent``: of the last request. ``doi_changed_at``: when the DOI changed, if that was the cause.
    - ``shown_state`` is the state that the API shows. Taking a claim does not change it.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    orcid_id = models.CharField(max_length=19)
    doi = models.TextField()
    action = models.CharField(max_length=6, default=ClaimAction.CREATE.value)
    origin = models.CharField(max_length=12)
    state = models.CharField(max_length=8, default=ClaimState.WAITING.value)
    problem = models.CharField(max_length=60, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    request_version = models.IntegerField(default=1)
    tries = models.IntegerField(default=0)
    urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    put_code = models.BigIntegerField(null=True, blank=True)
    owner_client = models.TextField(blank=True, default="")
    sent_digest = models.BinaryField(null=True, blank=True)
    sent_inputs = models.BinaryField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    reassert = models.BooleanField(default=False, db_default=False)
    removal_begun = models.BooleanField(default=False, db_default=False)
    in_doubt = models.BooleanField(default=False, db_default=False)
    generation = models.BigIntegerField(default=0, db_default=0)
    owner_version = models.IntegerField(default=0, db_default=0)
    stop_reason = models.TextField(blank=True, default="", db_default="")
    removed_by_owner_at = models.DateTimeField(null=True, blank=True)
    traceparent = models.CharField(max_length=55, blank=True, default="", db_default="")
    doi_changed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    shown_state = models.GeneratedField(
        expression=Case(
            # Commons polls only while it reads "waiting".
            When(state=ClaimState.WORKING.value, then=Value(ClaimState.WAITING.value)),
            # The work is still on the record, so Commons must still offer to remove it.
            When(
                state=ClaimState.FAILED.value,
                action=ClaimAction.DELETE.value,
                put_code__isnull=False,
                then=Value(ClaimState.DONE.value),
            ),
            default=F("state"),
        ),
        output_field=models.CharField(max_length=8),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["orcid_id", "doi"], name="claim_one_per_work"),
            models.CheckConstraint(
                name="claim_state_known", condition=Q(state__in=[s.value for s in ClaimState])
            ),
            models.CheckConstraint(
                name="claim_action_known", condition=Q(action__in=[a.value for a in ClaimAction])
            ),
            models.CheckConstraint(
                name="claim_origin_known", condition=Q(origin__in=[o.value for o in Origin])
            ),
            # Never 0 for "unknown": another system read its put-codes as 0 and then added works twice.
            models.CheckConstraint(
                name="claim_put_code_positive", condition=Q(put_code__gt=0) | Q(put_code=None)
            ),
            # Only the Latin capitals: some scripts have capitals that have no small form.
            models.CheckConstraint(name="claim_doi_lower_case", condition=Q(doi__regex=r"^10\.[^A-Z]+$")),
            models.CheckConstraint(
                name="claim_put_code_has_owner", condition=Q(put_code=None) | ~Q(owner_client="")
            ),
            # The queue is read by due_at alone: a claim that waits without one would be lost.
            models.CheckConstraint(
                name="claim_in_line_is_due",
                condition=~Q(state__in=sorted(s.value for s in PUSHABLE)) | Q(due_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # No index contains the state, so that taking a claim changes no index (a "hot" update).
            models.Index(
                fields=["orcid_id", "-urgent", "id"], condition=Q(due_at__isnull=False), name="claim_lane"
            ),
            models.Index(fields=["orcid_id", "-updated_at"], name="claim_of_person"),
            # Ordered by bytes, so that it also finds prefixes of DOIs under any collation of the database.
            models.Index(fields=["doi"], opclasses=["text_pattern_ops"], name="claim_of_doi"),
            # For lists of all people's claims. Nine of ten are done, so the partial indexes are small.
            models.Index(fields=["-updated_at", "-id"], name="claim_by_updated"),
            models.Index(
                fields=["shown_state", "-updated_at", "-id"],
                condition=~Q(shown_state=ClaimState.DONE.value),
                name="claim_not_done",
            ),
            models.Index(
                fields=["-updated_at", "-id"],
                condition=Q(action=ClaimAction.DELETE.value),
                name="claim_removal",
            ),
            models.Index(fields=["created_at", "id"], name="claim_by_created"),
            models.Index(
                fields=["claimed_at"], condition=Q(claimed_at__isnull=False), name="claim_by_claimed"
            ),
            models.Index(
                fields=["problem", "-updated_at"], condition=~Q(problem=""), name="claim_by_problem"
            ),
            models.Index(fields=["put_code"], condition=Q(put_code__isnull=False), name="claim_by_put_code"),
            models.Index(
                Left(MD5("doi"), 2),
                condition=Q(action=ClaimAction.CREATE.value, put_code__isnull=False),
                name="claim_on_record_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.orcid_id} {self.doi}"


class Lane(models.Model):
    """The queue of one ORCID record. One worker holds it at a time; ``due_at`` NULL: no claim is due.

    - ``request_version`` counts the requests for claims of this lane. A worker that gives the lane back
      compares it, under the row's lock, and so notices a request that came while it was busy.
    - ``generation`` counts how often the lane was taken. A worker with an older generation has lost the lane,
      whatever its own clock says.
    """

    orcid_id = models.CharField(max_length=19, primary_key=True)
    due_at = models.DateTimeField(null=True, blank=True)
    request_version = models.BigIntegerField(default=1)
    urgent = models.BooleanField(default=False)
    leased_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.IntegerField(null=True, blank=True)
    generation = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-urgent", "due_at"], condition=Q(due_at__isnull=False), name="lane_due")
        ]

    def __str__(self) -> str:
        return self.orcid_id


class ClaimHistory(models.Model):
    """The history of a claim: one row for each change of state, written in the same transaction."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="history", db_index=False)
    at = models.DateTimeField(db_default=Now())
    event = models.CharField(max_length=10)
    from_state = models.CharField(max_length=8, blank=True, default="")
    to_state = models.CharField(max_length=8)
    action = models.CharField(max_length=6)
    origin = models.CharField(max_length=12)
    problem = models.CharField(max_length=60, blank=True, default="")
    actor = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["claim", "id"], name="history_of_claim")
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.event}"


class Attempt(models.Model):
    """One call to ORCID for a claim: its time, kind, duration and outcome. Never a token or a body."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    at = models.DateTimeField(db_default=Now())
    verb = models.CharField(max_length=10)
    seconds = models.FloatField(default=0)
    status = models.IntegerField(null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True, default="")
    put_code = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["claim", "id"], name="attempt_of_claim"),
            models.Index(fields=["at"], name="attempt_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.verb}"


class Block(models.Model):
    """A pair that is "not mine": nothing is sent for it until its owner lifts the block."""

    orcid_id = models.CharField(max_length=19)
    doi = models.TextField()
    at = models.DateTimeField(db_default=Now())
    reason = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["orcid_id", "doi"], name="block_one_per_work"),
        ]

    def __str__(self) -> str:
        return f"{self.orcid_id} {self.doi}"


class Selection(models.Model):
    """Works that a person is choosing, or has requested together.

    One is open at a time (``asked_at`` NULL) and survives searches, outages and signing out. After the
    request it is kept for a while, so that the person sees the outcome of each work.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    orcid_id = models.CharField(max_length=19)
    created_at = models.DateTimeField(db_default=Now())
    asked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=60, blank=True, default="")
    looks_again_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["orcid_id"], condition=Q(asked_at__isnull=True), name="selection_one_open"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["orcid_id", "-asked_at"], name="selection_of_person"),
            models.Index(fields=["created_at"], name="selection_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class SelectedWork(models.Model):
    """One work of a selection, from a search or as the person wrote it; ``finding`` empty: not yet looked up.

    ``others`` are other readings of the written DOI. ``naming`` is how the metadata name the person.
    ``left_out`` is the code of the rule by which Auto-Update does not add a work that names the person.
    """

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="works")
    position = models.IntegerField()
    doi = models.TextField()
    others = ArrayField(models.TextField(), default=list)
    written = models.TextField(blank=True, default="")
    is_chosen = models.BooleanField(default=True)
    is_mended = models.BooleanField(default=False)
    is_asked = models.BooleanField(default=False)
    finding = models.CharField(max_length=12, blank=True, default="")
    title = models.TextField(blank=True, default="")
    year = models.CharField(max_length=10, blank=True, default="")
    kind = models.CharField(max_length=40, blank=True, default="")
    publisher = models.TextField(blank=True, default="")
    naming = models.CharField(max_length=12, blank=True, default="")
    left_out = models.CharField(max_length=30, blank=True, default="")
    language = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["selection", "doi"], condition=~Q(doi=""), name="selected_once"),
            models.CheckConstraint(
                name="selected_finding_known", condition=Q(finding__in=["", *(f.value for f in Finding)])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["selection", "position"], name="selected_in_order"),
        ]

    def __str__(self) -> str:
        return self.doi


class ClaimBatch(models.Model):
    """Claims that were requested in one call. ``key`` is the caller's: sent again, it finds this batch.

    ``owner`` is the caller: a person's iD, or ``service:`` and the name of a machine. ``digest`` is that of
    the call, so that the reuse of a key for another call is noticed.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    owner = models.TextField()
    key = models.TextField()
    digest = models.BinaryField()
    total = models.IntegerField()
    refused = models.IntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "key"], name="batch_one_per_key"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], name="batch_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)


class BatchItem(models.Model):
    """One claim of a batch, by its place in the call; for a refused item only the code is stored.

    ``counted`` is the place of the item whose request counts, when the same work is in the batch twice.
    """

    batch = models.ForeignKey(ClaimBatch, on_delete=models.CASCADE, related_name="items", db_index=False)
    number = models.IntegerField()
    claim = models.ForeignKey(
        Claim, on_delete=models.CASCADE, null=True, blank=True, related_name="batch_items"
    )
    code = models.CharField(max_length=40, blank=True, default="")
    counted = models.IntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "number"], name="batch_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"


class Campaign(models.Model):
    """A correction of works that staff started because our mapping has changed.

    It goes on at ``per_hour`` works an hour while ``state`` is ``running`` (towards today's mapping) or
    ``undoing`` (back to what was on the records before).
    """

    started_by = models.TextField()
    started_at = models.DateTimeField(db_default=Now())
    per_hour = models.IntegerField()
    state = models.CharField(max_length=8, default="running")

    def __str__(self) -> str:
        return f"campaign {self.pk}"


class CampaignWork(models.Model):
    """One work of a campaign: what was on the record before, and what was sent instead.

    ``state``: planned, due (its claim was requested), sent, same (there was nothing to change) or undone.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="works")
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="campaign_works")
    state = models.CharField(max_length=7, default="planned")
    before = models.BinaryField(null=True, blank=True)
    after = models.BinaryField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["campaign", "claim"], name="campaign_work_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["claim"], condition=Q(state="due"), name="campaign_work_due"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.claim_id}"
