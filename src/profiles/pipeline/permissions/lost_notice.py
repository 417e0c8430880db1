"""Tell people that ORCID no longer accepts their permission: by mail, or in their ORCID inbox."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from profiles.accounts import selectors as accounts
from profiles.accounts.models import Account
from profiles.claims import selectors as claims
from profiles.clients.blocking import call
from profiles.clients.errors import RefusedError
from profiles.clients.orcid_inbox import InboxMessage
from profiles.consents import selectors as consents
from profiles.consents import services
from profiles.consents.models import Consent
from profiles.domain import problems
from profiles.domain.claim import ClaimState
from profiles.domain.consent import ConsentHealth
from profiles.infra import clock, wiring
from profiles.infra.jobs import job_names
from profiles.infra.jobs.row_jobs import RetryLaterError, row_job
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import Mail
from profiles.infra.models import OutgoingMail
from profiles.intake import selectors as intake
from profiles.pipeline.permissions.lost_permissions import lost_permissions

log = structlog.get_logger(__name__)

ABOUT: Final = "permission-lost"
MAX_NAMED_WORKS: Final = 20
"""How many works a message in the inbox names."""
CLOCK_SLACK: Final = timedelta(hours=1)
"""How far ORCID's clock may be from ours; two messages are always a day apart."""
COOL_DOWN: Final = timedelta(days=1)
"""Two losses within a day make one message, or the second message comes a day later."""
GIVE_UP_AFTER: Final = timedelta(days=14)
_MAX_WAIT: Final = timedelta(days=1)


def _rely_on_banner(_row: Consent) -> None:
    """Do nothing: a banner on our pages says the same."""


@row_job(
    Consent,
    name=job_names.SEND_LOST_NOTICE,
    begun=lambda row: row.lost_at or row.granted_at,
    give_up_after=GIVE_UP_AFTER,
    on_give_up=_rely_on_banner,
    longest_wait=_MAX_WAIT,
    lock_key=lambda row: row.orcid_id,
)
def send_lost_notice(row: Consent, tries: int) -> None:
    """Notify a person that a permission is lost. Safe to run twice: one notice is sent for one loss.

    One message covers all permissions that are lost by then.
    """
    account = accounts.account_of(row.orcid_id)
    if row.health != ConsentHealth.LOST.value or row.notified_at is not None or account is None:
        return
    last_notified = consents.last_notified(row.orcid_id)
    mail_failed = _mail_failed(account, last_notified)
    if last_notified is not None and not mail_failed and clock.now() < last_notified + COOL_DOWN:
        raise RetryLaterError("notified within a day", wait=last_notified + COOL_DOWN - clock.now())
    with translation.override(account.language or settings.LANGUAGE_CODE):
        if account.email and account.email_verified_at and outbox.can_be_sent() and not mail_failed:
            _by_mail(account, account.email)
        else:
            _by_inbox(row, tries, None if mail_failed else last_notified)


def _mail_failed(account: Account, last_notified: datetime | None) -> bool:
    """Return whether the last notice was a mail that did not arrive: then the inbox gets it."""
    failed_since = outbox.failed_since(account_id=account.pk, about=ABOUT)
    return last_notified is not None and failed_since is not None and failed_since >= last_notified


def notify_without_mail(row: OutgoingMail) -> None:
    """Notify the person in another way if a mail that did not arrive was the notice of a lost permission."""
    if row.about == ABOUT and row.account_id is not None:
        services.notify_again(orcid_id=Account.objects.get(pk=row.account_id).orcid_id)


@transaction.atomic
def _by_mail(account: Account, address: str) -> None:
    """Store the mail and the note that it was written in one transaction, so that there is exactly one."""
    if services.record_notified(orcid_id=account.orcid_id):
        subject = _("DataCite needs your permission again")
        mail = Mail(address, subject, _mail_text(account), button=_("Give it again"))
        outbox.post(mail, about=ABOUT, account_id=account.pk)


def _by_inbox(row: Consent, tries: int, last_notified: datetime | None) -> None:
    message = _message(row.orcid_id)
    since = (row.lost_at or row.granted_at) - CLOCK_SLACK
    if last_notified is not None:
        # What was sent then was about an earlier loss.
        since = max(since, last_notified + CLOCK_SLACK)
    try:
        if call(send_inbox_message(row.orcid_id, message, since if tries else None)):
            services.record_notified(orcid_id=row.orcid_id)
    except RefusedError as error:
        # This person cannot be reached; the banner on our pages informs them at their next visit.
        log.info("permission.notice_failed", problem=error.entry.code)


async def send_inbox_message(orcid_id: str, message: InboxMessage, tried_since: datetime | None) -> bool:
    """Put a message into an inbox; return False where this installation has no access to inboxes.

    The answer to an earlier try may be lost, and ORCID would show a second message: so after a try the
    inbox is searched first.
    """
    async with wiring.http_client() as http:
        inbox = wiring.orcid_inbox(http)
        if inbox is None:
            return False
        if tried_since is not None:
            since_ms = int(tried_since.timestamp() * 1000)
            if await inbox.find(orcid_id, address=message.address, since_ms=since_ms) is not None:
                return True
        await inbox.ask(orcid_id, message)
        return True


def _message(orcid_id: str) -> InboxMessage:
    parked = claims.claims_of(orcid_id, states=[ClaimState.FAILED, ClaimState.WAITING], limit=200)
    dois = [c.doi for c in parked if c.problem in {*problems.PARKED, problems.TOKEN_REFUSED.code}]
    dois = dois[:MAX_NAMED_WORKS]
    titles = intake.titles(dois)
    works = tuple(intake.named(titles, doi)["title"] for doi in dois)
    return InboxMessage(
        # ORCID advises 25 characters at most.
        subject=_("Permission needed again"),
        intro=_("%(losses)s If you took the permission back on purpose, nothing needs to be done.")
        % {"losses": _losses(orcid_id)},
        address=settings_address(),
        works=works or (_("New works that name you"),),
    )


def _mail_text(account: Account) -> str:
    return _(
        "Dear %(name)s,\n\n"
        "%(losses)s\n\n"
        "If you want works to arrive on your ORCID record %(orcid_id)s, please give it again; what waits is "
        "then sent automatically:\n\n"
        "%(address)s\n\n"
        "If you took the permission back on purpose, nothing needs to be done. You get this message once.\n\n"
        "%(site)s"
    ) % {
        "name": account.display_name,
        "losses": _losses(account.orcid_id),
        "orcid_id": account.orcid_id,
        "address": settings_address(),
        "site": settings.ENVIRONMENT.SITE_TITLE,
    }


def _losses(orcid_id: str) -> str:
    return " ".join(notice.sentences for notice in lost_permissions(consents.consents_of(orcid_id)))


def settings_address() -> str:
    """Return the address in messages: a permission is only accepted from a person who started here."""
    return f"{settings.ENVIRONMENT.PROFILES_URL}/settings/me"
