"""Run the published cases of the rules through the live function and compare the results."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from profiles.domain.eligibility.case import Candidate, Facts, Settings
from profiles.domain.eligibility.rules import Verdict, decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.sighting import read_sighting

Case = Mapping[str, Any]


def judge(case: Case) -> Verdict:
    """Decide one case.

    Raises:
        msgspec.ValidationError: its facts or settings are not in the published form.
        UnreadableRecordError: its record is not a DOI record.
    """
    settings = msgspec.convert(case.get("settings", {}), Settings)
    record = read_sighting(case["record"]) if case["record"] else None
    orcid_id = OrcidId(case["orcid_id"])
    readable = namings(record, sandbox=settings.sandbox_ids) if record else []
    named = tuple(n for n in readable if n.orcid_id == orcid_id)
    candidate = Candidate(Doi(case["doi"]), orcid_id, record, named)
    return decide(candidate, msgspec.convert(case.get("facts", {}), Facts), settings)


def differences(case: Case) -> Iterator[tuple[str, str, str]]:
    """Yield each difference from the expected result: name, expected, found."""
    verdict = judge(case)
    for name, expected in case["expect"].items():
        found = getattr(verdict, name)
        text = getattr(found, "value", found)
        if text != expected:
            yield name, str(expected), str(text)
