"""The page of the benchmarks names each goal and whether it is met, the missed ones first."""

from bench.page import goals

RESULTS = {
    "pages": {"ratios": {"most queries of a page (goal <= 8)": 7, "a figure without one": 3.0}},
    "sso": {"ratios": {"flow, own ms (P9, goal <= 5.0)": 6.25}},
    "intake": {"ratios": {"matched / parse limit (goal >= 0.75)": 0.8}},
    "commons": {"ratios": {"the slowest answer, ms (goal <= 5,000)": 4_999.0}},
}


def test_goals_that_are_not_met_come_first():
    rows = [line for line in goals(RESULTS) if line.startswith("| ")][1:]

    assert rows == [
        "| sso | flow, own ms (P9) | <= 5 | 6.25 | **no** |",
        "| pages | most queries of a page | <= 8 | 7 | yes |",
        "| intake | matched / parse limit | >= 0.75 | 0.80 | yes |",
        "| commons | the slowest answer, ms | <= 5000 | 4,999.00 | yes |",
    ]


def test_without_goals_there_is_no_table():
    assert goals({"pages": {"ratios": {"a figure": 1.0}}}) == []
