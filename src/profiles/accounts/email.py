"""A person's e-mail address: used only when its owner has proved that they read mail there."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from profiles.accounts.models import Account, EmailProof
from profiles.infra import clock
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import Mail

ABOUT_PROOF: Final = "email-proof"
LIFE: Final = timedelta(days=1)
MAX_OF_ACCOUNT: Final = 5
MAX_TO_ADDRESS: Final = 3
"""Mails in an hour, so that no one can flood another person's mailbox."""
_HOUR: Final = timedelta(hours=1)
_COLUMNS: Final = ("email", "email_verified_at", "email_refused_at", "updated_at")


class TooManyMailsError(Exception):
    """So many mails were requested that the next one must wait an hour."""


@transaction.atomic
def ask_for_proof(*, account_id: int, email: str, link_of: Callable[[str], str]) -> None:
    """Send a link to the address; until it is followed, nothing else goes there and the address is hidden.

    ``link_of`` turns the secret into an address of ours. The secret is in the sealed mail and nowhere else.

    Raises:
        TooManyMailsError: the person should wait an hour.
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    now = clock.now()
    recent = EmailProof.objects.filter(asked_at__gt=now - _HOUR)
    if (
        recent.filter(account=account).count() >= MAX_OF_ACCOUNT
        or recent.filter(email__iexact=email).count() >= MAX_TO_ADDRESS
    ):
        raise TooManyMailsError
    secret = secrets.token_urlsafe(32)
    EmailProof.objects.create(
        account=account, email=email, digest=_digest(secret), asked_at=now, expires_at=now + LIFE
    )
    outbox.post(_mail(account, email, link_of(secret)), about=ABOUT_PROOF, account_id=account.pk)


@transaction.atomic
def confirm(*, account_id: int, secret: str) -> Account | None:
    """Confirm an address; None when the link was used, has expired, or belongs to another person."""
    now = clock.now()
    proof = (
        EmailProof.objects.select_for_update()
        .filter(digest=_digest(secret), account_id=account_id, used_at=None, expires_at__gt=now)
        .first()
    )
    if proof is None:
        return None
    account = Account.objects.select_for_update().get(pk=account_id)
    account.email, account.email_verified_at, account.email_refused_at = proof.email, now, None
    account.save(update_fields=_COLUMNS)
    # Older links to other addresses must not win later.
    EmailProof.objects.filter(account=account, used_at=None).update(used_at=now)
    return account


def has_confirmed(account: Account) -> bool:
    """Tell whether there is an address that its owner has confirmed."""
    return bool(account.email and account.email_verified_at)


def record_question(account: Account) -> None:
    """Record that the person was asked for an address because a service wants to know it."""
    account.email_asked_at = clock.now()
    account.save(update_fields=["email_asked_at"])


@transaction.atomic
def remove(*, account_id: int) -> Account:
    """Forget the address, and whatever link is on its way."""
    account = Account.objects.select_for_update().get(pk=account_id)
    account.email = account.email_verified_at = account.email_refused_at = None
    account.save(update_fields=_COLUMNS)
    EmailProof.objects.filter(account=account).delete()
    return account


def waiting_for_proof(account: Account) -> str:
    """Return the address that a link is on its way to, if there is one."""
    proofs = EmailProof.objects.filter(account=account, used_at=None, refused_at=None)
    latest = proofs.filter(expires_at__gt=clock.now()).order_by("-asked_at").first()
    return latest.email if latest else ""


@transaction.atomic
def record_refusal(*, account_id: int, address: str) -> None:
    """Stop writing to an address that its mail server refuses, until its owner confirms it again."""
    now = clock.now()
    proofs = EmailProof.objects.filter(account_id=account_id, email__iexact=address, used_at=None)
    proofs.update(refused_at=now)
    confirmed = Account.objects.filter(pk=account_id, email__iexact=address, email_verified_at__isnull=False)
    if confirmed.update(email_verified_at=None, email_refused_at=now, updated_at=now):
        outbox.give_up_waiting(account_id=account_id, except_about=ABOUT_PROOF)


def refused_address(account: Account) -> str:
    """Return the address that was refused last, if the person has not confirmed one since."""
    latest = EmailProof.objects.filter(account=account, used_at=None).order_by("-asked_at").first()
    if latest is not None and latest.refused_at is not None:
        return latest.email
    return account.email or "" if account.email_refused_at else ""


def delete_old_proofs(*, older_than: datetime) -> int:
    """Drop the proofs from before this moment; return their number."""
    return EmailProof.objects.filter(asked_at__lt=older_than).delete()[0]


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _mail(account: Account, email: str, link: str) -> Mail:
    words = _(
        "Hello,\n\n"
        "someone, most likely you, wants %(site)s to write to this address about the ORCID iD "
        "%(orcid_id)s.\n\n"
        "If that was you, please confirm it. The link is good once, and for a day:\n\n"
        "%(link)s\n\n"
        "If it was not you, nothing needs to be done: we do not use the address.\n\n"
        "%(site)s"
    ) % {"site": settings.ENVIRONMENT.SITE_TITLE, "orcid_id": account.orcid_id, "link": link}
    return Mail(email, _("Please confirm your e-mail address"), words, button=_("Confirm this address"))
