"""Show a repository its DOIs on ORCID records: metadata quality, counts of outcomes, and reasons.

It never shows a person's permission, switch or choice, and no count that concerns fewer than five people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from profiles.claims.selectors import CLAIMS
from profiles.clients.blocking import call
from profiles.confirmations.selectors import count_confirmed
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.repository_report import MetadataReport, without_small_counts
from profiles.domain.problem import Remedy
from profiles.domain.problems import CATALOGUE
from profiles.domain.records.sighting import Sighting, UnreadableRecordError, read_sighting
from profiles.intake.models import RepositoryReport
from profiles.intake.repositories import keep_report, report_of, skips_of
from profiles.intake.selectors import OF_REPOSITORY, SNAPSHOTS
from profiles.pipeline import sync_clients

PAGE_SIZE: Final = 1000
MAX_PAGES: Final = 2
"""The newest two thousand records are read: two requests show what a repository does today."""
_METADATA_PROBLEMS: Final = sorted(
    code for code, problem in CATALOGUE.items() if problem.remedy is Remedy.FIX_METADATA
)

_CLAIMS: Final = f"FROM {SNAPSHOTS} JOIN {CLAIMS} ON c.doi = s.doi WHERE {OF_REPOSITORY}"
_COUNT_ON_RECORDS: Final = f"SELECT count(*), count(DISTINCT c.orcid_id) {_CLAIMS} AND c.state = 'done'"
_COUNT_REFUSED: Final = f"""
SELECT c.problem, count(*), count(DISTINCT c.orcid_id) {_CLAIMS}
    AND c.state = 'failed' AND c.problem = ANY(%s)
GROUP BY c.problem ORDER BY count(*) DESC
"""


@dataclass(frozen=True, slots=True)
class RepositoryView:
    """The view of one repository. ``report`` is None while it is made; a count is None for too few people."""

    repository: str
    report: RepositoryReport | None
    on_records: int | None
    confirmed: int | None
    refused: dict[str, int | None]
    skipped: dict[str, int | None]


def view_of(repository: str) -> RepositoryView:
    """Return the view of a repository."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ON_RECORDS, [repository])
        works, people = cursor.fetchone()
        cursor.execute(_COUNT_REFUSED, [repository, _METADATA_PROBLEMS])
        refused = cursor.fetchall()
    return RepositoryView(
        repository=repository,
        report=report_of(repository),
        confirmed=without_small_counts([("confirmed", *count_confirmed(repository))])["confirmed"],
        on_records=without_small_counts([("done", works, people)])["done"],
        refused=without_small_counts(refused),
        skipped=without_small_counts(skips_of(repository)),
    )


def make_report(repository: str, *, see: Callable[[Sighting], None] = lambda _: None) -> MetadataReport:
    """Read the repository's newest records at DataCite, count, and store the report. Safe to run twice.

    ``see`` is called with each record.

    Raises:
        ServiceError: DataCite does not answer; the next request for the report starts the job again.
    """
    report, total = MetadataReport(), 0
    for number in range(1, MAX_PAGES + 1):
        page = call(
            sync_clients.datacite().search(page=number, size=PAGE_SIZE, client_id=repository, sort="-updated")
        )
        total = page.total or 0
        for raw in page.records:
            _count(report, raw, see)
        if len(page.records) < PAGE_SIZE:
            break
    keep_report(client_id=repository, report=report, is_complete=total <= PAGE_SIZE * MAX_PAGES)
    return report


def _count(report: MetadataReport, raw: bytes, see: Callable[[Sighting], None]) -> None:
    try:
        record = read_sighting(raw)
    except UnreadableRecordError:
        return
    report.add(record)
    see(record)


def as_json(view: RepositoryView) -> dict[str, Any]:
    """Return a view as the API shows it."""
    return {
        "metadata": _metadata(view.report) if view.report else None,
        "onRecords": view.on_records,
        "confirmed": view.confirmed,
        "refused": [
            {"code": code, "title": CATALOGUE[code].title, "remedy": CATALOGUE[code].you, "count": count}
            for code, count in view.refused.items()
        ],
        "skipped": [
            {
                "code": code,
                "title": REASONS[code].sentence if code in REASONS else code,
                "remedy": REASONS[code].remedy if code in REASONS else "",
                "count": count,
            }
            for code, count in view.skipped.items()
        ],
    }


def share_of(report: RepositoryReport) -> float | None:
    """Return the share of creators with a valid iD, between 0 and 1; None when there are no creators."""
    return MetadataReport(creators=report.creators, with_id=report.with_id).share


def _metadata(report: RepositoryReport) -> dict[str, Any]:
    return {
        "at": report.at,
        "dois": report.dois,
        "isComplete": report.is_complete,
        "creators": report.creators,
        "creatorsWithOrcidId": report.with_id,
        "share": share_of(report),
        "malformedTotal": report.malformed_total,
        "malformed": report.malformed,
    }
