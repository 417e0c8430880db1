"""The account: one researcher, keyed by a verified ORCID iD."""

from typing import Any, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from profiles.domain.access.access_key_format import KeyKind
from profiles.domain.access.roles import Role

FORMER_USER: Final = "a former user"
"""Replaces the iD of members of staff who closed their account, in records of what they did."""
NAME_VECTOR = SearchVector("name", "given_names", "family_name", config="simple")
"""The text vector of names; the table's index uses the same expression."""


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their iD. There are no passwords and no superusers here."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(orcid_id=username)


class Account(AbstractBaseUser):
    """A researcher, a member of staff, or a person whom a DOI names.

    Rows exist for three reasons: the person signed in; a service announced them (the outer
    contract's ``PUT /users/{orcid}``); a claim for them arrived before they came. Only the first
    kind has ever signed in (``first_signed_in_at``).

    ``auto_update_off_at`` is when the person switched Auto-Update off. NULL while it is on, and where they
    never chose: then the permission for it switches it on.
    """

    orcid_id = models.CharField(max_length=19, unique=True)
    name = models.TextField(blank=True, default="")
    given_names = models.TextField(blank=True, default="")
    family_name = models.TextField(blank=True, default="")
    other_names = ArrayField(models.TextField(), blank=True, default=list)
    organisation = models.TextField(blank=True, default="")
    email = models.EmailField(max_length=254, null=True, blank=True)  # noqa: DJ001  NULL: none given
    email_verified_at = models.DateTimeField(null=True, blank=True)
    email_refused_at = models.DateTimeField(null=True, blank=True)
    """When the mail server refused the address; then it is not confirmed, and no mail goes there."""
    email_asked_at = models.DateTimeField(null=True, blank=True)
    """When the person was asked for an address because a service wants to know it; they are asked once."""
    role = models.CharField(max_length=20, default=Role.USER.value)
    provider_id = models.TextField(blank=True, default="")
    client_id = models.TextField(blank=True, default="")
    beta_tester = models.BooleanField(default=False)
    is_public = models.BooleanField(default=True)
    auto_update_since = models.DateTimeField(null=True, blank=True)
    auto_update_off_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True, default="")
    rules = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    first_signed_in_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    home_read_at = models.DateTimeField(null=True, blank=True)
    """When the person last marked as read what needs them."""
    wants_first_work_since = models.DateTimeField(null=True, blank=True)
    """Since when the person waits for the mail about their first work; NULL: not asked for, or sent."""
    digest_since = models.DateTimeField(null=True, blank=True)
    """Up to when summaries have been written; NULL: the person wants none."""

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "orcid_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="account_orcid_id_form", condition=Q(orcid_id__regex=r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")
            ),
            models.CheckConstraint(name="account_role_known", condition=Q(role__in=[r.value for r in Role])),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["auto_update_since"],
                condition=Q(auto_update_since__isnull=False),
                name="account_enrolled",
            ),
            models.Index(fields=["family_name", "given_names", "id"], name="account_by_name"),
            models.Index(fields=["created_at", "id"], name="account_by_created"),
            models.Index(fields=["orcid_id"], condition=Q(is_public=False), name="account_hidden"),
            GinIndex(NAME_VECTOR, name="account_named"),
            models.Index(
                fields=["wants_first_work_since"],
                condition=Q(wants_first_work_since__isnull=False),
                name="account_wants_first_work",
            ),
            models.Index(
                fields=["digest_since"], condition=Q(digest_since__isnull=False), name="account_wants_digest"
            ),
            models.Index(Upper("email"), condition=Q(email__isnull=False), name="account_by_email"),
            models.Index(fields=["role", "orcid_id"], condition=~Q(role="user"), name="account_with_role"),
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="account_closed"),
        ]

    def __str__(self) -> str:
        return self.orcid_id

    @property
    def display_name(self) -> str:
        """The name people see; the iD where the name is private or missing."""
        return self.name or self.orcid_id

    @property
    def is_staff(self) -> bool:
        """Whether this is DataCite's staff."""
        return self.role in {Role.STAFF_ADMIN.value, Role.STAFF_USER.value}

    @property
    def auto_update(self) -> bool:
        """Whether Auto-Update is on."""
        return self.auto_update_since is not None

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.given_names or self.display_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's own permissions are not used; rights are in ``domain.roles``."""
        del perm, obj
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Django's own permissions are not used; rights are in ``domain.roles``."""
        del app_label
        return False


