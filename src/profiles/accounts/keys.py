"""Keys of people and machines: given, looked up, counted, revoked. A key is shown once and never kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from profiles.accounts.models import AccessKey, Account, KeyUse
from profiles.accounts.selectors import SLIM, slim_account
from profiles.domain.access.access_key_format import KeyKind, digest_of_key, hint_of_key, invent_key, is_key
from profiles.domain.access.roles import Visitor, role_of_a_personal_key, scopes_for
from profiles.infra import clock
from profiles.infra.postgres.deleting import delete_in_batches
from profiles.infra.web.readable_names import unreadable_because

log = structlog.get_logger(__name__)
MAX_DAYS: Final = {KeyKind.PERSONAL: 366, KeyKind.SERVICE: 731}
MAX_PERSONAL: Final = 20
"""A person needs one for each program; more is a mistake of a program."""


class KeyRefusedError(Exception):
    """A key cannot be given like this; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just given, and what it is called by: the only moment at which both are together."""

    key: AccessKey
    secret: str


@transaction.atomic
def give_personal_key(*, account_id: int, name: str, scopes: Sequence[str], days: int) -> NewKey:
    """Give a person a key of their own.

    Raises:
        KeyRefusedError: no name, no or foreign scopes, too long a life, or too many keys.
    """
    account = Account.objects.select_for_update().get(pk=account_id, closed_at=None)
    _check_key(KeyKind.PERSONAL, name, days)
    _check_scopes(scopes, role_of_a_personal_key(account.role))
    if keys_of(account).count() >= MAX_PERSONAL:
        words = _("There are %(most)d keys already. Revoke one that is not used any more.")
        raise KeyRefusedError(words % {"most": MAX_PERSONAL})
    return _create_key(KeyKind.PERSONAL, name, scopes, days, by=account.orcid_id, account=account)


@transaction.atomic
def give_service_key(
    *, name: str, scopes: Sequence[str], days: int, by: str, repository: str = "", member: str = ""
) -> NewKey:
    """Give a machine a key, bound to a repository or member where one is named.

    Raises:
        KeyRefusedError: no name or one that is in use, no or foreign scopes, too long a life.
    """
    _check_key(KeyKind.SERVICE, name, days)
    _check_scopes(scopes, Visitor.REPOSITORY if repository or member else Visitor.SERVICE)
    if repository and member:
        raise KeyRefusedError(_("A key is bound to a repository or to a member, not to both."))
    if service_keys().filter(name=name.strip(), revoked_at=None).exists():
        raise KeyRefusedError(_("Another service key has this name. Choose one, or revoke the other first."))
    repository, member = repository.strip().lower(), member.strip().lower()
    return _create_key(KeyKind.SERVICE, name, scopes, days, by=by, repository=repository, member=member)


def _check_key(kind: KeyKind, name: str, days: int) -> None:
    if not name.strip() or len(name) > 100:  # noqa: PLR2004
        raise KeyRefusedError(_("A key needs a name of up to 100 characters, so that you know it again."))
    if reason := unreadable_because(name):
        raise KeyRefusedError(reason)
    if not 1 <= days <= MAX_DAYS[kind]:
        raise KeyRefusedError(_("A key lives for 1 to %(most)d days.") % {"most": MAX_DAYS[kind]})


def _check_scopes(scopes: Sequence[str], role: str) -> None:
    usable = [scope.value for scope in scopes_for(role)]
    foreign = sorted(set(scopes) - set(usable))
    if not scopes or foreign:
        words = _("Choose what the key may be used for. This one can be given for: %(usable)s.")
        raise KeyRefusedError(words % {"usable": ", ".join(usable)})


def _create_key(
    kind: KeyKind,
    name: str,
    scopes: Sequence[str],
    days: int,
    *,
    by: str,
    account: Account | None = None,
    repository: str = "",
    member: str = "",
) -> NewKey:
    secret = invent_key(kind)
    key = AccessKey.objects.create(
        kind=kind.value,
        account=account,
        name=name.strip(),
        hint=hint_of_key(secret),
        digest=digest_of_key(secret),
        scopes=sorted(set(scopes)),
        repository=repository,
        member=member,
        created_by=by,
        expires_at=clock.now() + timedelta(days=days),
    )
    log.info("access_key.given", key_id=key.pk, kind=kind.value, scopes=key.scopes, by=by)
    return NewKey(key, secret)


_SLIM: Final = ("id", "kind", "account_id", "name", "scopes", "repository", "member")
_USABLE: Final = f"""
SELECT {", ".join(f"k.{name}" for name in _SLIM)}, {", ".join(f"a.{name}" for name in SLIM)}
FROM accounts_accesskey k LEFT JOIN accounts_account a ON a.id = k.account_id
WHERE k.digest = %s AND k.revoked_at IS NULL AND k.expires_at > %s
    AND (k.account_id IS NULL OR (a.closed_at IS NULL AND a.is_active))
