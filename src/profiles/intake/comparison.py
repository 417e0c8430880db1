"""What comparisons of records found, and parts of SQL for what is above a list of works."""

from typing import Final

from profiles.domain.eligibility.rules import QUESTIONS
from profiles.intake.models import Reconciliation

_RESULTS: Final = ", ".join(f"'{result.value}'" for result in QUESTIONS)
QUESTION_COUNT: Final = f"""SELECT count(*) FROM intake_decision
    WHERE orcid_id = %(orcid_id)s AND answer = '' AND result IN ({_RESULTS})"""  # noqa: S608  our own words
COMPARED_AT: Final = "SELECT at FROM intake_reconciliation WHERE orcid_id = %(orcid_id)s"


def merged_into(kept: str) -> list[str]:
    """Return the iDs that were merged into this one, according to ORCID's answer to a comparison."""
    merged = Reconciliation.objects.filter(kept_orcid_id=kept)
    return list(merged.values_list("orcid_id", flat=True))
