"""The mails that a person may ask for: which they chose, and when each was last written."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet

from profiles.accounts.models import Account
from profiles.infra import clock

_SALT: Final = "profiles.chosen-mails"


class ChosenMail(StrEnum):
    """A mail that is sent only to people who asked for it."""

    FIRST_WORK = "first-work"
    DIGEST = "digest"


PERIOD: Final = timedelta(days=28)
"""How often a summary is sent, at most."""


_SINCE: Final = {ChosenMail.FIRST_WORK: "wants_first_work_since", ChosenMail.DIGEST: "digest_since"}


def chosen(account: Account) -> list[ChosenMail]:
    """Return the mails that a person waits for."""
    return [mail for mail, field in _SINCE.items() if getattr(account, field) is not None]


@transaction.atomic
def choose(*, account_id: int, mails: Sequence[ChosenMail]) -> Account:
    """Store which mails a person wants from now on; a summary begins with what happens after this."""
    account = Account.objects.select_for_update().get(pk=account_id)
    for mail, field in _SINCE.items():
        setattr(account, field, (getattr(account, field) or clock.now()) if mail in mails else None)
    account.save()
    return account


def stop_address(account: Account, mail: ChosenMail) -> str:
    """Return the address that ends this mail for this person, without signing in (RFC 8058)."""
    token = signing.dumps([account.pk, mail.value], salt=_SALT)
    return f"{settings.ENVIRONMENT.PROFILES_URL}/mails/stop/{token}"


def mail_to_stop(token: str) -> tuple[int, ChosenMail] | None:
    """Return the account's number and the mail that a token of ours ends; None for any other text."""
    try:
        account_id, mail = signing.loads(token, salt=_SALT)
        return int(account_id), ChosenMail(mail)
    except (signing.BadSignature, TypeError, ValueError):
        return None


def stop(*, account_id: int, mail: ChosenMail) -> None:
    """Store that a person does not want this mail any more. Safe to run twice."""
    Account.objects.filter(pk=account_id).update(**{_SINCE[mail]: None})


def waiting_for_first_work() -> QuerySet[Account]:
    """Return the people who want to know of their first work and did not get that mail yet."""
    return _REACHABLE.filter(wants_first_work_since__isnull=False)


def due_for_digest() -> QuerySet[Account]:
    """Return the people whose next summary is due."""
    return _REACHABLE.filter(digest_since__lte=clock.now() - PERIOD)


def take(account: Account, mail: ChosenMail, *, next_since: datetime | None) -> bool:
    """Note that a mail is written; return False if another job was faster or the person stopped it."""
    field = _SINCE[mail]
    rows = Account.objects.filter(pk=account.pk, **{field: getattr(account, field)})
    return rows.update(**{field: next_since}) > 0


_REACHABLE: Final = Account.objects.filter(
    email__isnull=False, email_verified_at__isnull=False, closed_at=None
).order_by("pk")
