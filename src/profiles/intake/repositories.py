"""Read and store reports about repositories; a report is fresh for a day."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F, QuerySet

from profiles.domain.eligibility.repository_report import MetadataReport
from profiles.domain.eligibility.rules import RULES
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.infra.postgres.deleting import delete_in_batches
from profiles.intake.models import Repository, RepositoryReport, UnreadableId
from profiles.intake.selectors import NO_NEWS

FRESH: Final = timedelta(days=1)
MAX_VALUE: Final = 200
"""Longer texts are cut: no identifier is that long."""
MAX_DOI: Final = 500
"""Longer ones do not fit into an index beside a value; they are only in the report."""
MAX_LISTED: Final = 200
"""How many repositories of a member are listed; the others are opened by their id."""
_ABOUT_METADATA: Final = sorted(rule.name for rule in RULES if not rule.private)

# The valid decision of each pair of DOI and person, where a rule about the metadata said no.
_SKIPS: Final = """
SELECT reason, count(*), count(DISTINCT orcid_id) FROM (
    SELECT DISTINCT ON (d.orcid_id, d.doi) d.orcid_id, d.result, d.rule, d.reason
    FROM intake_doisnapshot s JOIN intake_decision d ON d.doi = s.doi
    WHERE s.repository = %s AND s.repository <> '' AND d.reason <> ALL(%s)
    ORDER BY d.orcid_id, d.doi, d.id DESC
) latest WHERE result = 'skip' AND rule = ANY(%s) GROUP BY reason ORDER BY count(*) DESC
"""


def report_of(client_id: str) -> RepositoryReport | None:
    """Return the report about a repository; a job makes a new one when it is old or missing."""
    found = RepositoryReport.objects.filter(pk=client_id).first()
    if found is None or found.at < clock.now() - FRESH:
        defer(job_names.REPORT, lock=f"{job_names.REPORT} {client_id}", client_id=client_id)
    return found


@transaction.atomic
def keep_report(*, client_id: str, report: MetadataReport, is_complete: bool) -> None:
    """Store a report in place of the previous one, and its malformed identifiers to be followed."""
    RepositoryReport.objects.update_or_create(
        pk=client_id,
        defaults={
            "at": clock.now(),
            "dois": report.dois,
            "is_complete": is_complete,
            "creators": report.creators,
            "with_id": report.with_id,
            "malformed_total": report.malformed_total,
            "malformed": [
                {"doi": identifier.doi, "field": identifier.field, "value": identifier.value}
                for identifier in report.malformed
            ],
        },
    )
    UnreadableId.objects.bulk_create(
        [
            UnreadableId(
                repository=client_id,
                doi=identifier.doi,
                field=identifier.field,
                value=identifier.value[:MAX_VALUE],
                name=identifier.name[:MAX_VALUE],
                found_at=clock.now(),
            )
            for identifier in report.malformed
            if len(identifier.doi) <= MAX_DOI
        ],
        update_conflicts=True,
        unique_fields=["doi", "field", "value"],
        update_fields=["repository", "name", "changed_at"],
    )


def unreadable_ids(client_id: str) -> QuerySet[UnreadableId]:
    """List a repository's unreadable identifiers: open ones first, then those that changed last."""
    found = UnreadableId.objects.filter(repository=client_id)
    return found.order_by(F("changed_at").desc(nulls_first=True), "doi", "field")


def mark_as_changed(ids: Iterable[int], *, at: datetime) -> None:
    """Store that metadata no longer have these identifiers."""
    UnreadableId.objects.filter(pk__in=list(ids), changed_at=None).update(changed_at=at)


def forget_ids(ids: Iterable[int]) -> None:
    """Delete identifiers that are followed at another place of the same record."""
    UnreadableId.objects.filter(pk__in=list(ids)).delete()


def repositories_with_open_ids() -> set[str]:
    """Return the repositories with unreadable identifiers that are not changed yet."""
    return set(UnreadableId.objects.filter(changed_at=None).values_list("repository", flat=True))


def delete_changed_ids(*, older_than: datetime) -> int:
    """Delete the identifiers that changed before this moment; return their number."""
    return delete_in_batches(UnreadableId.objects.filter(changed_at__lt=older_than))


def skips_of(client_id: str) -> list[tuple[str, int, int]]:
    """Count the works that rules about the metadata excluded: reason, works, different people."""
    with connection.cursor() as cursor:
        cursor.execute(_SKIPS, [client_id, list(NO_NEWS), _ABOUT_METADATA])
        return [(reason, works, people) for reason, works, people in cursor.fetchall()]


def repositories_of_member(member: str) -> list[str]:
    """List the repositories of a member that are known here; DataCite puts the member before the dot."""
    found = Repository.objects.filter(client_id__startswith=f"{member.lower()}.").order_by("client_id")
    return list(found.values_list("client_id", flat=True)[:MAX_LISTED])
