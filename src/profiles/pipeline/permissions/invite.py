"""Ask authors who are not with us in their ORCID inbox, when a trusted agent sends works that name them.

Today's agents send a claim for every creator who has an iD. Who never signed in cannot know that works wait
for them (datacite/datacite#711), so they are asked: one message for all works, not again for half a year, and
only where the deployment wants it. Intake itself keeps nothing of people who are not enrolled, so nobody is
asked because of a record that merely passed by.
"""

from typing import Any, Final

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from profiles.claims import selectors as claims
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.clients.blocking import call
from profiles.clients.errors import RefusedError, ServiceError
from profiles.clients.orcid_inbox import InboxMessage
from profiles.consents import inviting
from profiles.consents.models import Invitation
from profiles.domain import problems
from profiles.domain.claim import ClaimEvent, ClaimState, Origin
from profiles.infra import clock, wiring
from profiles.infra.each import for_each
from profiles.intake import selectors as intake
from profiles.pipeline.permissions.lost_notice import CLOCK_SLACK, NAMED_WORKS, settings_address

log = structlog.get_logger(__name__)

_EACH_RUN: Final = 50
"""Calls that pushes do not get: few enough not to be felt."""
_MOST_CLAIMS: Final = 1_000

_UNKNOWN_AUTHORS: Final = """
SELECT c.orcid_id FROM claims_claim c
WHERE c.problem = %(problem)s AND c.state = 'failed' AND c.origin = %(origin)s AND c.action = 'create'
    AND NOT EXISTS (SELECT FROM accounts_account a WHERE a.orcid_id = c.orcid_id)
    AND NOT EXISTS (SELECT FROM consents_consent p WHERE p.orcid_id = c.orcid_id)
    AND NOT EXISTS (SELECT FROM consents_invitation i
        WHERE i.orcid_id = c.orcid_id AND (i.not_before IS NULL OR i.not_before > %(now)s))
GROUP BY c.orcid_id ORDER BY min(c.requested_at) LIMIT %(limit)s
"""


def invite_due() -> int:
    """Ask the authors who are to be asked now; say how many were. Safe to run twice at once."""
    if not settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS:
        return 0
    return for_each(_unknown_authors(), _invite, job="invite")


def _unknown_authors() -> list[str]:
    parameters: dict[str, Any] = {
        "problem": problems.CONSENT_MISSING.code,
        "origin": Origin.AUTO_UPDATE.value,
        "now": clock.now(),
        "limit": _EACH_RUN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN_AUTHORS, parameters)
        return [orcid_id for (orcid_id,) in cursor.fetchall()]


def _invite(orcid_id: str) -> bool:
    invitation = inviting.take(orcid_id=orcid_id, now=clock.now())
    if invitation is None:
        return False
    try:
        sent = call(_ask(invitation, _message(orcid_id)))
    except RefusedError as error:
        log.info("author.not_asked", problem=error.entry.code)
        inviting.close(orcid_id=orcid_id)
        return False
    except ServiceError as error:
        log.warning("author.asking_failed", problem=error.entry.code)
        inviting.put_off(invitation=invitation, now=clock.now())
        return False
    if sent:
        _record(orcid_id)
    return sent


async def _ask(invitation: Invitation, message: InboxMessage) -> bool:
    async with wiring.door() as door:
        inbox = wiring.orcid_inbox(door)
        if inbox is None:
            return False
        since = int((invitation.tried_at - CLOCK_SLACK).timestamp() * 1000)
        # The answer to an earlier try may have been lost: ORCID would show a second message.
        tried = invitation.tries > 1
        if tried and await inbox.find(invitation.orcid_id, address=message.address, since_ms=since):
            return True
        await inbox.ask(invitation.orcid_id, message)
        return True


def _parked(orcid_id: str) -> list[Claim]:
    found = claims.claims_of(orcid_id, states=[ClaimState.FAILED], limit=_MOST_CLAIMS)
    return [claim for claim in found if claim.problem == problems.CONSENT_MISSING.code]


@transaction.atomic
def _record(orcid_id: str) -> None:
    """The claims say that their person was asked; they start, or are offered, when permission comes."""
    inviting.record_asked(orcid_id=orcid_id, now=clock.now())
    for claim in _parked(orcid_id):
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
