"""Ask authors who are not with us in their ORCID inbox, when a trusted agent sends works that name them.

Today's agents send a claim for every creator who has an iD. Who never signed in cannot know that works wait
for them (datacite/datacite#711), so they are asked: one message for all works, not again for half a year, and
only where the deployment wants it. Intake itself keeps nothing of people who are not enrolled, so nobody is
asked because of a record that merely passed by.
"""

from datetime import timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from profiles.accounts import selectors as accounts
from profiles.claims import selectors as claims
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.clients.blocking import call
from profiles.clients.errors import RefusedError
from profiles.clients.orcid_inbox import InboxMessage
from profiles.consents import selectors as consents_read
from profiles.consents import services as consents
from profiles.consents.models import Invitation
from profiles.domain import problems
from profiles.domain.claim import ClaimEvent, ClaimState, Origin
from profiles.infra import clock
from profiles.infra.jobs import row_job
from profiles.intake import selectors as intake
from profiles.pipeline.permissions.lost_notice import CLOCK_SLACK, NAMED_WORKS, ask, settings_address

log = structlog.get_logger(__name__)

_EACH_RUN: Final = 50
"""Calls that pushes do not get: few enough not to be felt."""
_MAX_CLAIMS: Final = 1_000

_UNKNOWN_AUTHORS: Final = """
SELECT c.orcid_id FROM claims_claim c
WHERE c.problem = %(problem)s AND c.state = 'failed' AND c.origin = %(origin)s AND c.action = 'create'
    AND NOT EXISTS (SELECT FROM accounts_account a WHERE a.orcid_id = c.orcid_id)
    AND NOT EXISTS (SELECT FROM consents_consent p WHERE p.orcid_id = c.orcid_id)
    AND NOT EXISTS (SELECT FROM consents_invitation i
        WHERE i.orcid_id = c.orcid_id AND (i.asked_at IS NULL OR i.asked_at > %(asked_before)s))
GROUP BY c.orcid_id ORDER BY min(c.requested_at) LIMIT %(limit)s
"""


def invite_authors() -> int:
    """Hand over a job for each author who is to be asked now; say how many. Safe to run twice at once."""
    if not settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS:
        return 0
    return sum(_invite_later(orcid_id) for orcid_id in _unknown_authors())


@transaction.atomic
def _invite_later(orcid_id: str) -> bool:
    row = consents.begin_invitation(orcid_id=orcid_id)
    if row is not None:
        invite_author.defer(row_id=row.pk)
    return row is not None


def _unknown_authors() -> list[str]:
    parameters: dict[str, Any] = {
        "problem": problems.CONSENT_MISSING.code,
        "origin": Origin.AUTO_UPDATE.value,
        "asked_before": clock.now() - consents.INVITE_AGAIN,
        "limit": _EACH_RUN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN_AUTHORS, parameters)
        return [orcid_id for (orcid_id,) in cursor.fetchall()]


def _do_not_ask_again(_row: Invitation) -> None:
    """Do nothing: the row stays, without a moment of asking."""


@row_job(
    Invitation,
    name="invite_author",
    begun=lambda row: row.begun_at,
    give_up_after=timedelta(days=3),
    on_give_up=_do_not_ask_again,
)
def invite_author(row: Invitation, tries: int) -> None:
    """Ask one author in their ORCID inbox. Safe to run twice: who was asked is not asked again."""
    if row.asked_at is not None:
        return
    if not _is_still_wanted(row.orcid_id):
        row.delete()
        return
    # The answer to an earlier try may have been lost: ORCID would show a second message.
    tried_since = row.begun_at - CLOCK_SLACK if tries else None
    try:
        if call(ask(row.orcid_id, _message(row.orcid_id), tried_since)):
            _record(row)
    except RefusedError as error:
        log.info("author.not_asked", problem=error.entry.code)


def _is_still_wanted(orcid_id: str) -> bool:
    """Say whether the author is still to be asked: they may have come, or their works have gone."""
    is_with_us = accounts.account_of(orcid_id) is not None or bool(consents_read.consents_of(orcid_id))
    wanted: bool = settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS
    return wanted and not is_with_us and bool(_parked(orcid_id))


def _parked(orcid_id: str) -> list[Claim]:
    found = claims.claims_of(orcid_id, states=[ClaimState.FAILED], limit=_MAX_CLAIMS)
    return [claim for claim in found if claim.problem == problems.CONSENT_MISSING.code]


@transaction.atomic
def _record(row: Invitation) -> None:
    """The claims say that their person was asked; they start, or are offered, when permission comes."""
    consents.record_asked(invitation_id=row.pk)
    for claim in _parked(row.orcid_id):
        services.move(
            claim_id=claim.pk,
            event=ClaimEvent.NOTIFY,
            problem=problems.CONSENT_MISSING.code,
            actor="auto-update",
        )


def _message(orcid_id: str) -> InboxMessage:
    parked = _parked(orcid_id)[:NAMED_WORKS]
    titles = intake.titles([claim.doi for claim in parked])
    return InboxMessage(
        # ORCID advises 25 letters at most.
        subject=_("Works that name you"),
        intro=_(
            "The metadata of these works name your ORCID iD. If you want DataCite to add them to your "
            "record, sign in with the link and choose them; later works then arrive by themselves. If you "
            "do not want that, nothing needs to be done, and nothing is added."
        ),
        address=settings_address(),
        works=tuple(titles.get(claim.doi) or claim.doi for claim in parked),
    )
