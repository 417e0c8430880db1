"""List a person's works: their claims with titles, whether the metadata name the person, and drift.

Claims and metadata are in packages that do not know each other; here one statement joins them, made of the
parts that each exports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connection

from profiles.claims import selectors as claims
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimState
from profiles.domain.problems import (
    DATACITE_BUSY,
    DATACITE_UNAVAILABLE,
    ORCID_BUSY,
    ORCID_UNAVAILABLE,
)
from profiles.domain.work_status import OnRecord
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.intake import selectors as intake
from profiles.pipeline.works.own_record import record_as_last_read, usable_consents
from profiles.pipeline.works.work_status import claim_on_record

PAGE_SIZE: Final = 25
ORDERS: Final = {
    "latest": "c.updated_at DESC, c.id DESC",
    "oldest": "c.updated_at, c.id",
    "title": "lower(coalesce(nullif(s.title, ''), c.doi)), c.id",
    "added": "c.claimed_at DESC NULLS LAST, c.id DESC",
}
_STALE_AFTER: Final = timedelta(minutes=15)
_OUTAGES: Final = (ORCID_UNAVAILABLE, ORCID_BUSY, DATACITE_UNAVAILABLE, DATACITE_BUSY)
_LIST_WORKS: Final = f"""
SELECT c.*, s.title AS title, s.language AS language, s.repository AS repository,
    {intake.NAMES_PERSON} AS names_owner, count(*) OVER () AS in_all
FROM {claims.CLAIMS} LEFT JOIN {intake.SNAPSHOTS} USING (doi)
WHERE c.orcid_id = %(orcid_id)s AND (c.state = ANY(%(states)s) OR %(states)s = '{{{{}}}}')
    AND (c.origin = %(origin)s OR %(origin)s = '')
    AND (%(text)s = '' OR position(lower(%(text)s) in c.doi) > 0
        OR position(lower(%(text)s) in lower(s.title)) > 0)
ORDER BY {{order}} LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608  nothing of a caller's


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One work of the list. ``names_owner`` is None while its metadata are not known here."""

    claim: Claim
    title: str
    language: str
    repository: str
    names_owner: bool | None
    on_record: OnRecord
    source: str
    """The other source that put the work on the record, if there is one."""


@dataclass(frozen=True, slots=True)
class WorksPage:
    """A page of works, its number, and how many works match in all."""

    works: list[WorkRow]
    total: int
    page: int = 1


def list_works(
    orcid_id: str,
    *,
    states: Sequence[ClaimState] = (),
    origin: str = "",
    text: str = "",
    order: str = "latest",
    page: int = 1,
    size: int = PAGE_SIZE,
) -> WorksPage:
    """List a person's works; ``text`` searches titles and DOIs.

    If the list has become shorter than ``page``, return its last page.
    """
    parameters: dict[str, Any] = {
        "orcid_id": orcid_id,
        "states": [state.value for state in states],
        "origin": origin,
        "text": text,
        "limit": size,
        "offset": (page - 1) * size,
    }
    statement = _LIST_WORKS.format(order=ORDERS[order])
    rows: list[Any] = list(Claim.objects.raw(statement, parameters))
    if not rows and page > 1:
        first: list[Any] = list(Claim.objects.raw(statement, {**parameters, "limit": 1, "offset": 0}))
        page = -(-first[0].in_all // size) if first else 1
        rows = list(Claim.objects.raw(statement, {**parameters, "offset": (page - 1) * size}))
    entries = record_as_last_read(orcid_id).entries
    works = [
        WorkRow(
            row,
            row.title or "",
            row.language or "",
            row.repository or "",
            row.names_owner,
            *claim_on_record(row, entries),
        )
        for row in rows
    ]
    return WorksPage(works, rows[0].in_all if rows else 0, page)


_COUNT_SETTLED: Final = f"""
SELECT count(*) FROM {claims.CLAIMS} LEFT JOIN {intake.SNAPSHOTS} USING (doi)
WHERE c.orcid_id = %(orcid_id)s AND ({claims.ON_RECORD_OR_ON_ITS_WAY})
    AND (s.doi IS NULL OR s.state = 'findable' AND {intake.NAMES_PERSON})
"""  # noqa: S608  nothing of a caller's


def count_settled(orcid_id: str) -> int:
    """Count the works that name a person and are on their record from us, or on their way to it.

    A claim whose metadata are not known yet counts: they are read in a moment, and most name the person.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_SETTLED, {"orcid_id": orcid_id})
        return int(cursor.fetchone()[0])


def work_of(claim: Claim) -> WorkRow:
    """Return one work with what its metadata say."""
    record_status = claim_on_record(claim, record_as_last_read(claim.orcid_id).entries)
    snapshot = intake.snapshot_of(claim.doi)
    if snapshot is None:
        return WorkRow(claim, "", "", "", None, *record_status)
    names_owner = claim.orcid_id in snapshot.names
    return WorkRow(claim, snapshot.title, snapshot.language, snapshot.repository, names_owner, *record_status)


def waiting_outages(orcid_id: str) -> dict[str, int]:
    """Count the works that wait for a service that does not answer, by problem."""
    return claims.waiting_by_problem(orcid_id, [problem.code for problem in _OUTAGES])


def compare_if_stale(orcid_id: str) -> None:
    """Defer a comparison of the record when its owner looks at it and the last one is not recent."""
    last = intake.reconciliation_of(orcid_id)
    if (last is None or last.at < clock.now() - _STALE_AFTER) and usable_consents(orcid_id):
        defer(job_names.COMPARE, lock=f"{job_names.COMPARE}:{orcid_id}", orcid_id=orcid_id)
