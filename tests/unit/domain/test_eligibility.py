"""Every published case comes out as published, every reason is reachable, and the page is up to date."""

import json

import pytest
from dev import eligibility_docs

from profiles.domain.eligibility.published_cases import judge
from profiles.domain.eligibility.reasons import REASONS
from profiles.domain.eligibility.rules import RULES
from tests.support.shared import ROOT

PUBLISHED = json.loads((ROOT / "docs/eligibility-cases.json").read_text())["cases"]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["title"])
def test_a_published_case_is_decided_as_published(case):
    verdict = judge(case)

    found = {
        "result": verdict.result.value,
        "rule": verdict.rule,
        "reason": verdict.reason,
        "field": verdict.field,
        "value": verdict.value,
    }
    assert {key: found[key] for key in case["expect"]} == case["expect"]


def test_the_published_page_and_cases_are_those_of_the_rules():
    assert (ROOT / "docs/eligibility.md").read_text() == eligibility_docs.page().rstrip() + "\n"
    assert json.loads(json.dumps(eligibility_docs.published())) == PUBLISHED


def test_every_reason_is_an_answer_that_some_case_gets():
    answered = {answer.reason for case in PUBLISHED for answer in judge(case).answers}

    assert answered == set(REASONS)


def test_a_rule_gives_no_answer_that_its_page_does_not_list():
    for case in PUBLISHED:
        for rule, answer in zip(RULES, judge(case).answers, strict=True):
            assert answer.reason in rule.reasons


def test_every_no_tells_what_to_do_or_that_nothing_needs_doing():
    without = {answer.reason for case in PUBLISHED for answer in judge(case).answers if not answer.passed}

    assert {code for code in without if not REASONS[code].remedy} == {"raid", "overtaken"}


def test_what_anybody_may_see_holds_no_answer_about_the_person():
    for case in PUBLISHED:
        shown = judge(case).public()
        assert not [answer for answer in shown.answers if answer.private]
        assert shown.rule in {rule.name for rule in RULES if not rule.private}


def test_a_claim_without_permission_waits_for_it():
    (case,) = [case for case in PUBLISHED if case["title"] == "permission lost: the claim waits"]

    assert judge(case).waits


def test_who_has_auto_update_off_is_told_that_and_nothing_about_a_switch_that_was_never_turned():
    (case,) = [case for case in PUBLISHED if case["title"] == "Auto-Update is off"]

    said = {answer.rule: answer.reason for answer in judge(case).answers if not answer.passed}

    assert said == {"switched-on": "switched-off", "since": "switched-off", "trigger": "switched-off"}


def test_who_chose_a_work_is_told_so_and_not_that_no_one_asks_them():
    case = next(case for case in PUBLISHED if case["title"] == "ask me first, and the person said yes")

    said = {answer.rule: answer.reason for answer in judge(case).answers}

    assert (said["ask-first"], said["name"]) == ("asked-for", "asked-for")


def test_a_doi_that_was_hidden_is_not_said_to_have_changed_its_creators():
    case = next(case for case in PUBLISHED if case["title"] == "on the record, and the DOI was hidden")

    said = {answer.rule: answer.reason for answer in judge(case).answers}

    assert said["trigger"] == "no-longer-findable"
