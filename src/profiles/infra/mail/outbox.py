"""The mail outbox: a mail is stored, sealed, in the transaction that causes it, and sent by a job.

If a mail server took it and the answer was lost, it is sent again with the same Message-ID.
"""

import smtplib
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Final

import msgspec
import structlog
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.dispatch import Signal
from django.utils import translation

from profiles.infra import clock, wiring
from profiles.infra.jobs.row_jobs import RetryLaterError, row_job
from profiles.infra.mail.backend import Backend
from profiles.infra.mail.mail import Mail, html_of
from profiles.infra.mail.refusals import Refusal, refusal_of
from profiles.infra.models import OutgoingMail
from profiles.infra.postgres.deleting import delete_in_batches

log = structlog.get_logger(__name__)

GIVE_UP_AFTER: Final = timedelta(days=7)
mail_failed = Signal()
"""Sent with ``row`` in the transaction that gives a mail up.

``refused_address`` is the address if its server accepts no mail for it, else empty.
"""


def purpose_of(row: OutgoingMail) -> str:
    """Return the purpose that a mail is sealed for."""
    return f"mail:{row.uuid}"


def can_be_sent() -> bool:
    """Return whether this installation sends mail."""
    return bool(settings.ENVIRONMENT.PROFILES_EMAIL_URL)


def unsent_count() -> int:
    """Count the mails that are to be sent."""
    return OutgoingMail.objects.filter(sealed__isnull=False).count()


def oldest_unsent() -> datetime | None:
    """Return since when the oldest mail that is to be sent has waited."""
    unsent = OutgoingMail.objects.filter(sealed__isnull=False)
    return unsent.order_by("created_at").values_list("created_at", flat=True).first()


@transaction.atomic
def post(mail: Mail, *, about: str, account_id: int | None = None) -> OutgoingMail:
    """Store a mail; it is sent only if the caller's transaction is committed.

    ``account_id`` is the number of the account whose owner gets it; None: of a closed one.
    """
    row = OutgoingMail(about=about, account_id=account_id, created_at=clock.now())
    mail = replace(mail, language=mail.language or translation.get_language() or settings.LANGUAGE_CODE)
    row.sealed = wiring.vault().seal(msgspec.json.encode(asdict(mail)).decode(), purpose=purpose_of(row))
    row.save()
    send_mail.defer(row_id=row.pk)
    return row


def move(*, account_id: int, to: int) -> None:
    """Move the mails of an account that is joined with another one."""
    OutgoingMail.objects.filter(account_id=account_id).update(account_id=to)


def failed_since(*, account_id: int, about: str) -> datetime | None:
    """Return when the latest mail of this kind to the owner of an account was written, if it was given up."""
    row = OutgoingMail.objects.filter(account_id=account_id, about=about).order_by("-created_at").first()
    return row.created_at if row is not None and row.sealed is None and row.sent_at is None else None


@transaction.atomic
def give_up_waiting(*, account_id: int, except_about: str) -> None:
    """Give up the mails to the owner of an account that are not sent yet, but for one kind."""
    unsent = OutgoingMail.objects.filter(account_id=account_id, sealed__isnull=False)
    for row in unsent.exclude(about=except_about):
        _give_up(row)


@transaction.atomic
def _give_up(row: OutgoingMail, *, refused_address: str = "") -> None:
    _end(row)
    mail_failed.send(sender=OutgoingMail, row=row, refused_address=refused_address)


def _end(row: OutgoingMail, *, sent_at: datetime | None = None) -> None:
    OutgoingMail.objects.filter(pk=row.pk).update(sealed=None, sent_at=sent_at)


@row_job(
    OutgoingMail,
    name="send_mail",
    begun=lambda row: row.created_at,
    give_up_after=GIVE_UP_AFTER,
    on_give_up=_give_up,
)
def send_mail(row: OutgoingMail, _tries: int) -> None:
    """Send a mail and erase its content. Safe to run twice: a sent mail is erased."""
    if row.sealed is None:
        return
    opened = wiring.vault().unseal(bytes(row.sealed), purpose=purpose_of(row))
    mail = msgspec.json.decode(opened, type=Mail)
    try:
        sent = _message(row, mail).send()
    except (smtplib.SMTPException, OSError) as error:
        # The error's text may contain the address: log only its type and what is refused.
        refusal = refusal_of(error)
        facts = {"mail": str(row.uuid), "about": row.about, "error": type(error).__name__}
        log.warning("mail.not_sent", **facts, refused=refusal.value)
        if refusal is Refusal.NOT_NOW:
            raise RetryLaterError(type(error).__name__) from None
        _give_up(row, refused_address=mail.to if refusal is Refusal.ADDRESS else "")
        return
    if not sent:
        raise RetryLaterError("mail is switched off")
    _end(row, sent_at=clock.now())
    log.info("mail.sent", mail=str(row.uuid), about=row.about)


def _message(row: OutgoingMail, mail: Mail) -> EmailMessage:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = formataddr((name or settings.ENVIRONMENT.SITE_TITLE, address))
    domain = address.rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{row.uuid}@{domain}>", "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe:
        # RFC 8058: the mailbox's own button ends the mails, without opening a page.
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        mail.subject, mail.text, sender, to=[mail.to], headers=headers, connection=Backend()
    )
    message.attach_alternative(html_of(mail), "text/html")
    return message


def delete_old_mails(*, older_than: datetime) -> int:
    """Delete the rows of sent or abandoned mails older than this; return their number."""
    return delete_in_batches(OutgoingMail.objects.filter(sealed=None, created_at__lt=older_than))
