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

For every change of a DOI and every ORCID iD that it names, all rules below are asked, in this order. The
first "no" decides, and is kept with the field and the value that decided. Anybody can ask for a DOI and an iD
at `/why`; answers about a person are shown only to them and to DataCite's staff.

To take a work off a record, a statement is needed: the metadata can be read, and they no longer name the
person, or say that the DOI is not public. What cannot be told (DataCite does not show the DOI, the creators
are missing or damaged, an iD cannot be read, the person is named without their iD) removes nothing: the DOI
is looked at a second time a day later, with its XML as a second opinion, and then the person is asked, once.

The same cases stand in [eligibility-cases.json](eligibility-cases.json) with whole records, so that
repositories can check their own metadata, and other implementations themselves, against them.

`profiles judge docs/eligibility-cases.json` runs them, or a file of your own in the same form: it needs no
database and no network, names every case that comes out otherwise, and exits with 1 if there is any.
A case has

- `doi`, `orcid_id` and `record`: the pair that is asked about, and the record as `GET /dois/{{doi}}` gives it
  (`data` of the answer), or null when DataCite shows none;
- `facts`: what is known beside the metadata; what is left out has its usual value. `switched_on` (when
  Auto-Update was switched on), `permission` (given, missing, lost), `names`, `rules` (the person's own),
  `standing` (unknown, open, being-sent, on-record, removed-in-orcid, removed-here), `change` (`kind` and
  `fields`), `source` (where the change came from), `named_before` and `credited_as` (the names under which
  the DOI named the person), `second_look`, `looked_back`, `repository_type`, `superseded_by`, `blocked`,
  `refused`, `removal_open`, `removal_refused`, `works`;
- `settings`: what the deployment decides, such as `skip_relations` and `excluded_prefixes`;
- `expect`: the `result`, the deciding `rule`, its `reason`, and where it matters `field` and `value`.
"""


def published() -> list[dict[str, Any]]:
    """Return the cases as they are published: everything spelt out."""
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
    seen = "The person and staff see the answer." if rule.private else "Anybody sees the answer."
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
