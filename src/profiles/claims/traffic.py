"""Read what ORCID accepted lately, and how long works took: for the status of the service and its metrics."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from profiles.claims.models import Claim
from profiles.domain import problems
from profiles.domain.service_status import Delay

_SAMPLE: Final = 1000
"""Rows that are read at most, from the newest on: a busy hour has many more, and needs no more."""

_ENOUGH: Final = 3
"""So many calls in a row that fail for everyone are an outage."""
_OUTAGES: Final = [
    problem.code
    for problem in (
        problems.ORCID_UNAVAILABLE,
        problems.ORCID_BUSY,
        problems.ORCID_UNCLEAR,
        problems.CLIENT_REFUSED,
    )
]

# During an outage the newest calls all failed; the last new work on any record is found by its own index.
_LAST_WRITE: Final = f"""
SELECT greatest(
    (SELECT max(at) FROM (SELECT at, verb, problem FROM claims_attempt ORDER BY at DESC LIMIT {_SAMPLE}) c
        WHERE problem = '' AND verb <> 'find'),
    (SELECT max(claimed_at) FROM claims_claim WHERE claimed_at IS NOT NULL))
"""  # noqa: S608  a number of ours
_DELAY: Final = f"""
SELECT count(*), percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY seconds) FROM (
    SELECT extract(epoch FROM claimed_at - doi_changed_at)::float8 AS seconds
    FROM claims_claim
    WHERE claimed_at > now() - %(hours)s * interval '1 hour' AND claimed_at >= doi_changed_at
    ORDER BY claimed_at DESC LIMIT {_SAMPLE}) s
"""  # noqa: S608  a number of ours


_REFUSED: Final = f"""
SELECT count(*) >= {_ENOUGH} AND bool_and(problem = ANY(%s)) FROM (
    SELECT problem FROM claims_attempt WHERE at > now() - interval '10 minutes'
    ORDER BY at DESC LIMIT {_ENOUGH}) c
"""  # noqa: S608  a number of ours


def is_refused() -> bool:
    """Tell whether ORCID refused our last calls or did not answer them, for whichever person."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED, [_OUTAGES])
        return bool(cursor.fetchone()[0])


def last_write_at() -> datetime | None:
    """Return when ORCID last accepted a work from us, or a change or removal of one."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_WRITE)
        moment: datetime | None = cursor.fetchone()[0]
        return moment


def delay(*, within: timedelta) -> Delay | None:
    """Return how long works took from the change of their DOI to their record lately; None: there were none.

    Works that the person chose, or that waited for a permission, have no such time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DELAY, {"hours": within / timedelta(hours=1)})
        count, quantiles = cursor.fetchone()
    return Delay(count, *quantiles) if count else None


def count_added(*, since: datetime) -> int:
    """Count the works that were added to a record since then."""
    return Claim.objects.filter(claimed_at__gte=since).count()
