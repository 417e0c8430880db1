"""What holds for every decision, whatever the record and the person."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from profiles.domain.eligibility.case import (
    Candidate,
    ClaimStatus,
    Effect,
    Facts,
    PermissionState,
    Settings,
    Source,
)
from profiles.domain.eligibility.researcher_rules import ResearcherRules, Versions, WhenWithdrawn
from profiles.domain.eligibility.rules import INCONCLUSIVE, RULES, Result, decide
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.matching.named_ids import namings
from profiles.domain.records.change_detection import Change, ChangeKind
from profiles.domain.records.sighting import read_sighting
from tests.support.records import ANNA, BEN, DOI, contributor, creator, record, related

moments = st.datetimes(datetime(2015, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds are naive here
targets = st.sampled_from(
    [DOI, "10.5072/other", "https://doi.org/10.5072/other", "https://example.org", "1234-5678", ""]
)
relations = st.lists(
    st.builds(
        related,
        st.sampled_from(["IsPartOf", "IsVersionOf", "HasVersion", "IsPreviousVersionOf", "Cites", ""]),
        targets,
        st.sampled_from(["DOI", "URL", "ISSN", ""]),
    ),
    max_size=4,
)
records = st.builds(
    lambda state, people, helpers, related_, registered, updated, kind, agency: record(
        state=state,
        creators=people,
        contributors=helpers,
        relatedIdentifiers=related_,
        registered=registered and registered.isoformat(),
        updated=updated.isoformat(),
        types={"resourceTypeGeneral": kind},
        agency=agency,
    ),
    st.sampled_from(["findable", "registered", "draft", ""]),
    st.lists(st.sampled_from([creator(), creator(BEN), creator(None), {}]), max_size=3),
    st.lists(st.sampled_from([contributor(), contributor(BEN, "Sponsor")]), max_size=2),
    relations,
    st.none() | moments,
    moments,
    st.sampled_from(["Dataset", "Text", "Software", None]),
    st.sampled_from([None, "datacite", "crossref"]),
)
facts = st.builds(
    Facts,
    source=st.sampled_from(Source),
    at=moments,
    change=st.builds(Change, st.sampled_from(ChangeKind)),
    named_before=st.booleans(),
    looked_back=st.booleans(),
    repository_type=st.sampled_from(["", "repository", "raidRegistry"]),
    superseded_by=st.sampled_from(["", "10.5072/newer"]),
    switched_on=st.none() | moments,
    permission=st.sampled_from(PermissionState),
    names=st.sampled_from([(), ("Anna Berg",), ("Ivan Petrov",)]),
    rules=st.builds(
        ResearcherRules,
        versions=st.sampled_from(Versions),
        parts=st.booleans(),
        skip_types=st.sampled_from([frozenset(), frozenset({"Dataset"})]),
        roles=st.sampled_from([frozenset(), frozenset({"Editor"})]),
        ask_first=st.booleans(),
        when_withdrawn=st.sampled_from(WhenWithdrawn),
    ),
    standing=st.sampled_from(ClaimStatus),
    blocked=st.booleans(),
    refused=st.booleans(),
    second_look=st.booleans(),
    removal_open=st.booleans(),
    removal_refused=st.booleans(),
    works=st.sampled_from([0, 9_999, 10_000]),
)


def candidate_of(raw, orcid_id=ANNA):
    seen = read_sighting(raw)
    named = tuple(n for n in namings(seen) if n.orcid_id == orcid_id)
    return Candidate(Doi(seen.doi), OrcidId(orcid_id), seen, named)


@settings(max_examples=300)
@given(records, facts)
def test_every_rule_answers_and_the_decision_is_one_of_the_answers(raw, person):
    verdict = decide(candidate_of(raw), person, Settings())

    assert [answer.rule for answer in verdict.answers] == [rule.name for rule in RULES]
    (decisive,) = [answer for answer in verdict.answers if answer.rule == verdict.rule]
    assert (decisive.reason, decisive.field, decisive.value) == (verdict.reason, verdict.field, verdict.value)


@settings(max_examples=300)
@given(records, facts)
def test_the_same_question_gets_the_same_answer(raw, person):
    assert decide(candidate_of(raw), person, Settings()) == decide(candidate_of(raw), person, Settings())


@settings(max_examples=300)
@given(records, facts)
def test_nothing_is_pushed_against_a_no_that_counts(raw, person):
    verdict = decide(candidate_of(raw), person, Settings())

    if verdict.result in {Result.CLAIM, Result.UPDATE, Result.ASK}:
        assert not [a for a in verdict.answers if a.counts and not a.passed and a.effect is Effect.SKIP]


@settings(max_examples=300)
@given(records, facts)
def test_what_a_person_called_not_theirs_never_moves(raw, person):
    verdict = decide(candidate_of(raw), replace(person, blocked=True), Settings())

    assert verdict.result is Result.SKIP


@settings(max_examples=300)
@given(records, facts)
def test_nothing_is_automatic_for_people_who_did_not_switch_it_on(raw, person):
    off = replace(person, switched_on=None, source=Source.POLL)

    assert decide(candidate_of(raw), off, Settings()).result is Result.SKIP


@settings(max_examples=300)
@given(records, facts)
def test_only_what_is_on_the_record_is_updated_or_removed(raw, person):
    verdict = decide(candidate_of(raw), person, Settings())

    on_record = person.standing in {ClaimStatus.ON_RECORD, ClaimStatus.BEING_SENT}
    if verdict.result in {Result.UPDATE, Result.REMOVE, Result.OFFER_REMOVAL}:
        assert on_record
    if verdict.result in {Result.CLAIM, Result.ASK}:
        assert not on_record


@settings(max_examples=200)
@given(records, facts)
def test_a_removal_is_only_made_without_asking_when_the_person_chose_so(raw, person):
    verdict = decide(candidate_of(raw), person, Settings())

    if verdict.result is Result.REMOVE:
        assert person.rules.when_withdrawn is WhenWithdrawn.REMOVE


@settings(max_examples=300)
@given(records, facts)
def test_what_cannot_be_told_removes_nothing_and_asks_only_after_a_second_look(raw, person):
    verdict = decide(candidate_of(raw), person, Settings())

    if verdict.reason in INCONCLUSIVE:
        assert verdict.result is not Result.REMOVE
        if verdict.result is Result.OFFER_REMOVAL:
            assert person.second_look or person.removal_open


@settings(max_examples=200)
@given(records, facts)
def test_what_anybody_may_see_holds_no_answer_about_the_person(raw, person):
    seen = decide(candidate_of(raw), person, Settings()).public()

    assert seen.answers
    assert not any(answer.private for answer in seen.answers)


@settings(max_examples=200)
@given(records, facts)
def test_giving_permission_never_turns_a_claim_into_a_skip(raw, person):
    without = decide(candidate_of(raw), replace(person, permission=PermissionState.MISSING), Settings())
    with_it = decide(candidate_of(raw), replace(person, permission=PermissionState.GIVEN), Settings())

    assert with_it.result is without.result
    assert not with_it.waits
