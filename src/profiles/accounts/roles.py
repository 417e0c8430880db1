"""Roles of people: given, taken away, listed. Each change is written down with who made it."""

import structlog
from django.db import transaction

from profiles.accounts.mergers import kept_orcid_id
from profiles.accounts.models import Account, RoleChange
from profiles.accounts.staff_access import audit
from profiles.accounts.staff_access.audit import StaffAct
from profiles.domain.access.roles import Role, refusal_of_role
from profiles.infra import clock

log = structlog.get_logger(__name__)


By = Account | str
"""A member of staff, or the name of a command."""


class RoleRefusedError(Exception):
    """This role cannot be given to this person; the message says why, for operators."""


@transaction.atomic
def grant_role(
    *, orcid_id: str, role: Role, by: By, member: str = "", repository: str = "", reason: str = ""
) -> bool:
    """Give a person a role in place of the one they had; False when they have it already.

    The person need not have signed in before: their account is opened, and the role waits for them.

    Raises:
        RoleRefusedError: the ids do not fit the role, or the account is closed.
    """
    member, repository = member.strip().lower(), repository.strip().lower()
    refusal = refusal_of_role(role, member=member, repository=repository)
    if refusal:
        raise RoleRefusedError(refusal)
    account, _ = Account.objects.select_for_update().get_or_create(orcid_id=kept_orcid_id(orcid_id))
    if account.closed_at is not None:
        raise RoleRefusedError(f"{orcid_id} closed their account. They have to sign in again first.")
    return change_role(account, role, by=by, member=member, repository=repository, reason=reason)


@transaction.atomic
def revoke_role(*, orcid_id: str, by: By, reason: str = "") -> bool:
    """Make a person an ordinary researcher again; False when they are one, or unknown."""
    account = Account.objects.select_for_update().filter(orcid_id=kept_orcid_id(orcid_id)).first()
    return account is not None and change_role(account, Role.USER, by=by, reason=reason)


def people_with_roles() -> list[tuple[Account, RoleChange | None]]:
    """List the people who are more than ordinary researchers, each with the last change of their role."""
    accounts = list(Account.objects.exclude(role=Role.USER.value).order_by("role", "orcid_id"))
    rows = RoleChange.objects.filter(account_id__in=[account.pk for account in accounts]).order_by("id")
    last = {row.account_id: row for row in rows}
    return [(account, last.get(account.pk)) for account in accounts]


def role_changes_of(account: Account) -> list[RoleChange]:
    """List the changes of a person's role, the latest first."""
    return list(RoleChange.objects.filter(account_id=account.pk).order_by("-id"))


def change_role(
    account: Account, role: Role, *, by: By, member: str = "", repository: str = "", reason: str = ""
) -> bool:
    """Change the role of an account that the caller has locked; False when it is the one they have."""
    name = f"account {by.pk}" if isinstance(by, Account) else by
    before = (account.role, account.provider_id, account.client_id)
    if before == (role.value, member, repository):
        return False
    account.role, account.provider_id, account.client_id = role.value, member, repository
    account.save(update_fields=["role", "provider_id", "client_id", "updated_at"])
    RoleChange.objects.create(
        account_id=account.pk,
        at=clock.now(),
        by=name,
        old_role=before[0],
        role=role.value,
        member=member,
        repository=repository,
    )
    note = f"{before[0]} → {role.value} {repository or member}".rstrip()
    audit.write(StaffAct.CHANGED_ROLE, by=by, person=account, reason=reason, note=note)
    log.info("account.role_changed", account_id=account.pk, role=role.value, before=before[0], by=name)
    return True
