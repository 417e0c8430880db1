"""A researcher's own rules survive being kept, and mistakes are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.eligibility.researcher_rules import (
    CONTRIBUTOR_ROLES,
    DEFAULT,
    RESOURCE_TYPES,
    ResearcherRules,
    Versions,
    WhenWithdrawn,
    check_rules,
    read_rules,
    rules_json,
)

own_rules = st.builds(
    ResearcherRules,
    versions=st.sampled_from(Versions),
    parts=st.booleans(),
    skip_types=st.frozensets(st.sampled_from(RESOURCE_TYPES)),
    skip_repositories=st.frozensets(st.from_regex(r"\A[a-z]{2,8}\.[a-z]{2,8}\Z")),
    roles=st.frozensets(st.sampled_from(CONTRIBUTOR_ROLES)),
    ask_first=st.booleans(),
    when_withdrawn=st.sampled_from(WhenWithdrawn),
)


@given(own_rules)
def test_rules_come_back_as_they_were_kept(rules):
    assert check_rules(rules_json(rules)) == (rules, [])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from([*rules_json(DEFAULT), "foreign"]), json_values) | json_values)
def test_no_kept_value_stops_anybody(kept):
    assert isinstance(read_rules(kept), ResearcherRules)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"versions": "latest"}, "versions"),
        ({"parts": "yes"}, "parts"),
        ({"skip_types": ["Poem"]}, "skip_types"),
        ({"skip_types": "Dataset"}, "skip_types"),
        ({"roles": ["Author"]}, "roles"),
        ({"skip_repositories": [""]}, "skip_repositories"),
        ({"speed": 1}, "speed"),
    ],
)
def test_a_value_that_cannot_be_saved_is_named(given, field):
    rules, mistakes = check_rules(given)

    assert [mistake.field for mistake in mistakes] == [field]
    assert rules == DEFAULT
