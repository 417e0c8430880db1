"""The rules of Auto-Update as a path: few steps from the DOI to the record, and where the work stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy

from profiles.domain.eligibility.rules import Result, Verdict

STEPS: Final = (
    (gettext_lazy("Is the DOI public, and registered with DataCite?"), ("findable", "agency")),
    (gettext_lazy("Does it name the ORCID iD, in a wanted role?"), ("named", "role")),
    (
        gettext_lazy("Is it a work of its own, of a wanted type?"),
        ("project", "excluded", "relations", "versions", "types", "repositories"),
    ),
    (
        gettext_lazy("Is Auto-Update on, and was the work never removed or refused?"),
        ("switched-on", "not-mine", "removed", "refused"),
    ),
    (
        gettext_lazy("Is it new or changed, and is there room on the record?"),
        ("since", "trigger", "quota"),
    ),
    ("", ("name",)),
    ("", ("ask-first",)),
    ("", ("permission",)),
)
"""What is asked in each step, with the names of its rules. A step of one rule asks what the rule asks."""
_LOOKS: Final = {
    Result.SKIP: ("ignored", "out"),
    Result.ASK: ("notified", "help"),
    Result.OFFER_REMOVAL: ("failed", "warning"),
    Result.REMOVE: ("failed", "removed"),
}
"""The colour of the step where the work stopped, as that of the claim's state, and its icon."""
_WAITS: Final = ("notified", "clock")


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step: ``kind`` is passed, stopped or after; ``rule`` is the rule that stopped the work here."""

    title: str
    kind: str
    icon: str
    rules: int
    colour: str = ""
    rule: Mapping[str, Any] | None = None
    does_not_count: bool = False
    """A rule said no here, which does not count, because the work is on the record already."""


def rule_path(verdict: Verdict, rules: Sequence[Mapping[str, Any]]) -> list[PathStep]:
    """Return the steps of the rules that may be shown, in their order."""
    stopped_by = _stopped_by(verdict, rules)
    steps, is_over = [], False
    for title, names in STEPS:
        asked = [rule for rule in rules if rule["name"] in names]
        if not asked:
            continue
        stop = next((rule for rule in asked if rule["name"] == stopped_by), None)
        if stop:
            colour, icon = _LOOKS.get(verdict.result, _WAITS)
            steps.append(PathStep(stop["question"], "stopped", icon, len(asked), colour, stop))
            is_over = True
            continue
        does_not_count = any(not rule["passed"] and not rule["counts"] for rule in asked)
        kind, icon = ("after", "more") if is_over else ("passed", "on")
        question = str(title) or asked[0]["question"]
        steps.append(PathStep(question, kind, icon, len(asked), does_not_count=does_not_count))
    return steps


def _stopped_by(verdict: Verdict, rules: Sequence[Mapping[str, Any]]) -> str:
    """Return the rule that decided, if it said no; else the first "no" that the work waits for."""
    refusing = [rule["name"] for rule in rules if rule["counts"] and not rule["passed"]]
    return verdict.rule if verdict.rule in refusing else next(iter(refusing), "")
