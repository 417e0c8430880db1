"""Write ``docs/eligibility.md`` and ``docs/eligibility-cases.json`` from the rules and their published cases.

python dev/eligibility_docs.py
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.support.eligibility_case import ENROLLED, SELF, PublishedCase  # noqa: E402
from tests.support.eligibility_cases import CASES  # noqa: E402

from profiles.domain.eligibility.case import Rule  # noqa: E402
from profiles.domain.eligibility.reasons import REASONS  # noqa: E402
from profiles.domain.eligibility.rules import RULE_VERSION, RULES  # noqa: E402

HEAD = """# Which works Auto-Update adds, and why

Generated from the rules by `python dev/eligibility_docs.py`; do not edit. Rule version {version}.

For every change of a DOI and every ORCID iD that it names, all rules below are checked in this order. The
first "no" decides, and is stored with the deciding field and value. Anyone can look up a DOI and an iD at
`/why`; answers about a person are shown only to them and to DataCite staff.

A work is removed only on clear evidence: the metadata can be read, and they no longer name the person, or
say that the DOI is not public. Unclear cases (DataCite does not show the DOI, the creators are missing or
damaged, an iD cannot be read, the person is named without their iD) remove nothing: the DOI is checked again
a day later, with its XML as a second source, and then the person is asked, once.

[eligibility-cases.json](eligibility-cases.json) has the same cases with whole records, so that repositories
can check their metadata, and other implementations their rules, against them.

`profiles judge docs/eligibility-cases.json` runs them, or your own file in the same format: it needs no
database and no network, lists every case with another result, and exits with 1 if there is one.
A case has

- `doi`, `orcid_id` and `record`: the pair to check, and the record from `GET /dois/{{doi}}` (`data` of the
  answer), or null when DataCite shows none;
- `facts`: data beside the metadata; a fact that is left out has its default. `switched_on` (when
  Auto-Update was switched on), `permission` (given, missing, lost), `names`, `rules` (the person's own),
  `standing` (unknown, open, being-sent, on-record, removed-in-orcid, removed-here), `change` (`kind` and
  `fields`), `source` (where the change came from), `named_before` and `credited_as` (the names under which
  the DOI named the person), `second_look`, `looked_back`, `repository_type`, `superseded_by`, `blocked`,
  `refused`, `removal_open`, `removal_refused`, `works`;
- `settings`: settings of the deployment, such as `skip_relations` and `excluded_prefixes`;
- `expect`: the `result`, the deciding `rule`, its `reason`, and where it matters `field` and `value`.
"""


def published() -> list[dict[str, Any]]:
    """Return the published form of the cases, with all values."""
    return [
        {
            "title": case.title,
            "doi": case.record["id"] if case.record else SELF,
            "orcid_id": case.orcid_id,
            "record": case.record,
            "facts": {**ENROLLED, **case.facts},
            "settings": case.settings,
            "expect": {
                **dict(zip(("result", "rule", "reason"), case.expect, strict=True)),
                **(dict(zip(("field", "value"), case.decided_by, strict=True)) if case.decided_by else {}),
            },
        }
        for case in CASES
    ]


def page() -> str:
    """Return the page for people."""
    parts = [HEAD.format(version=RULE_VERSION)]
    parts += [_rule(number, rule) for number, rule in enumerate(RULES, 1)]
    return "\n".join(parts)


_EFFECTS = {
    "skip": "A no skips the work.",
    "ask": "A no asks the person first.",
    "wait": "A no lets the claim wait.",
}


def _rule(number: int, rule: Rule) -> str:
    seen = "The person and staff see the answer." if rule.private else "Anyone sees the answer."
    later = " Counts for works on the record too." if rule.for_updates else ""
    lines = [f"## {number}. {rule.question}", "", f"`{rule.name}`. {_EFFECTS[rule.effect]} {seen}{later}", ""]
    lines += [_paragraph(rule.check.__doc__ or ""), "", "| Code | Answer | What to do |", "|---|---|---|"]
    lines += [f"| `{code}` | {REASONS[code].sentence} | {REASONS[code].remedy} |" for code in rule.reasons]
    lines += ["", *(_example(case) for case in CASES if case.expect[1] == rule.name), ""]
    return "\n".join(lines)


def _paragraph(docstring: str) -> str:
    return " ".join(docstring.split())


def _example(case: PublishedCase) -> str:
    result, _rule_name, reason = case.expect
    decided = f" ({case.decided_by[0]}: {case.decided_by[1]})" if case.decided_by else ""
    return f"- {case.title[0].upper()}{case.title[1:]}: **{result}**, `{reason}`{decided}"


def cases() -> str:
    """Return the test set that goes with the page."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in published())
    return f'{{"rule_version": {RULE_VERSION}, "cases": [\n{lines}\n]}}\n'
