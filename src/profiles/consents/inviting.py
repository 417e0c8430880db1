"""Whom we asked in their ORCID inbox though they are not with us: once, and never soon again."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from profiles.consents.models import Invitation

LEASE: Final = timedelta(minutes=10)
AGAIN: Final = timedelta(days=180)
"""Who did not come is asked once more after so long, if works still wait (Crossref's pause after a no)."""
_MOST_TRIES: Final = 8


@transaction.atomic
def take(*, orcid_id: str, now: datetime) -> Invitation | None:
    """Take somebody for asking; None when it is not their time. Out of reach of other jobs for a while."""
    row, _new = Invitation.objects.select_for_update().get_or_create(
        orcid_id=orcid_id, defaults={"tried_at": now, "not_before": now}
    )
    if row.not_before is None or row.not_before > now:
        return None
    if row.asked_at is not None:
        # Another round: what was tried half a year ago cannot have reached them now.
        row.asked_at, row.tries = None, 0
    row.tries += 1
    row.tried_at = now if row.tries == 1 else row.tried_at
    row.not_before = now + LEASE
    row.save()
    return row


def record_asked(*, orcid_id: str, now: datetime) -> None:
    """Remember that the message is in their inbox."""
    Invitation.objects.filter(orcid_id=orcid_id).update(asked_at=now, not_before=now + AGAIN)


def put_off(*, invitation: Invitation, now: datetime) -> None:
    """Try again later, each time a little more so; in the end give up."""
    over = invitation.tries >= _MOST_TRIES
    wait = timedelta(minutes=min(4**invitation.tries, 24 * 60))
    Invitation.objects.filter(pk=invitation.pk).update(not_before=None if over else now + wait)


def close(*, orcid_id: str) -> None:
    """ORCID takes no message for them: do not ask again."""
    Invitation.objects.filter(orcid_id=orcid_id).update(not_before=None)
