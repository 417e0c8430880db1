"""Reading accounts."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet

from profiles.accounts.models import NAME_VECTOR, AccessKey, Account, MergedOrcidId


def account_of(orcid_id: str) -> Account | None:
    """Return the open account of this iD."""
    return Account.objects.filter(orcid_id=orcid_id, closed_at=None).first()


def account_by_id(account_id: int) -> Account | None:
    """Return the open account with this number."""
    return Account.objects.filter(pk=account_id, closed_at=None).first()


def orcid_ids_of(account_ids: Iterable[int]) -> dict[int, str]:
    """Return the iDs of open accounts, by their numbers."""
    open_ones = Account.objects.filter(pk__in=list(account_ids), closed_at=None)
    return dict(open_ones.values_list("pk", "orcid_id"))


def accounts_among(orcid_ids: Iterable[str]) -> list[Account]:
    """Return the accounts of these iDs."""
    return list(Account.objects.filter(orcid_id__in=list(orcid_ids), closed_at=None))


def public_people() -> QuerySet[Account]:
    """List those who do not hide their record."""
    return Account.objects.filter(is_public=True, closed_at=None)


def hidden_people() -> QuerySet[Account]:
    """List those who hide their record."""
    return Account.objects.filter(is_public=False)


def hidden_among(orcid_ids: Iterable[str]) -> set[str]:
    """Say which of these iDs are of people who hide their record."""
    return set(hidden_people().filter(orcid_id__in=list(orcid_ids)).values_list("orcid_id", flat=True))


_WORD: Final = re.compile(r"\w+")
_MOST_WORDS: Final = 8


def named_like(people: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Narrow a list to those in whose names words begin like all of these."""
    words = _WORD.findall(text)[:_MOST_WORDS]
    if not words:
        return people.none()
    wanted = SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="simple")
    return people.annotate(named=NAME_VECTOR).filter(named=wanted)


def everybody() -> QuerySet[Account]:
    """List all open accounts; for staff."""
    return Account.objects.filter(closed_at=None)


def closed_before(moment: datetime) -> list[Account]:
    """List the accounts that were closed before this moment and are still to be erased."""
    return list(Account.objects.filter(closed_at__lt=moment).order_by("closed_at")[:200])


def merged_ids_of(account: Account) -> list[str]:
    """List the iDs that ORCID merged into this person's, oldest first."""
    told = MergedOrcidId.objects.filter(kept=account.orcid_id).order_by("at")
    return list(told.values_list("orcid_id", flat=True))


def everything_of_keys(account: Account) -> list[dict[str, Any]]:
    """List a person's keys, revoked ones too, with what each was used for; never the key or its digest."""
    found = AccessKey.objects.filter(account=account).order_by("id").prefetch_related("uses")
    return [
        {
            "name": key.name,
            "hint": key.hint,
            "scopes": key.scopes,
            **{
                name: getattr(key, name)
                for name in ("created_at", "expires_at", "last_used_at", "revoked_at")
            },
            "uses": [
                {"day": use.day, "operation": use.operation, "calls": use.calls, "refused": use.refused}
                for use in sorted(key.uses.all(), key=lambda use: use.pk)
            ],
        }
        for key in found
    ]
