"""The "why" answer is the live path's answer, and tells strangers nothing about a person."""

import json

import pytest

from profiles.claims.models import Claim
from profiles.clients.errors import ServiceUnavailableError
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.sighting import read_sighting
from profiles.intake.models import Decision
from profiles.pipeline.works.explain import as_json, explain, personal_verdict
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, BEN, DOI, creator, record, related
from tests.support.shared import shared

pytestmark = pytest.mark.django_db


def showing(raw):
    return lambda _doi: read_sighting(raw) if raw else None


def why(raw, orcid_id=ANNA, *, personal=True):
    return explain(Doi(DOI), OrcidId(orcid_id), personal=personal, fetch=showing(raw))


def test_a_skipped_doi_is_explained_with_what_decided_and_what_to_do():
    enrol()
    part = record(relatedIdentifiers=[related("IsPartOf", "10.5072/whole")])
    take_in(part)

    found = as_json(why(part))

    assert found["result"] == "skip"
    assert found["decided_by"]["value"] == "IsPartOf 10.5072/whole"
    assert found["decision"]["reason"] == "related-work"
    (rule,) = [rule for rule in found["rules"] if rule["rule"] == "relations"]
    assert "Settings" in rule["remedy"]


def test_the_answer_stays_the_same_after_the_decision_was_made():
    enrol()
    before = why(record()).verdict
    take_in(record())

    after = why(record()).verdict

    assert (before.result, before.reason) == (after.result, after.reason) == ("claim", "new")


def test_a_strangers_answer_is_the_same_whether_or_not_the_person_is_with_us():
    without = as_json(why(record(), personal=False))
    enrol(auto_update_since=None, permission=False)
    with_account = as_json(why(record(), personal=False))
    enrol(rules={"roles": ["Editor"], "ask_first": True})
    take_in(record())
    Claim.objects.update(state="done", put_code=3, owner_client="x")
    with_claim = as_json(why(record(), personal=False))

    moment = {"looked_at": ""}
    assert {**without, **moment} == {**with_account, **moment} == {**with_claim, **moment}
    assert not {"claim", "decision"} & without.keys()


def test_an_unknown_doi_is_explained_too():
    found = why(None, personal=False)

    assert (found.verdict.result, found.verdict.reason) == ("skip", "not-found")


def test_when_datacite_is_down_the_last_state_is_shown_and_marked(settings):
    enrol()
    take_in(record())
    from datetime import UTC, datetime

    from profiles.intake.models import DoiSnapshot

    DoiSnapshot.objects.update(fetched_at=datetime(2026, 7, 2, tzinfo=UTC))

    def down(_doi):
        raise ServiceUnavailableError("down")

    found = explain(Doi(DOI), OrcidId(ANNA), personal=True, fetch=down)

    assert found.stale
    assert found.verdict.result == "claim"


def test_a_work_on_the_record_is_shown_with_its_story():
    enrol()
    take_in(record())
    Claim.objects.update(state="done", put_code=17, owner_client="x")

    found = as_json(why(record()))

    assert found["result"] == "update"
    assert found["claim"]["put_code"] == 17
    assert [h["event"] for h in found["claim"]["history"]] == ["request"]


@pytest.mark.contract
@pytest.mark.slow
@pytest.mark.parametrize(
    ("corpus", "least"),
    [pytest.param("dois.jsonl", 700, marks=pytest.mark.proof), ("dois_testsystem.jsonl", 100)],
)
def test_both_agree_on_every_record_of_the_corpus_that_names_anybody(corpus, least):
    lines = shared(f"corpus/{corpus}").read_bytes().splitlines()
    naming = {}
    for line in lines:
        seen = read_sighting(line)
        for orcid_id in {n.orcid_id for n in namings(seen, sandbox=True)}:
            naming.setdefault(orcid_id, []).append((seen, line))
    for orcid_id in naming:
        enrol(orcid_id, auto_update_since="2019-06-01T00:00:00Z", name="")
    predicted = {
        (seen.doi, orcid_id): personal_verdict(Doi(seen.doi), orcid_id, seen)
        for orcid_id, records in naming.items()
        for seen, _line in records
    }

    take_in(*{line for records in naming.values() for _seen, line in records})

    decided = {
        (d.doi, d.orcid_id): (d.result, d.rule, d.reason, d.field, d.value) for d in Decision.objects.all()
    }
    expected = {pair: (v.result, v.rule, v.reason, v.field, v.value) for pair, v in predicted.items()}
    assert len(decided) > least
    assert decided == expected
    afterwards = {
        (seen.doi, orcid_id): personal_verdict(Doi(seen.doi), orcid_id, seen).result
        for orcid_id, records in list(naming.items())[:150]
        for seen, _line in records
    }
    assert afterwards == {pair: expected[pair][0] for pair in afterwards}
    assert len({reason for _result, _rule, reason, _field, _value in decided.values()}) > 4


def test_a_person_whom_the_doi_does_not_name_is_told_so():
    assert why(record(creators=[creator(BEN)]), personal=False).verdict.reason == "not-named"


def test_the_answer_is_plain_json():
    enrol()
    take_in(record())

    assert json.loads(json.dumps(as_json(why(record()))))["scope"] == "person"
