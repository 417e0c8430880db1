"""Delete what intake no longer needs: old events, superseded decisions, unused metadata."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef

from profiles.infra.postgres.deleting import delete_in_batches
from profiles.intake.models import Decision, DoiEvent, DoiSnapshot, IngestUnit, Quarantine
from profiles.intake.selectors import NO_NEWS

WINDOW: Final = timedelta(days=30)
"""How far before the limit newer decisions are looked at: for so long the daily job may have failed."""

_SUPERSEDED: Final = """
WITH newer AS MATERIALIZED (
    SELECT id, orcid_id, doi FROM intake_decision
    WHERE at >= %(since)s AND at < %(until)s AND NOT reason = ANY(%(no_news)s)
)
DELETE FROM intake_decision d USING newer n
WHERE d.orcid_id = n.orcid_id AND d.doi = n.doi AND d.id < n.id
    AND d.result = 'skip' AND d.answer = '' AND NOT d.waits
"""

_WITHOUT_NEWS: Final = """
DELETE FROM intake_decision d
WHERE d.at >= %(since)s AND d.at < %(until)s AND d.reason = ANY(%(no_news)s)
    AND EXISTS (SELECT FROM intake_decision o
        WHERE o.orcid_id = d.orcid_id AND o.doi = d.doi AND o.id <> d.id)
"""


def delete_old_events(*, older_than: datetime) -> int:
    """Delete finished events received before this moment; return their number. Decisions stay."""
    return delete_in_batches(DoiEvent.objects.filter(due_at=None, received_at__lt=older_than))


def delete_superseded_skips(*, older_than: datetime) -> int:
    """Delete skips for which a newer decision about the same work was made before this moment.

    The newest decision of each work stays for the "why" page, as does each that led to a claim or question.
    """
    values: dict[str, Any] = {"since": older_than - WINDOW, "until": older_than, "no_news": list(NO_NEWS)}
    deleted = 0
    with connection.cursor() as cursor:
        for statement in (_SUPERSEDED, _WITHOUT_NEWS):
            cursor.execute(statement, values)
            deleted += cursor.rowcount
    return deleted


def delete_old_problems(*, older_than: datetime) -> int:
    """Delete the excerpts of records that could not be read, and the progress of finished data files."""
    deleted = delete_in_batches(Quarantine.objects.filter(at__lt=older_than))
    return deleted + delete_in_batches(IngestUnit.objects.filter(done_at__lt=older_than))


def undecided_dois(*, older_than: datetime, after: str, limit: int) -> list[str]:
    """Return DOIs, in order, whose metadata were fetched before this moment and that no decision is about."""
    decided = Decision.objects.filter(doi=OuterRef("doi"))
    found = DoiSnapshot.objects.filter(~Exists(decided), doi__gt=after, fetched_at__lt=older_than)
    return list(found.order_by("doi").values_list("doi", flat=True)[:limit])


def delete_snapshots(dois: Collection[str], *, older_than: datetime) -> int:
    """Delete the metadata of these DOIs unless they were fetched again since; return their number."""
    return DoiSnapshot.objects.filter(doi__in=list(dois), fetched_at__lt=older_than).delete()[0]
