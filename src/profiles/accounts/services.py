"""Changes of accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from profiles.accounts import mergers
from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer

OWN_FIELDS: Final = frozenset(
    {"name", "given_names", "family_name", "other_names", "organisation", "language", "is_public", "rules"}
)
"""What people may change about themselves. Nothing here gives rights."""


@dataclass(frozen=True, slots=True)
class Names:
    """A person's names as an identity provider gives them; each may be empty."""

    name: str = ""
    given_names: str = ""
    family_name: str = ""
    organisation: str = ""


@transaction.atomic
def get_or_create_account(*, orcid_id: str, names: Names) -> Account:
    """Return the account of this verified iD, opening it at the first visit; two visits at once make one.

    An iD that ORCID merged leads to the account of the one it kept: some providers name the old one on.
    What the person typed here is kept; only what is empty is filled from outside.
    """
    kept = mergers.kept_orcid_id(orcid_id)
    account, _ = Account.objects.select_for_update().get_or_create(orcid_id=kept)
    for field in ("name", "given_names", "family_name", "organisation"):
        if not getattr(account, field) and getattr(names, field):
            setattr(account, field, getattr(names, field))
    if account.closed_at is not None:
        # A person who returns after closing starts with a new account: nothing is switched on.
        account.closed_at = account.auto_update_since = account.auto_update_off_at = None
        account.is_active, account.is_public = True, True
    if account.first_signed_in_at is None:
        account.first_signed_in_at = clock.now()
    if not account.password:
        # Once only: each turn of it would sign the person out everywhere else.
        account.set_unusable_password()
    account.save()
    return account


@transaction.atomic
def announce(*, orcid_id: str, fields: Mapping[str, str]) -> tuple[Account, bool]:
    """Store the names that a service announces; return the account and whether it is new.

    Names that the person gave us themselves are not overwritten.
    """
    account, is_new = Account.objects.select_for_update().get_or_create(orcid_id=orcid_id)
    if account.first_signed_in_at is None:
        for field in ("name", "given_names", "family_name"):
            if fields.get(field):
                setattr(account, field, fields[field])
        account.save()
    return account, is_new


@transaction.atomic
def switch_auto_update(*, account_id: int, on: bool) -> Account:
    """Switch Auto-Update. Switching on records the moment, because only later DOIs count; twice keeps it.

    A job looks up the works that name the person now, so that later changes can be recognised.
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    if on and account.auto_update_since is None:
        account.auto_update_since, account.auto_update_off_at = clock.now(), None
        defer(job_names.BACKFILL, orcid_id=account.orcid_id)
    elif not on and account.auto_update_since is not None:
        account.auto_update_since, account.auto_update_off_at = None, clock.now()
    account.save(update_fields=["auto_update_since", "auto_update_off_at", "updated_at"])
    return account


def mark_home_as_read(*, account_id: int) -> None:
    """Record that the person has read what needs them. This is no change of the account."""
    Account.objects.filter(pk=account_id).update(home_read_at=clock.now())


@transaction.atomic
def change_own(*, account_id: int, fields: Mapping[str, Any]) -> Account:
    """Change what people may change about themselves.

    Raises:
        ValueError: a field is not one of theirs; the caller has a bug.
    """
    foreign = set(fields) - OWN_FIELDS
    if foreign:
        raise ValueError(f"not their own: {', '.join(sorted(foreign))}")
    account = Account.objects.select_for_update().get(pk=account_id)
    for field, value in fields.items():
        setattr(account, field, value)
    account.save()
    return account
