"""Claims: the truth about each DOI on each record, and the queue of what is to be sent."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now

from profiles.domain.claim import PUSHABLE, ClaimAction, ClaimState, Origin
from profiles.domain.work_status import Finding


class Claim(models.Model):
    """One DOI on one ORCID record, and where it stands.

    - ``request_version`` counts how often the claim was requested. A worker that finishes an older request
      records what it learned (the put-code) and leaves the state to the newer request.
    - ``due_at`` NULL: nothing happens until a person or a service asks again.
    - ``started_at`` NULL: nothing was ever sent for the claim, so ORCID cannot hold anything of it.
    - ``sent_digest`` is the digest of the work as it is on the record; ``sent_inputs`` that of the metadata
      it was made of, and of the mapping. While these inputs are the same, nothing needs to be mapped to know
      that nothing is to be sent. Both are NULL while a call is under way, and after a call whose answer was
      lost.
    - ``removal_begun``: we may have removed the work ourselves without learning of it.
    - ``removed_by_owner_at``: when the person removed the work, in ORCID or here. Only they bring it back.
    - ``in_doubt``: a call may be under way, or its answer was lost. The record is then read before the work
      is added.
    - ``generation`` is that of the lane when the claim was last taken. An answer to a call of an earlier
      generation says nothing new.
    - ``owner_version`` is the ``request_version`` with which the owner last asked for the work, and 0 once
      that request was carried out. No earlier deletion in ORCID counts against it.
    - ``reassert``: the ORCID client of the claim's origin is to add the work, in the place of the client
      that added it before.
    - ``shown_state`` is the state that others read, computed by the database. Taking a claim does not
      change it.
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
    removed_by_owner_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    shown_state = models.GeneratedField(
        expression=Case(
            # Commons looks again only while it reads "waiting".
            When(state=ClaimState.WORKING.value, then=Value(ClaimState.WAITING.value)),
            # The work is still there, so Commons must go on offering to remove it.
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
            # Never 0 for "unknown": a peer read its put-codes as 0 and doubled works ever after.
            models.CheckConstraint(
                name="claim_put_code_positive", condition=Q(put_code__gt=0) | Q(put_code=None)
            ),
            # Only the Latin capitals: some scripts have capitals that have no small form.
            models.CheckConstraint(name="claim_doi_lower_case", condition=Q(doi__regex=r"^10\.[^A-Z]+$")),
            models.CheckConstraint(
                name="claim_put_code_has_owner", condition=Q(put_code=None) | ~Q(owner_client="")
            ),
            # The queue is found by due_at alone: a claim that waits without one would be lost.
            models.CheckConstraint(
                name="claim_in_line_is_due",
                condition=~Q(state__in=sorted(s.value for s in PUSHABLE)) | Q(due_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # No index knows the state: then taking a claim touches no index at all (a "hot" update).
            models.Index(
                fields=["orcid_id", "-urgent", "id"], condition=Q(due_at__isnull=False), name="claim_lane"
            ),
            models.Index(fields=["orcid_id", "-updated_at"], name="claim_of_person"),
            # Ordered by bytes: then it also finds how a DOI begins, whatever the database's language.
            models.Index(fields=["doi"], opclasses=["text_pattern_ops"], name="claim_of_doi"),
            # For lists of everybody's claims. What is new stands at their ends, where writing costs little;
            # and nine of ten claims are done, so what only the others are found by is small.
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
        ]

    def __str__(self) -> str:
        return f"{self.orcid_id} {self.doi}"


class Lane(models.Model):
    """One ORCID record's turn. One worker holds it at a time; ``due_at`` NULL means that nothing is due.

    - ``request_version`` counts the requests for claims of this lane. A worker that gives the lane back
      compares it, under the row's lock, and so notices a request that came while it was busy.
    - ``generation`` counts how often the lane was taken. A worker whose generation is over has lost the lane,
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
    """What happened to a claim: one row for each change of state, in the same transaction."""

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
    """One call to ORCID for a claim: when, what, how long, what came of it. Never a token or a body."""

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
    """Works that a person is choosing, or has asked for in one go.

    One is open at a time (``asked_at`` NULL) and survives searches, outages and signing out. Once asked for,
    it stays for a while, so that they see what came of each.
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
    """One work of a selection, as it was shown or written; ``finding`` empty: not yet looked up.

    ``others`` are further ways to read what was written. ``naming`` says how the metadata name the person.
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
    """Claims that were asked for in one request. ``key`` is the caller's: sent again, it finds this batch.

    ``owner`` is who asked: a person's iD, or ``service:`` and the name of a machine. ``digest`` is that of
    what was asked for, so that a key which is used for something else is noticed.
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
    """One claim of a batch, by its place in the request; of one that was refused only the code is kept.

    ``counted`` is the place of the item whose request counts, where the same work stands in the batch twice.
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
