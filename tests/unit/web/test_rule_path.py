"""The rules as a path: each rule has its step, and the path shows where a work stopped."""

from typing import Any

from profiles.domain.eligibility.rules import RULES, Result, Verdict
from profiles.web.views.works.rule_path import STEPS, rule_path

NAMES = [rule.name for rule in RULES]


def answers(*refusing: str, uncounted: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    return [
        {
            "name": rule.name,
            "question": rule.question,
            "passed": rule.name not in (*refusing, *uncounted),
            "counts": rule.name not in uncounted,
        }
        for rule in RULES
    ]


def verdict(result: Result, rule: str) -> Verdict:
    return Verdict(result, rule, "", "", "", ())


def kinds(steps) -> list[str]:
    return [step.kind for step in steps]


def test_each_rule_is_in_one_step_in_the_order_in_which_the_rules_decide():
    assert [name for _title, names in STEPS for name in names] == NAMES


def test_a_work_stops_where_the_deciding_rule_said_no():
    path = rule_path(verdict(Result.SKIP, "relations"), answers("relations", "permission"))

    assert kinds(path) == ["passed", "passed", "stopped", *["after"] * 5]
    assert (path[2].title, path[2].colour) == ("Is it a work of its own, not a part of one?", "ignored")


def test_a_work_that_waits_for_permission_stops_at_the_last_step():
    path = rule_path(verdict(Result.CLAIM, "trigger"), answers("permission"))

    assert kinds(path) == [*["passed"] * 7, "stopped"]
    assert path[-1].colour == "notified"


def test_a_no_that_does_not_count_stops_nothing():
    path = rule_path(verdict(Result.UPDATE, "trigger"), answers(uncounted=("relations",)))

    assert kinds(path) == ["passed"] * 8
    assert [step.does_not_count for step in path] == [False, False, True, *[False] * 5]


def test_steps_whose_rules_may_not_be_seen_are_left_out():
    public = [rule for rule in answers() if rule["name"] in {"findable", "named"}]

    assert [step.rules for step in rule_path(verdict(Result.CLAIM, "named"), public)] == [1, 1]
