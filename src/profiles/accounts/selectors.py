"""Read accounts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import F, Max, QuerySet

from profiles.accounts.models import NAME_VECTOR, AccessKey, Account, MergedOrcidId
from profiles.domain.access.access_key_format import KeyKind
from profiles.domain.access.roles import Scope
from profiles.infra import clock
from profiles.infra.postgres import prepared
from profiles.infra.postgres.sql_params import words
from profiles.infra.postgres.text_search import beginning_like


def account_of(orcid_id: str) -> Account | None:
    """Return the open account of this iD."""
    return Account.objects.filter(orcid_id=orcid_id, closed_at=None).first()


# Django's own way to such a query takes longer than a whole list of claims; these come with every call.
SLIM: Final = ("id", "orcid_id", "role", "provider_id", "client_id", "is_public")
"""Columns read for a caller, in the model's order; other columns are loaded on access."""
_CALLER: Final = f"SELECT {', '.join(SLIM)} FROM accounts_account WHERE orcid_id = %s AND closed_at IS NULL"  # noqa: S608


def caller_with(orcid_id: str) -> Account | None:
    """Return the open account of this iD with little more than is needed to know a caller's rights."""
    with connection.cursor() as cursor:
        cursor.execute(_CALLER, [orcid_id])
        row = cursor.fetchone()
    return slim_account(row) if row else None


def slim_account(row: Sequence[Any]) -> Account:
    """Make an account of the columns ``SLIM``."""
    return Account.from_db(connection.alias, SLIM, row)


# Parts of SQL for statements of other packages that need accounts beside rows of their own.
JOIN_ACCOUNT: Final = "LEFT JOIN accounts_account a ON a.orcid_id = c.orcid_id"
"""``a`` is the account of the iD of ``c``, or NULL."""
JOIN_ACCOUNT_OF_GRANT: Final = "LEFT JOIN accounts_account a ON a.id = g.account_id"
"""``a`` is the account of the grant ``g``, or NULL."""
HAS_ACCOUNT: Final = "EXISTS (SELECT FROM accounts_account a WHERE a.orcid_id = c.orcid_id)"
"""Whether the iD of ``c`` has an account, open or closed."""
HAS_OPEN_ACCOUNT: Final = (
    "EXISTS (SELECT FROM accounts_account a WHERE a.orcid_id = %(orcid_id)s AND a.closed_at IS NULL)"
)
HIDDEN_ORCID_IDS: Final = "SELECT orcid_id FROM accounts_account WHERE NOT is_public"

_BY_ID: Final = prepared.Rows("FROM accounts_account a WHERE a.id = %(id)s", a=Account)


def account_of_session(account_id: Any) -> Account | None:
    """Return the account that a session names, open or closed, by a prepared statement."""
    found = _BY_ID.first({"id": account_id})
    return found[0] if found else None


_FOR_RULES: Final = """
SELECT orcid_id, name, given_names, family_name, other_names, auto_update_since, rules
FROM accounts_account WHERE orcid_id = ANY(string_to_array(%s, ' ')) AND closed_at IS NULL
"""
_ENROLLED_FOR_RULES: Final = f"{_FOR_RULES} AND auto_update_since IS NOT NULL AND is_active"


def people_for_rules(orcid_ids: Iterable[str], *, only_enrolled: bool) -> list[tuple[Any, ...]]:
    """Return what the rules need of these people's open accounts, in one query.

    Each row is iD, name, given names, family name, other names, since when Auto-Update is on, and the
    person's own rules as JSON. ``only_enrolled`` leaves out those who did not switch Auto-Update on.
    """
    wanted = words(orcid_ids)
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ENROLLED_FOR_RULES if only_enrolled else _FOR_RULES, [wanted])
        return list(cursor.fetchall())


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


def named_like(people: QuerySet[Account], text: str) -> QuerySet[Account]:
    """Narrow a list to those in whose names words begin like all of these."""
    wanted = beginning_like(text)
    if wanted is None:
        return people.none()
    return people.annotate(named=NAME_VECTOR).filter(named=wanted)


def matched_first(people: QuerySet[Account], *, most: int) -> QuerySet[Account]:
    """Return the same list in a form in which PostgreSQL finds the people before it puts them in order.

    Only for lists of no more than ``most``. Otherwise it may scan all people in that order until a
    page is full; if few match, that is to the end of a million.
    """
    return Account.objects.filter(pk__in=people.order_by().values("pk")[:most])


def after_row(people: QuerySet[Account], number: int, *, found: bool) -> QuerySet[Account]:
    """Return who comes after this one, in the order of rows; ``found``: the list was ``matched_first``.

    Then the order is by a sum, of which no index knows, for the same reason.
    """
    return people.filter(pk__gt=number).order_by(F("pk") + 0 if found else F("pk"))


def accounts_with_email(email: str) -> QuerySet[Account]:
    """List the open accounts with this e-mail address, confirmed or not; for staff."""
    return Account.objects.filter(email__iexact=email, closed_at=None).order_by("id")


def all_people() -> QuerySet[Account]:
    """List all open accounts; for staff."""
    return Account.objects.filter(closed_at=None)


def closed_before(moment: datetime) -> list[Account]:
    """List the accounts that were closed before this moment and are still to be erased."""
    return list(Account.objects.filter(closed_at__lt=moment).order_by("closed_at")[:200])


def merged_ids_of(account: Account) -> list[str]:
    """List the iDs that ORCID merged into this person's, oldest first."""
    rows = MergedOrcidId.objects.filter(kept=account.orcid_id).order_by("at")
    return list(rows.values_list("orcid_id", flat=True))


def everything_of_keys(account: Account) -> list[dict[str, Any]]:
    """List a person's keys, revoked ones too, with what each was used for; never the key or its digest."""
    keys = AccessKey.objects.filter(account=account).order_by("id").prefetch_related("uses")
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
        for key in keys
    ]


def next_service_key_expiry() -> datetime | None:
    """Return when the next key of a service ends that has no later one; None: none is in use."""
    keys = AccessKey.objects.filter(kind=KeyKind.SERVICE.value, revoked_at=None, expires_at__gt=clock.now())
    latest = (
        keys.values("name").annotate(ends=Max("expires_at")).order_by("ends").values_list("ends", flat=True)
    )
    return latest.first()


def services_without_key_for(scope: Scope, *, now: datetime) -> QuerySet[AccessKey, str]:
    """List the services that have had a key, and have none with this scope now."""
    keys = AccessKey.objects.filter(kind=KeyKind.SERVICE.value)
    valid = keys.filter(revoked_at=None, expires_at__gt=now, scopes__contains=[scope.value])
    return keys.exclude(name__in=valid.values("name")).values_list("name", flat=True)


def count_enrolled() -> int:
    """Count the people who have Auto-Update switched on."""
    return Account.objects.filter(auto_update_since__isnull=False).count()
