"""Parts of SQL for what is above a list of works: open questions, the last comparison of the record."""

from typing import Final

from profiles.domain.eligibility.rules import QUESTIONS

_RESULTS: Final = ", ".join(f"'{result.value}'" for result in QUESTIONS)
QUESTION_COUNT: Final = f"""SELECT count(*) FROM intake_decision
    WHERE orcid_id = %(orcid_id)s AND answer = '' AND result IN ({_RESULTS})"""  # noqa: S608  our own words
COMPARED_AT: Final = "SELECT at FROM intake_reconciliation WHERE orcid_id = %(orcid_id)s"