"""  # noqa: S608  nothing of a caller's


def usable_key(text: str) -> AccessKey | None:
    """Return the key that is written like this; None when there is none, or it is over or was revoked."""
    if not is_key(text):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_USABLE, [digest_of_key(text), clock.now()])
        row = cursor.fetchone()
    if row is None:
        return None
    key = AccessKey.from_db(connection.alias, _SLIM, row[: len(_SLIM)])
    if key.account_id is not None:
        key.account = slim_account(row[len(_SLIM) :])
    return key


def keys_of(account: Account) -> QuerySet[AccessKey]:
    """List a person's keys that are not revoked, the newest first."""
    return AccessKey.objects.filter(account=account, revoked_at=None).order_by("-id")


def service_keys() -> QuerySet[AccessKey]:
    """List the machines' keys, revoked ones too, the newest first."""
    return AccessKey.objects.filter(kind=KeyKind.SERVICE.value).order_by("-id")


def uses_of(key: AccessKey) -> list[KeyUse]:
    """Tell what a key was used for, the latest day first."""
    return list(key.uses.order_by("-day", "operation")[:200])


@transaction.atomic
def revoke_personal_key(*, account_id: int, key_id: int) -> bool:
    """End a person's own key at once; return whether there was one. Safe to run twice."""
    return _revoke(AccessKey.objects.filter(pk=key_id, account_id=account_id))


@transaction.atomic
def revoke_service_key(*, key_id: int, by: str) -> bool:
    """End a machine's key at once; return whether there was one."""
    return _revoke(service_keys().filter(pk=key_id), by=by)


def _revoke(keys: QuerySet[AccessKey], *, by: str = "") -> bool:
    key = keys.select_for_update().filter(revoked_at=None).first()
    if key is None:
        return False
    key.revoked_at, key.revoked_by = clock.now(), by or key.created_by
    key.save(update_fields=["revoked_at", "revoked_by"])
    log.info("access_key.revoked", key_id=key.pk, by=key.revoked_by)
    return True


# The moment is written at most once a minute, so that a busy key does not rewrite its row at every call. And
# no call waits for the disk: a server that crashes may lose the counts of its last moments.
_RECORD_USE: Final = """
WITH seen AS (
    UPDATE accounts_accesskey SET last_used_at = %(now)s
    WHERE id = %(key_id)s AND (last_used_at IS NULL OR last_used_at < %(now)s - interval '1 minute')
)
INSERT INTO accounts_keyuse AS u (key_id, day, operation, calls, refused)
SELECT %(key_id)s, (%(now)s AT TIME ZONE 'UTC')::date, %(operation)s, 1, %(refused)s
FROM set_config('synchronous_commit', 'off', true)
ON CONFLICT (key_id, day, operation) DO UPDATE SET calls = u.calls + 1, refused = u.refused + excluded.refused
"""


def note_use(*, key_id: int, operation: str, refused: bool) -> None:
    """Count a call made with a key, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _RECORD_USE,
            {"key_id": key_id, "now": clock.now(), "operation": operation, "refused": int(refused)},
        )


def delete_old_uses(*, older_than: datetime) -> int:
    """Delete the counts of days before this moment; return their number."""
    return delete_in_batches(KeyUse.objects.filter(day__lt=older_than.date()))
