"""Tell which works that name a person Auto-Update does not add, and by which rule."""

from collections.abc import Sequence

from profiles.accounts.models import Account
from profiles.domain.eligibility.case import Candidate, Facts, Source
from profiles.domain.eligibility.researcher_rules import Versions, read_rules
from profiles.domain.eligibility.rules import Result, decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.sighting import Sighting
from profiles.intake.selectors import newer_versions
from profiles.pipeline.intake.facts import deployment
from profiles.pipeline.works.repositories import repositories_of


def left_out_among(account: Account, names: Sequence[str], records: Sequence[Sighting]) -> dict[str, str]:
    """Return, by DOI, the code of the rule that refuses a work; accepted works are missing.

    The rules are asked as if the person had chosen each work now, so what counts is the metadata and the
    person's own rules: not when Auto-Update was switched on, and not what they removed earlier.
    """
    rules, settings = read_rules(account.rules), deployment()
    newer = {}
    if rules.versions is Versions.NEWEST_ONLY:
        newer = newer_versions((account.orcid_id, record) for record in records)
    repositories = repositories_of(records)
    refused = {}
    for record in records:
        named = [n for n in namings(record, sandbox=settings.sandbox_ids) if n.orcid_id == account.orcid_id]
        facts = Facts(
            source=Source.BACK_FILL,
            repository_type=repositories[record.repository].kind,
            superseded_by=newer.get((account.orcid_id, record.doi), ""),
            switched_on=account.auto_update_since,
            names=tuple(names),
            rules=rules,
        )
        candidate = Candidate(Doi(record.doi), OrcidId(account.orcid_id), record, tuple(named))
        verdict = decide(candidate, facts, settings)
        if verdict.result is not Result.CLAIM:
            refused[record.doi] = verdict.reason
    return refused
