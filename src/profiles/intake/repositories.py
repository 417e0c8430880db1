"""Reports about repositories, kept for a day."""

from dataclasses import asdict
from datetime import timedelta
from typing import Final

from django.db import connection

from profiles.domain.eligibility.repository_report import MetadataReport
from profiles.domain.eligibility.rules import RULES
from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.infra.jobs.queue import defer
from profiles.intake.models import RepositoryReport
from profiles.intake.selectors import SAYS_NOTHING

FRESH: Final = timedelta(days=1)
_ABOUT_METADATA: Final = sorted(rule.name for rule in RULES if not rule.private)

# The valid decision of each pair of DOI and person, where a rule about the metadata said no.
_SKIPS: Final = """
SELECT reason, count(*), count(DISTINCT orcid_id) FROM (
    SELECT DISTINCT ON (d.orcid_id, d.doi) d.orcid_id, d.result, d.rule, d.reason
    FROM intake_doisnapshot s JOIN intake_decision d ON d.doi = s.doi
    WHERE s.repository = %s AND s.repository <> '' AND d.reason <> ALL(%s)
    ORDER BY d.orcid_id, d.doi, d.id DESC
) standing WHERE result = 'skip' AND rule = ANY(%s) GROUP BY reason ORDER BY count(*) DESC
"""


def report_of(client_id: str) -> RepositoryReport | None:
    """Return the report about a repository; an old or missing one is made by a job meanwhile."""
    found = RepositoryReport.objects.filter(pk=client_id).first()
    if found is None or found.at < clock.now() - FRESH:
        defer(job_names.REPORT, lock=f"{job_names.REPORT} {client_id}", client_id=client_id)
    return found


def keep_report(*, client_id: str, report: MetadataReport, is_complete: bool) -> None:
    """Keep a report in the place of the one before."""
    RepositoryReport.objects.update_or_create(
        pk=client_id,
        defaults={
            "at": clock.now(),
            "dois": report.dois,
            "is_complete": is_complete,
            "creators": report.creators,
            "with_id": report.with_id,
            "malformed_total": report.malformed_total,
            "malformed": [asdict(one) for one in report.malformed],
        },
    )


def skips_of(client_id: str) -> list[tuple[str, int, int]]:
    """Count what rules about the metadata kept from being added: reason, works, different people."""
    with connection.cursor() as cursor:
        cursor.execute(_SKIPS, [client_id, list(SAYS_NOTHING), _ABOUT_METADATA])
        return [(reason, works, people) for reason, works, people in cursor.fetchall()]
