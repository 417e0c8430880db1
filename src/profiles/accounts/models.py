"""The account: one researcher, keyed by a verified ORCID iD."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from profiles.domain.roles import Role


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their iD. There are no passwords and no superusers here."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(orcid_id=username)


class Account(AbstractBaseUser):
    """A researcher, a member of staff, or somebody whom a DOI names.

    Rows exist for three reasons: the person signed in; a service announced them (the outer
    contract's ``PUT /users/{orcid}``); a claim for them arrived before they came. Only the first
    kind has ever signed in (``first_signed_in_at``).
    """

    orcid_id = models.CharField(max_length=19, unique=True)
    name = models.TextField(blank=True, default="")
    given_names = models.TextField(blank=True, default="")
    family_name = models.TextField(blank=True, default="")
    other_names = ArrayField(models.TextField(), blank=True, default=list)
    organisation = models.TextField(blank=True, default="")
    email = models.EmailField(max_length=254, null=True, blank=True)  # noqa: DJ001  NULL: none given
    email_verified_at = models.DateTimeField(null=True, blank=True)
    role = models.CharField(max_length=20, default=Role.USER.value)
    provider_id = models.TextField(blank=True, default="")
    client_id = models.TextField(blank=True, default="")
    beta_tester = models.BooleanField(default=False)
    is_public = models.BooleanField(default=True)
    auto_update_since = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True, default="")
    rules = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    first_signed_in_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    closed_at = models.DateTimeField(null=True, blank=True)

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
        ]

    def __str__(self) -> str:
        return self.orcid_id

    @property
    def display_name(self) -> str:
        """The name people see; the iD stands in where the name is private or missing."""
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


class EmailProof(models.Model):
    """A link that was sent to an address, to prove that its owner reads mail there. Good once, for a day.

    Only a digest of what the link holds is kept: whoever reads this table cannot confirm an address.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="email_proofs")
    email = models.EmailField(max_length=254)
    digest = models.BinaryField(unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["email", "asked_at"], name="email_proof_by_address"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