class RoleChange(models.Model):
    """A role that was given or taken away, and by whom. Never changed; it outlives the account.

    It names the account by its number, so that nothing of a person who left stays here.
    """

    account_id = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    by = models.TextField()
    old_role = models.CharField(max_length=20)
    role = models.CharField(max_length=20)
    member = models.TextField(blank=True, default="")
    repository = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"{self.account_id}: {self.old_role} -> {self.role}"


class StaffAudit(models.Model):
    """What a member of staff looked at or did. The database refuses every change of a row.

    People are named by the numbers of their accounts, so that a person who left is named nowhere here.
    ``by_name`` is for what has no account (a command line); ``about`` is a DOI, or an iD without an account.
    """

    at = models.DateTimeField(db_default=Now())
    by_account = models.BigIntegerField(null=True)
    by_name = models.TextField(blank=True, default="")
    act = models.CharField(max_length=40)
    account_id = models.BigIntegerField(null=True)
    about = models.TextField(blank=True, default="")
    count = models.IntegerField(null=True)
    reason = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account_id", "-at"], name="staff_audit_of_person"),
            models.Index(fields=["about", "-at"], condition=~Q(about=""), name="staff_audit_about"),
            models.Index(fields=["by_account", "-at"], name="staff_audit_by"),
            models.Index(fields=["-at", "-id"], name="staff_audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.pk}"


class MergedOrcidId(models.Model):
    """An iD that ORCID merged into another, as ORCID said when its owner came with the one that is kept."""

    orcid_id = models.CharField(max_length=19, primary_key=True)
    kept = models.CharField(max_length=19)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.orcid_id} -> {self.kept}"


class EmailProof(models.Model):
    """A link that was sent to an address, to prove that its owner reads mail there. Good once, for a day.

    Only a digest of what the link holds is kept: reading this table does not allow confirming an address.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="email_proofs")
    email = models.EmailField(max_length=254)
    digest = models.BinaryField(unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    """When the mail server refused the address, so that the link did not arrive."""

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["email", "asked_at"], name="email_proof_by_address"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AccessKey(models.Model):
    """A key of a person or a machine. Only its digest is kept; the key itself is shown once.

    A service key may be bound to a repository or a member: then it sees what concerns their DOIs, and
    nothing else.
    """

    kind = models.CharField(max_length=10)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="access_keys"
    )
    name = models.TextField()
    hint = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.TextField())
    repository = models.TextField(blank=True, default="")
    member = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="access_key_kind_known", condition=Q(kind__in=[kind.value for kind in KeyKind])
            ),
            models.CheckConstraint(
                name="access_key_has_its_person",
                condition=Q(kind=KeyKind.PERSONAL.value, account__isnull=False)
                | Q(kind=KeyKind.SERVICE.value, account__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(kind=KeyKind.SERVICE.value, revoked_at=None),
                name="access_key_service_name",
            ),
        ]
        # Keys of machines are few among those of people.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["name"], condition=Q(kind=KeyKind.SERVICE.value), name="access_key_of_service"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} (key {self.pk})"


class KeyUse(models.Model):
    """What a key was used for: one row for each day and operation."""

    key = models.ForeignKey(AccessKey, on_delete=models.CASCADE, related_name="uses", db_index=False)
    day = models.DateField()
    operation = models.TextField()
    calls = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "day", "operation"], name="key_use_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.key_id} {self.day} {self.operation}"


class AuthorizationAnswer(models.Model):
    """An answer of ORCID or an identity provider that a browser brought here: it is worked on once.

    ``result`` is what the exchange of its code brought, sealed, until a page of the browser has completed it;
    ``outcome``, also sealed, is where that page led.
    """

    state_digest = models.BinaryField(primary_key=True)
    content_digest = models.BinaryField()
    holder = models.TextField()
    taken_at = models.DateTimeField()
    result = models.BinaryField(null=True)
    completing_since = models.DateTimeField(null=True)
    outcome = models.BinaryField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["taken_at"], name="authorization_answer_taken")
        ]

    def __str__(self) -> str:
        return f"answer of {self.taken_at:%Y-%m-%d %H:%M}"


class RepositoryMail(models.Model):
    """An address that gets the monthly mail about a repository, once its owner confirmed it."""

    repository = models.TextField()
    email = models.EmailField()
    language = models.CharField(max_length=10, blank=True, default="")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    """When the mail server refused the address; then it is not confirmed."""
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["repository", "email"], name="repository_mail_once"),
        ]

    def __str__(self) -> str:
        return f"{self.repository} {self.pk}"
