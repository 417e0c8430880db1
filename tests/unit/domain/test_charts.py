"""Charts: what a bar's height says is true, nothing leaves the picture, and time runs as the script does."""

from hypothesis import given
from hypothesis import strategies as st

from profiles.domain.charts import stacked_bars, strip

COLUMNS = st.lists(
    st.tuples(st.from_regex(r"20\d\d", fullmatch=True), st.tuples(*[st.integers(0, 3_000)] * 2)),
    min_size=1,
    max_size=12,
)


@given(COLUMNS, st.sampled_from([318, 640]), st.booleans())
def test_heights_are_in_proportion_and_nothing_leaves_the_picture(columns, width, mirrored):
    chart = stacked_bars(columns, width=width, mirrored=mirrored)

    assert len(chart.bars) == len(columns)
    assert 2 <= len(chart.lines) <= 5
    per_work = (chart.baseline - chart.lines[-1].y) / chart.lines[-1].number
    for bar, (_, numbers) in zip(chart.bars, columns, strict=True):
        assert bar.x >= 0
        assert bar.x + bar.width <= width
        assert abs(sum(part.height for part in bar.parts) - sum(numbers) * per_work) < 0.3
        assert all(part.y >= 0 for part in bar.parts)


def test_time_runs_from_the_right_where_the_script_does():
    columns = [("2025", (1, 0)), ("2026", (2, 1))]
    ahead, mirrored = (stacked_bars(columns, width=318, mirrored=flag) for flag in (False, True))

    assert ahead.bars[0].middle < ahead.bars[1].middle
    assert mirrored.bars[0].middle > mirrored.bars[1].middle


def test_labels_make_room_for_each_other_and_the_last_is_always_there():
    chart = stacked_bars([(str(year), (1, 1)) for year in range(2015, 2027)], width=318)

    assert [bar.label for bar in chart.bars if bar.label] == ["2016", "2018", "2020", "2022", "2024", "2026"]


def test_a_strip_has_a_run_for_days_of_one_level_and_none_for_days_that_are_not_known():
    placed = strip([None, 0, 0, 1, 0, 2])

    assert (placed.width, placed.bar, placed.gap) == (40, 5, 2)
    assert [(run.level, run.path) for run in placed.runs] == [
        (0, "M7 14.0H19M28 14.0H33"),
        (1, "M21 18.6H26"),
        (2, "M35 23.4H40"),
    ]


def test_a_strip_ends_with_today_where_the_script_does():
    assert strip([0, 2], mirrored=True).runs[0].path == "M7 14.0H12"
