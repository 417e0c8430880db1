"""Ask the rules about a published case."""

from typing import Any

import msgspec

from profiles.domain.eligibility import Verdict, decide
from profiles.domain.eligibility_case import Candidate, Facts, Settings
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching import namings
from profiles.domain.matching_record import read_sighting

PLAIN_FACTS = {"switched_on": "2026-01-01T00:00:00Z", "permission": "given", "names": ["Anna Berg"]}


def judge(case: dict[str, Any]) -> Verdict:
    """Decide a published case with the same function as the live path."""
    settings = msgspec.convert(case["settings"], Settings)
    record = read_sighting(case["record"]) if case["record"] else None
    orcid_id = OrcidId(case["orcid_id"])
    named = tuple(n for n in namings(record) if n.orcid_id == orcid_id) if record else ()
    candidate = Candidate(Doi(case["doi"]), orcid_id, record, named)
    return decide(candidate, msgspec.convert(case["facts"], Facts), settings)
