"""Reading accounts."""

from collections.abc import Iterable

from django.db.models import QuerySet

from profiles.accounts.models import Account


def account_of(orcid_id: str) -> Account | None:
    """Return the open account of this iD."""
    return Account.objects.filter(orcid_id=orcid_id, closed_at=None).first()


def account_by_id(account_id: int) -> Account | None:
    """Return the open account with this number."""
    return Account.objects.filter(pk=account_id, closed_at=None).first()


def accounts_among(orcid_ids: Iterable[str]) -> list[Account]:
    """Return the accounts of these iDs."""
    return list(Account.objects.filter(orcid_id__in=list(orcid_ids), closed_at=None))


def public_people() -> QuerySet[Account]:
    """List those who do not hide their record."""
    return Account.objects.filter(is_public=True, closed_at=None)


def everybody() -> QuerySet[Account]:
    """List all open accounts; for staff."""
    return Account.objects.filter(closed_at=None)
