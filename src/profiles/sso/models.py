"""Relying parties, and what people granted them. Code, tokens, sign-out and audit all refer to the grant row.

Codes, tokens and secrets are 256 random bits each and are stored as SHA-256: a reader of the tables can use
none of them.
"""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language


class _Row(models.Model):
    """A row that is shown by its class and number."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class RelyingParty(models.Model):
    """A service that signs people in through us, or a machine that calls our APIs."""

    client_id = models.TextField(unique=True)
    name = models.TextField()
    about = models.TextField(blank=True, default="")
    translations = models.JSONField(null=True, blank=True)
    """``name`` and ``about`` in languages of the pages: ``{"de": {"name": "…"}}``."""
    homepage = models.TextField(blank=True, default="")
    logo = models.BinaryField(null=True)
    logo_type = models.TextField(blank=True, default="")
    redirect_uris = ArrayField(models.TextField(), blank=True, default=list)
    logout_return_uris = ArrayField(models.TextField(), blank=True, default=list)
    backchannel_logout_uri = models.TextField(blank=True, default="")
    scopes = ArrayField(models.TextField(), blank=True, default=list)
    grant_types = ArrayField(models.TextField(), blank=True, default=list)
    auth_method = models.TextField(default="client_secret_basic")
    public_keys = models.JSONField(null=True)
    is_first_party = models.BooleanField(default=False)
    is_native = models.BooleanField(default=False)
    pairwise_sector = models.TextField(blank=True, default="")
    id_token_alg = models.CharField(max_length=5, default="RS256")
    requires_pushed_requests = models.BooleanField(default=False)
    nonce_instead_of_pkce = models.BooleanField(default=False)
    claims_in_id_token = models.BooleanField(default=False)
    may_introspect = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    described_by = models.TextField(blank=True, default="")
    """The list that names it: the deployment's file, or the suites' parties; empty: staff registered it."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="party_alg_known", condition=Q(id_token_alg__in=["RS256", "ES256"]))
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The name in the reader's language, or that of the registration."""
        return self._in_their_language().get("name", self.name)

    @property
    def shown_about(self) -> str:
        """The sentence about it in the reader's language, or that of the registration."""
        return self._in_their_language().get("about", self.about)

    def _in_their_language(self) -> dict[str, str]:
        texts: dict[str, str] = (self.translations or {}).get(get_language(), {})
        return texts


class PartySecret(_Row):
    """A relying party's secret. At most two are valid at once, so that a new one can replace the old one."""

    party = models.ForeignKey(RelyingParty, models.CASCADE, related_name="secrets")
    digest = models.BinaryField()
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)


class Grant(_Row):
    """One permission of one person for one relying party, and the family of all its tokens.

    A machine's grant has no account. Revoking the grant revokes all its tokens.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    party = models.ForeignKey(RelyingParty, models.CASCADE)
    account = models.ForeignKey("accounts.Account", models.CASCADE, null=True)
    scope = models.TextField(blank=True, default="")
    sid = models.TextField(blank=True, default="")
    nonce = models.TextField(blank=True, default="")
    auth_time = models.BigIntegerField(default=0)
    amr = ArrayField(models.TextField(), blank=True, default=list)
    acr = models.TextField(blank=True, default="")
    second_factor = models.BooleanField(default=False)
    redirect_uri = models.TextField(blank=True, default="")
    code_challenge = models.TextField(blank=True, default="")
    code_digest = models.BinaryField(null=True, unique=True)
    code_ends_at = models.DateTimeField(null=True)
    code_used_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_why = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sid"], condition=~Q(sid=""), name="grant_by_sid"),
            models.Index(fields=["account", "party"], name="grant_by_person"),
            models.Index(fields=["ends_at"], name="grant_by_end"),
        ]


class Token(_Row):
    """An access or refresh token of a grant; ``used_at``: a refresh token that was exchanged for the next."""

    digest = models.BinaryField(primary_key=True)
    grant = models.ForeignKey(Grant, models.CASCADE, related_name="tokens")
    is_refresh = models.BooleanField()
    scope = models.TextField(blank=True, default="")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Approval(_Row):
    """The scopes that a person has allowed a relying party, so that they are asked only once."""

    party = models.ForeignKey(RelyingParty, models.CASCADE)
    account = models.ForeignKey("accounts.Account", models.CASCADE)
    scopes = ArrayField(models.TextField(), default=list)
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["party", "account"], name="approval_one_each")
        ]


class PendingRequest(_Row):
    """An authorization request that waits: pushed by a relying party, or for its person to sign in or agree.

    ``sid`` and ``auth_time`` are those of the session when the person was sent to sign in: if they differ
    later, the person has signed in since.
    """

    digest = models.BinaryField(primary_key=True)
    party = models.ForeignKey(RelyingParty, models.CASCADE)
    parameters = models.JSONField()
    is_pushed = models.BooleanField(default=False)
    asked_to_sign_in = models.BooleanField(default=False)
    email_answer = models.CharField(max_length=10, blank=True, default="")
    """What the person answered to the question for their e-mail address (``email_question``)."""
    kept_sid = models.TextField(blank=True, default="")
    """The session whose person said that they go on as themselves where the service lets them choose."""
    sid = models.TextField(blank=True, default="")
    auth_time = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True)
    """A finished request is kept for its hour, so that a person who goes back is led on to the service."""


class DeviceRequest(_Row):
    """A request of a device without a browser, until its person types the code on another device."""

    digest = models.BinaryField(primary_key=True)
    user_code_digest = models.BinaryField(unique=True)
    party = models.ForeignKey(RelyingParty, models.CASCADE)
    scope = models.TextField(blank=True, default="")
    grant = models.ForeignKey(Grant, models.CASCADE, null=True)
    refused_at = models.DateTimeField(null=True)
    redeemed_at = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)


class UsedAssertion(_Row):
    """A client assertion that was used; each is valid once."""

    digest = models.BinaryField(primary_key=True)
    ends_at = models.DateTimeField(db_index=True)


class SigningKey(_Row):
    """A key that signs ID tokens and logout tokens: published before it signs, and long after."""

    kid = models.TextField(unique=True)
    alg = models.CharField(max_length=5)
    private = models.BinaryField()
    public = models.JSONField()
    made_at = models.DateTimeField()
    signs_from = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)


class SubjectSalt(_Row):
    """The one secret from which subjects are derived; made at the first use, never changed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sealed = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="salt_only_one", condition=Q(id=1))
        ]


class LogoutNotice(_Row):
    """A notice to a relying party that a session ended; sent again until it is accepted, for a day."""

    party = models.ForeignKey(RelyingParty, models.CASCADE)
    account = models.ForeignKey("accounts.Account", models.CASCADE)
    sid = models.TextField()
    page_key = models.TextField(blank=True, default="", db_index=True)
    tries = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    gave_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=Q(done_at__isnull=True, gave_up_at__isnull=True),
                name="logout_notice_due",
            )
        ]


class AuditEntry(_Row):
    """An event of a grant, a relying party or a key. Rows never change and hold no secrets."""

    at = models.DateTimeField()
    event = models.CharField(max_length=30)
    client_id = models.TextField(blank=True, default="")
    account_id = models.BigIntegerField(null=True)
    grant_id = models.UUIDField(null=True)
    by = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client_id", "-at"], name="audit_by_party"),
            models.Index(fields=["account_id", "-at"], name="audit_by_person"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]
