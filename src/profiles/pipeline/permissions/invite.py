"""Invite authors without an account, in their ORCID inbox, when a trusted agent sends works that name them.

Today's agents send a claim for every creator who has an iD. People who never signed in cannot know that works
wait for them (datacite/datacite#711), so they are asked: one message for all works, at most once in half a
year, and only where the deployment switches this on. Intake stores nothing about people who are not enrolled,
so no one is asked only because a record that names them was read.
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
from profiles.infra.jobs.row_jobs import row_job
from profiles.intake import selectors as intake
from profiles.pipeline.permissions.lost_notice import (
    CLOCK_SLACK,
    MAX_NAMED_WORKS,
    send_inbox_message,
    settings_address,
)

log = structlog.get_logger(__name__)

_MAX_PER_RUN: Final = 50
"""Invitations take calls from pushes; so few are not noticed."""
_MAX_CLAIMS: Final = 1_000

_UNKNOWN_AUTHORS: Final = f"""
SELECT c.orcid_id FROM {claims.CLAIMS}
WHERE c.problem = %(problem)s AND c.state = 'failed' AND c.origin = %(origin)s AND c.action = 'create'
    AND NOT {accounts.HAS_ACCOUNT}
    AND NOT {consents_read.HAS_PERMISSION}
    AND NOT {consents_read.HAS_INVITATION}
GROUP BY c.orcid_id ORDER BY min(c.requested_at) LIMIT %(limit)s
"""  # noqa: S608  nothing of a caller's


def invite_authors() -> int:
    """Defer a job for each author to ask now; return their number. Safe to run twice at the same time."""
    if not settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS:
        return 0
    return sum(_invite_later(orcid_id) for orcid_id in _unknown_authors())


@transaction.atomic
def _invite_later(orcid_id: str) -> bool:
    row = consents.start_invitation(orcid_id=orcid_id)
    if row is not None:
        invite_author.defer(row_id=row.pk)
    return row is not None


def _unknown_authors() -> list[str]:
    parameters: dict[str, Any] = {
        "problem": problems.CONSENT_MISSING.code,
        "origin": Origin.AUTO_UPDATE.value,
        "asked_before": clock.now() - consents.INVITE_AGAIN_AFTER,
        "limit": _MAX_PER_RUN,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN_AUTHORS, parameters)
        return [orcid_id for (orcid_id,) in cursor.fetchall()]


def _do_not_ask_again(_row: Invitation) -> None:
    """Do nothing: the row stays, without ``asked_at``, so the author is not asked again."""


@row_job(
    Invitation,
    name="invite_author",
    begun=lambda row: row.begun_at,
    give_up_after=timedelta(days=3),
    on_give_up=_do_not_ask_again,
)
def invite_author(row: Invitation, tries: int) -> None:
    """Ask one author in their ORCID inbox. Safe to run twice: an author who was asked is not asked again."""
    if row.asked_at is not None:
        return
    if not _is_still_wanted(row.orcid_id):
        row.delete()
        return
    # The answer to an earlier try may be lost: then ORCID would show a second message.
    tried_since = row.begun_at - CLOCK_SLACK if tries else None
    try:
        if call(send_inbox_message(row.orcid_id, _message(row.orcid_id), tried_since)):
            _record(row)
    except RefusedError as error:
        log.info("author.not_asked", problem=error.entry.code)


def _is_still_wanted(orcid_id: str) -> bool:
    """Tell whether to ask the author still: they may have signed in, or their works may be gone."""
    is_with_us = accounts.account_of(orcid_id) is not None or bool(consents_read.consents_of(orcid_id))
    wanted: bool = settings.ENVIRONMENT.PROFILES_INVITE_AUTHORS
    return wanted and not is_with_us and bool(_parked(orcid_id))


def _parked(orcid_id: str) -> list[Claim]:
    failed = claims.claims_of(orcid_id, states=[ClaimState.FAILED], limit=_MAX_CLAIMS)
    return [claim for claim in failed if claim.problem == problems.CONSENT_MISSING.code]


@transaction.atomic
def _record(row: Invitation) -> None:
    """Note in the claims that their person was asked; they start, or are offered, with the permission."""
    consents.record_invitation_sent(invitation_id=row.pk)
    for claim in _parked(row.orcid_id):
        services.move(
            claim_id=claim.pk,
            event=ClaimEvent.NOTIFY,
            problem=problems.CONSENT_MISSING.code,
            actor="auto-update",
        )


def _message(orcid_id: str) -> InboxMessage:
    parked = _parked(orcid_id)[:MAX_NAMED_WORKS]
    titles = intake.titles([claim.doi for claim in parked])
    return InboxMessage(
        # ORCID advises 25 characters at most.
        subject=_("Works that name you"),
        intro=_(
            "The metadata of these works name your ORCID iD. If you want DataCite to add them to your "
            "record, sign in with the link and choose them; later works then arrive by themselves. If you "
            "do not want that, nothing needs to be done, and nothing is added."
        ),
        address=settings_address(),
        works=tuple(intake.named(titles, claim.doi)["title"] for claim in parked),
    )
