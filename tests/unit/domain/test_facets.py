"""Facets: values of one widen the list, several facets narrow it, and each count is a promise."""

from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.facets import Combination, count_facets

WORKS = [
    Combination(("on", "Dataset", "2026"), 3),
    Combination(("on", "Software", "2026"), 2),
    Combination(("failed", "Dataset", "2025"), 1),
]
NOTHING = (frozenset(), frozenset(), frozenset())


def test_without_a_choice_each_value_counts_all_that_have_it():
    counted = count_facets(WORKS, NOTHING)

    assert counted.total == 6
    assert counted.facets == [{"on": 5, "failed": 1}, {"Dataset": 4, "Software": 2}, {"2026": 5, "2025": 1}]


def test_a_choice_narrows_the_other_facets_and_leaves_its_own_to_be_widened():
    counted = count_facets(WORKS, (frozenset({"on"}), frozenset({"Dataset"}), frozenset()))

    assert counted.total == 3
    assert counted.facets == [{"on": 3, "failed": 1}, {"Dataset": 3, "Software": 2}, {"2026": 3}]


def test_a_chosen_value_stays_in_sight_though_nothing_has_it():
    assert count_facets(WORKS, (frozenset({"removed"}), frozenset(), frozenset())).facets[0] == {
        "removed": 0,
        "on": 5,
        "failed": 1,
    }


VALUES = st.sampled_from("abc")
COMBINATIONS = st.lists(st.tuples(st.tuples(VALUES, VALUES, VALUES), st.integers(1, 5)), max_size=12)
CHOICES = st.tuples(*[st.frozensets(VALUES, max_size=2)] * 3)


@given(COMBINATIONS, CHOICES, st.integers(0, 2), VALUES)
def test_so_many_as_a_value_counts_are_listed_when_it_alone_is_chosen(rows, chosen, place, value):
    works = [Combination(values, items) for values, items in rows]
    promised = count_facets(works, chosen).facets[place].get(value, 0)

    alone = [frozenset({value}) if at == place else values for at, values in enumerate(chosen)]

    assert count_facets(works, alone).total == promised
