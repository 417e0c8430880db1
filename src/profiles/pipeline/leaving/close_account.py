"""Close an account: everything here ends at once, and a job finishes what is left to do at ORCID.

Closing is one transaction without outside calls, so no outage can prevent it. The works to remove and the
tokens to revoke are kept sealed, for this purpose only, and for thirty days at most.
"""

from collections import defaultdict
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from profiles.accounts import closing
from profiles.accounts import selectors as accounts
from profiles.accounts.models import FORMER_USER, Account
from profiles.claims import selectors as claims_read
from profiles.claims import services as claims
from profiles.consents import departures
from profiles.consents.models import Departure
from profiles.infra import clock
from profiles.infra.mail import outbox
from profiles.infra.mail.mail import Mail
from profiles.intake import services as intake
from profiles.pipeline.leaving.finish_at_orcid import finish_departure
from profiles.webhooks import services as webhooks

log = structlog.get_logger(__name__)

IN_FLIGHT_GRACE: Final = timedelta(minutes=3)
"""Longer than a worker's run: what was on its way to ORCID has arrived by then, and is searched for."""


@transaction.atomic
def close(*, account: Account, remove_works: bool) -> Departure:
    """Close an account and erase the data about its person; return the receipt with what is left to do."""
    orcid_id = account.orcid_id
    put_codes: dict[str, list[int]] = defaultdict(list)
    for client_id, put_code in claims_read.put_codes_of(orcid_id):
        put_codes[client_id].append(put_code)
    on_its_way = claims_read.has_calls_under_way(orcid_id)
    departure = departures.open_departure(
        orcid_id=orcid_id,
        remove_works=remove_works,
        put_codes=put_codes,
        look_again_at=clock.now() + IN_FLIGHT_GRACE if on_its_way else None,
    )
    finish_departure.defer(row_id=departure.pk)
    if account.email and account.email_verified_at and outbox.can_be_sent():
        with translation.override(account.language or settings.LANGUAGE_CODE):
            outbox.post(_receipt_mail(account.email, departure), about="account-closed", account_id=None)
    _forget(orcid_id)
    closing.close(account_id=account.pk)
    log.info("account.closed", departure_id=departure.pk, remove_works=remove_works)
    return departure


def _forget(orcid_id: str) -> None:
    claims.forget_person(orcid_id=orcid_id)
    intake.forget_person(orcid_id=orcid_id)
    webhooks.forget_person(orcid_id=orcid_id)


def _receipt_mail(address: str, departure: Departure) -> Mail:
    text = _(
        "Hello,\n\n"
        "your account at %(site)s is closed, as you asked. This is its receipt; the page also tells how far "
        "we have come at ORCID:\n\n"
        "%(link)s\n\n"
        "We do not write to this address any more.\n\n"
        "%(site)s"
    ) % {
        "site": settings.ENVIRONMENT.SITE_TITLE,
        "link": f"{settings.ENVIRONMENT.PROFILES_URL}/goodbye/{departure.uuid}",
    }
    return Mail(address, _("Your account is closed"), text, button=_("See the receipt"))


def erase_closed() -> int:
    """Erase the last data of people who left some days ago; return their number. Safe to run twice."""
    erased = 0
    closed = accounts.closed_before(clock.now() - closing.ERASE_AFTER)
    if closed:
        orcid_ids = [account.orcid_id for account in closed]
        claims.forget_actors(orcid_ids=orcid_ids, instead=FORMER_USER)
        intake.forget_actors(orcid_ids=orcid_ids, instead=FORMER_USER)
    for account in closed:
        with transaction.atomic():
            if closing.erase(account_id=account.pk):
                # What was being written while they left came after the first erasure.
                _forget(account.orcid_id)
                erased += 1
    return erased
