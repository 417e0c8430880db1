"""Tell people that ORCID no longer accepts their permission: by mail, or in their ORCID inbox."""

from datetime import timedelta
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
from profiles.clients.errors import RefusedError, ServiceError
from profiles.clients.orcid_inbox import InboxMessage
from profiles.consents import telling
from profiles.consents.telling import Loss
from profiles.domain import problems
from profiles.domain.claim import ClaimState
from profiles.infra import clock, mail_outbox, wiring
from profiles.infra.each import for_each
from profiles.infra.mail_outbox import Mail
from profiles.intake import selectors as intake

log = structlog.get_logger(__name__)

NAMED_WORKS: Final = 20
"""Works that a message in the inbox names at most."""
CLOCK_SLACK: Final = timedelta(hours=1)
"""So far ORCID's clock may be from ours; two messages are always a day apart."""


def tell_due() -> int:
    """Tell everybody who is to be told of a loss; say how many were. Safe to run twice at once."""
    return for_each(telling.take_losses(now=clock.now()), _tell, job="tell")


def _tell(loss: Loss) -> bool:
    account = accounts.account_of(loss.orcid_id)
    if account is None:
        telling.leave_it(orcid_id=loss.orcid_id)
        return False
    with translation.override(account.language or settings.LANGUAGE_CODE):
        if account.email and account.email_verified_at and mail_outbox.can_be_sent():
            return _by_mail(account)
        return _by_inbox(loss)


@transaction.atomic
def _by_mail(account: Account) -> bool:
    """Write the letter and that it was written in one transaction: so there is exactly one."""
    if not telling.record_told(orcid_id=account.orcid_id, now=clock.now()):
        return False
    assert account.email is not None
    subject = _("DataCite needs your permission again")
    mail_outbox.post(Mail(account.email, subject, _letter(account)), about="permission-lost")
    return True


def _by_inbox(loss: Loss) -> bool:
    message = _message(loss.orcid_id)
    try:
        sent = call(_ask(loss, message))
    except RefusedError as error:
        log.info("permission.not_told", problem=error.entry.code)
        telling.leave_it(orcid_id=loss.orcid_id)
        return False
    except ServiceError as error:
        log.warning("permission.telling_failed", problem=error.entry.code)
        telling.put_off(orcid_id=loss.orcid_id, now=clock.now())
        return False
    if not sent:
        telling.leave_it(orcid_id=loss.orcid_id)
        return False
    return telling.record_told(orcid_id=loss.orcid_id, now=clock.now())


async def _ask(loss: Loss, message: InboxMessage) -> bool:
    async with wiring.door() as door:
        inbox = wiring.orcid_inbox(door)
        if inbox is None:
            return False
        if loss.tried_before:
            # The answer to an earlier try may have been lost: ORCID would show a second message.
            since = int((loss.lost_at - CLOCK_SLACK).timestamp() * 1000)
            if await inbox.find(loss.orcid_id, address=message.address, since_ms=since) is not None:
                return True
        await inbox.ask(loss.orcid_id, message)
        return True


def _message(orcid_id: str) -> InboxMessage:
    parked = claims.claims_of(orcid_id, states=[ClaimState.FAILED, ClaimState.WAITING], limit=200)
    dois = [c.doi for c in parked if c.problem in {*problems.PARKED, problems.TOKEN_REFUSED.code}]
    dois = dois[:NAMED_WORKS]
    titles = intake.titles(dois)
    works = tuple(titles.get(doi) or doi for doi in dois)
    return InboxMessage(
        # ORCID advises 25 letters at most.
        subject=_("Permission needed again"),
        intro=_(
            "ORCID no longer accepts the permission that you gave to DataCite, so nothing is being sent to "
            "your record. If you want works to arrive, please give it again. If you took it back on purpose, "
            "nothing needs to be done."
        ),
        address=settings_address(),
        works=works or (_("New works that name you"),),
    )


def _letter(account: Account) -> str:
    return _(
        "Dear %(name)s,\n\n"
        "ORCID no longer accepts the permission that you gave to DataCite, so nothing is being sent to your "
        "ORCID record %(orcid_id)s.\n\n"
        "If you want works to arrive, please give it again; what waits is sent then by itself:\n\n"
        "%(address)s\n\n"
        "If you took the permission back on purpose, nothing needs to be done. You get this message once.\n\n"
        "%(site)s"
    ) % {
        "name": account.display_name,
        "orcid_id": account.orcid_id,
        "address": settings_address(),
        "site": settings.ENVIRONMENT.SITE_TITLE,
    }


def settings_address() -> str:
    """Return where messages lead: a permission is only taken from whoever asked for it here."""
    return f"{settings.ENVIRONMENT.PROFILES_URL}/settings/me"
