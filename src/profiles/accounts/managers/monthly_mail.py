"""The addresses that get the monthly mail about a repository: asked for, confirmed, stopped."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from profiles.accounts.models import RepositoryMail
from profiles.infra import clock, rate_limit
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import Mail
from profiles.infra.postgres.deleting import delete_in_batches
from profiles.infra.rate_limit import Limit

PERIOD: Final = timedelta(days=28)
LIFE: Final = timedelta(days=1)
"""How long the link that confirms an address is good."""
REFUSED_SHOWN: Final = timedelta(days=30)
"""How long managers see that an address was refused."""
MAX_ADDRESSES: Final = 20
_TO_ADDRESS: Final = Limit("repository-mail-to", 3, 3600)
_OF_REPOSITORY: Final = Limit("repository-mail-of", 10, 3600)
_CONFIRM: Final = "profiles.repository-mail.confirm"
_STOP: Final = "profiles.repository-mail.stop"


class TooManyMailsError(Exception):
    """So many links or addresses were asked for that the next one must wait."""


@transaction.atomic
def ask(*, repository: str, email: str, language: str) -> None:
    """Send a link to an address; until it is followed, nothing else goes there.

    Raises:
        TooManyMailsError: too many links in the last hour, or too many addresses for this repository.
    """
    hits = [rate_limit.hit(_TO_ADDRESS, email.lower()), rate_limit.hit(_OF_REPOSITORY, repository)]
    others = RepositoryMail.objects.filter(repository=repository).exclude(email__iexact=email)
    if any(usage.is_exceeded for usage in hits) or others.count() >= MAX_ADDRESSES:
        raise TooManyMailsError
    row = RepositoryMail.objects.filter(repository=repository, email__iexact=email).first()
    if row is None:
        row = RepositoryMail(repository=repository, email=email, language=language)
    if row.confirmed_at is None:
        row.asked_at, row.refused_at = clock.now(), None
        row.save()
        token = signing.dumps([row.pk, row.email], salt=_CONFIRM)
        link = f"{settings.ENVIRONMENT.PROFILES_URL}/my-repository/mails/confirm/{token}"
        outbox.post(_link_mail(row, link), about="repository-mail-proof")


def _link_mail(row: RepositoryMail, link: str) -> Mail:
    text = _(
        "A manager of the repository %(repository)s asked that its monthly summary goes to this address.\n\n"
        "Follow this link within a day if you want it:\n\n"
        "%(link)s\n\n"
        "If you do not, ignore this mail. Nothing else will be sent.\n\n"
        "%(site)s"
    ) % {"repository": row.repository, "link": link, "site": settings.ENVIRONMENT.SITE_TITLE}
    subject = _("Confirm your address for the monthly summary")
    return Mail(row.email, subject, text, button=_("Yes, send it to me"))


def asked_with(token: str) -> RepositoryMail | None:
    """Return the row of a link that confirms an address; None for an old link or any other text."""
    try:
        number, email = signing.loads(token, salt=_CONFIRM, max_age=LIFE)
        return RepositoryMail.objects.filter(pk=int(number), email=email).first()
    except (signing.BadSignature, TypeError, ValueError):
        return None


def confirm(row: RepositoryMail) -> None:
    """Store that the owner of the address wants the mail; the first one is due. Safe to run twice."""
    RepositoryMail.objects.filter(pk=row.pk, confirmed_at=None).update(
        confirmed_at=clock.now(), refused_at=None
    )


def record_refusal(*, address: str) -> None:
    """Stop writing to an address that its mail server refuses, until its owner confirms it again."""
    rows = RepositoryMail.objects.filter(email__iexact=address)
    rows.update(confirmed_at=None, refused_at=clock.now())


def stop_address(row: RepositoryMail) -> str:
    """Return the address that ends the mail without signing in (RFC 8058)."""
    token = signing.dumps(row.pk, salt=_STOP)
    return f"{settings.ENVIRONMENT.PROFILES_URL}/my-repository/mails/stop/{token}"


def number_to_stop(token: str) -> int | None:
    """Return which mail a token of ours ends; None for any other text."""
    try:
        return int(signing.loads(token, salt=_STOP))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def remove(*, number: int, repository: str = "") -> None:
    """Forget an address; with ``repository``, only one of its own. Safe to run twice."""
    rows = RepositoryMail.objects.filter(pk=number)
    (rows.filter(repository=repository) if repository else rows).delete()


def addresses_of(repository: str) -> QuerySet[RepositoryMail]:
    """List the addresses that get a repository's mail, or were asked to confirm."""
    return RepositoryMail.objects.filter(repository=repository).order_by("email")


def due() -> QuerySet[RepositoryMail]:
    """Return the confirmed addresses whose next mail is due."""
    is_due = Q(written_at=None) | Q(written_at__lte=clock.now() - PERIOD)
    return RepositoryMail.objects.filter(is_due, confirmed_at__isnull=False).order_by("pk")


def take(row: RepositoryMail) -> bool:
    """Note that a mail is written; return False if another job was faster or the mail was stopped."""
    rows = RepositoryMail.objects.filter(pk=row.pk, written_at=row.written_at)
    return rows.update(written_at=clock.now()) > 0


def delete_unconfirmed(*, older_than: datetime) -> int:
    """Delete addresses that no one confirmed, and refused ones later; return their number."""
    is_old = Q(refused_at=None) | Q(refused_at__lt=older_than - REFUSED_SHOWN)
    rows = RepositoryMail.objects.filter(is_old, confirmed_at=None, asked_at__lt=older_than)
    return delete_in_batches(rows)
