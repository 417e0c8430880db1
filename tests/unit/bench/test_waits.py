"""What the benchmark of waits reads from the calls that arrived at ORCID."""

from bench import waits

CALLS = [
    ("/v3.0/0000-0001/work", 10.0, 201),
    ("/v3.0/0000-0002/work/7", 11.0, 200),
    ("/v3.0/0000-0002/works", 11.5, 503),
    ("/v3.0/0000-0001/work", 12.0, 201),
    ("/v3.0/0000-0003/work", 13.0, 0),
]


def test_the_first_addition_to_each_record_counts():
    assert waits.first_calls(CALLS) == {"0000-0001": 10.0, "0000-0002": 11.5, "0000-0003": 13.0}


def test_refused_calls_and_those_without_an_answer_are_not_served():
    assert waits.served_steadily(CALLS, 10.0, 4.0) == 3 / 4


def test_a_percentile_is_a_value_that_was_measured():
    assert [waits.percentile([3.0, 1.0, 2.0], percent) for percent in (1, 50, 99)] == [1.0, 2.0, 3.0]
