"""Mails of ours: written down in the transaction that causes them, sealed, and sent by a job.

A letter that is being sent is out of reach of other jobs for a while, so a job that runs twice sends it
once. Where a mail server took it and the answer was lost it is offered again, with the same Message-ID.
"""

import smtplib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Final

import msgspec
import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from profiles.infra import clock, outbox, wiring
from profiles.infra.mail import Backend
from profiles.infra.models import Letter
from profiles.infra.queue import defer
from profiles.infra.vault import VaultError

log = structlog.get_logger(__name__)

LEASE: Final = timedelta(minutes=10)
"""Longer than a mail server may take to answer."""
GIVE_UP: Final = timedelta(days=7)
_AT_ONCE: Final = 50
_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter says, and to whom."""

    to: str
    subject: str
    text: str

    def __repr__(self) -> str:
        """Show nothing of it, wherever this ends up."""
        return "Text(...)"


def purpose_of(letter: Letter) -> str:
    """Name what a letter is sealed for."""
    return f"letter:{letter.uuid}"


def can_be_sent() -> bool:
    """Say whether this installation sends mail at all."""
    return bool(settings.ENVIRONMENT.PROFILES_EMAIL_URL)


@transaction.atomic
def post(text: Text, *, about: str) -> Letter:
    """Write a letter down; it goes out when the caller's transaction is committed, and not otherwise."""
    now = clock.now()
    letter = Letter(about=about, made_at=now, due_at=now)
    sealed = msgspec.json.encode(asdict(text)).decode()
    letter.sealed = wiring.vault().seal(sealed, purpose=purpose_of(letter))
    letter.save()
    defer(outbox.MAIL, lock=outbox.MAIL)
    return letter


def send_due(*, now: datetime) -> int:
    """Send what is due; say how many letters went out."""
    return sum(_send(letter) for letter in _take(now))


@transaction.atomic
def _take(now: datetime) -> list[Letter]:
    due = list(
        Letter.objects.select_for_update(skip_locked=True)
        .filter(due_at__lte=now)
        .order_by("due_at")[:_AT_ONCE]
    )
    for letter in due:
        letter.tries += 1
        letter.due_at = now + LEASE
        letter.save(update_fields=["tries", "due_at"])
    return due


def _send(letter: Letter) -> bool:
    try:
        opened = wiring.vault().unseal(bytes(letter.sealed or b""), purpose=purpose_of(letter))
    except VaultError:
        log.exception("letter.sealed", letter=str(letter.uuid))
        _put_off(letter)
        return False
    try:
        went_out = _message(letter, msgspec.json.decode(opened, type=Text)).send()
    except (smtplib.SMTPException, OSError) as error:
        # The error's text may hold the address: only its kind is told.
        refused = _is_final(error)
        log.warning(
            "letter.not_sent", letter=str(letter.uuid), about=letter.about, error=type(error).__name__
        )
        if refused:
            _end(letter)
        else:
            _put_off(letter)
        return False
    if not went_out:
        # Mail was switched off after the letter was written; it waits for it to come back.
        _put_off(letter)
        return False
    _end(letter, sent_at=clock.now())
    log.info("letter.sent", letter=str(letter.uuid), about=letter.about)
    return True


def _message(letter: Letter, text: Text) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{letter.uuid}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(text.subject, text.text, to=[text.to], headers=headers, connection=Backend())


def _is_final(error: Exception) -> bool:
    """Say whether the mail server refuses this letter for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _PERMANENT for code, _ in error.recipients.values())
    # A server that refuses us (who we are, how we log in) may be mended; the letter waits for that.
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _PERMANENT


def _put_off(letter: Letter) -> None:
    now = clock.now()
    if now - letter.made_at > GIVE_UP:
        _end(letter)
        return
    minutes = min(4 ** (letter.tries - 1), 12 * 60)
    Letter.objects.filter(pk=letter.pk).update(due_at=now + timedelta(minutes=minutes))


def _end(letter: Letter, *, sent_at: datetime | None = None) -> None:
    Letter.objects.filter(pk=letter.pk).update(sealed=None, due_at=None, sent_at=sent_at)


def forget_old(*, older_than: datetime) -> int:
    """Drop what is left of letters from before this moment; say how many."""
    return Letter.objects.filter(due_at=None, made_at__lt=older_than).delete()[0]
