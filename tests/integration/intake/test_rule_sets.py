"""Live path, why page, preview and judge say the same of each record, for twelve sets of rules."""

import json
import os
from collections import Counter

import msgspec
import pytest

from profiles.domain.eligibility.published_cases import differences
from profiles.domain.eligibility.researcher_rules import read_rules
from profiles.domain.records.sighting import UnreadableRecordError, read_sighting
from profiles.intake.models import Decision
from profiles.pipeline.intake.facts import deployment
from profiles.pipeline.requests import backfill
from profiles.pipeline.works.explain import Question, verdicts
from tests.support.intake import enrol, take_in
from tests.support.records import contributor, creator, with_check_digit
from tests.support.shared import shared

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]

RULES = (
    {},
    {"versions": "concept"},
    {"versions": "newest"},
    {"parts": True},
    {"ask_first": True},
    {"skip_types": ["Dataset", "Software"]},
    {"skip_types": ["Text", "Unknown"]},
    {"skip_types": ["Poster", "Presentation", "Image"]},
    {"skip_repositories": ["cern.zenodo", "arxiv.content"]},
    {"roles": ["Editor", "ContactPerson"]},
    {"when_withdrawn": "remove", "roles": ["DataManager"], "parts": True},
    {"versions": "newest", "parts": True, "ask_first": True, "skip_types": ["Text"]},
)
PEOPLE = [with_check_digit(f"{24_965_000 + number:015d}") for number in range(len(RULES))]
EVERY = int(os.environ.get("RULE_SETS_EVERY", "120"))
"""Of so many records of the corpus one is taken; ``make proof rules`` takes all."""


def corpus(day):
    """Return records of the corpus that name the twelve as creators or, every other time, as contributors."""
    lines = [
        line
        for name in ("dois.jsonl", "dois_testsystem.jsonl")
        for line in shared(f"corpus/{name}").read_bytes().splitlines()
    ]
    records = []
    for number, line in enumerate(lines[::EVERY]):
        one = json.loads(line)
        attributes = one["attributes"]
        if number % 3:
            attributes["creators"] = [*(attributes.get("creators") or ()), *map(creator, PEOPLE)]
        else:
            role = ("Editor", "DataManager", "Other")[number // 3 % 3]
            attributes["contributors"] = [
                *(attributes.get("contributors") or ()),
                *(contributor(p, role) for p in PEOPLE),
            ]
        attributes.update(
            created="2026-02-01T00:00:00Z", registered="2026-02-01T00:00:00Z", updated=f"{day}T00:00:00Z"
        )
        try:
            read_sighting(json.dumps(one).encode())
        except UnreadableRecordError:
            continue
        records.append(one)
    return records


def live():
    """Return the newest decision for each pair."""
    return {(d.orcid_id, d.doi): (d.result, d.reason) for d in Decision.objects.order_by("id")}


def why(records):
    newest = {(d.orcid_id, d.doi): d for d in Decision.objects.order_by("id")}
    questions = [
        Question(s.doi, orcid_id, s, newest[orcid_id, s.doi])
        for s in records
        for orcid_id in PEOPLE
        if (orcid_id, s.doi) in newest
    ]
    found = verdicts(questions)
    return {(q.orcid_id, q.doi): (v.result.value, v.reason) for q, v in zip(questions, found, strict=True)}


def previewed(records):
    """Return what the preview says of each person's own rules, and what ``profiles judge`` says otherwise."""
    shown, disputed = {}, []
    for orcid_id, own in zip(PEOPLE, RULES, strict=True):
        previews = [
            preview
            for begin in range(0, len(records), backfill.MAX_PREVIEWED_WORKS)
            for preview in backfill.preview_of(
                orcid_id, read_rules(own), records[begin : begin + backfill.MAX_PREVIEWED_WORKS]
            )
        ]
        for record, preview in zip(records, previews, strict=True):
            after = preview.after
            expected = {"result": after.result.value, "reason": after.reason}
            shown[orcid_id, preview.doi] = tuple(expected.values())
            case = {
                "doi": record.doi,
                "orcid_id": orcid_id,
                "record": json.loads(record.raw),
                "facts": msgspec.to_builtins(preview.facts),
                "settings": msgspec.to_builtins(deployment()),
                "expect": expected,
            }
            disputed += list(differences(case))
    return shown, disputed


def test_live_path_why_page_preview_and_judge_agree_on_each_record_over_two_harvests(capsys):
    for orcid_id, rules in zip(PEOPLE, RULES, strict=True):
        enrol(orcid_id, rules=rules)
    for number, day in enumerate(("2026-03-01", "2026-04-01")):
        came = corpus(day)
        take_in(*came)
        records = [read_sighting(json.dumps(one).encode()) for one in came]

        decided = live()
        assert len(decided) == len(PEOPLE) * len({r.doi for r in records}) > 300
        assert why(records) == decided
        shown, disputed = previewed(records)
        assert disputed == []
        if number == 0:
            assert shown == decided, "the preview shows what a work that is new would do"
            first = decided
        results = Counter(result for result, _ in decided.values())
        with capsys.disabled():
            print(f"\nrules: harvest {number + 1}, {len(decided)} pairs: {dict(results)}")  # noqa: T201
    assert {result for result, _ in first.values()} == {"claim", "skip", "ask"}
