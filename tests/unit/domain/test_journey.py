"""The last way of a work to a record: where it began, what repeated, how it ended."""

from datetime import UTC, datetime, timedelta

from profiles.domain.charts import shares, trail
from profiles.domain.push.journey import Step, Stop, last_journey

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def stops(*steps: tuple[Step, float]) -> list[Stop]:
    return [Stop(step, NOON + timedelta(seconds=seconds)) for step, seconds in steps]


def found(*steps: tuple[Step, float]) -> list[tuple[Step, float]]:
    return [(stop.step, (stop.at - NOON).total_seconds()) for stop in last_journey(stops(*steps))]


def test_a_way_goes_from_the_change_of_the_doi_to_the_record():
    way = [(Step.CHANGED, 0), (Step.DECIDED, 3), (Step.SENT, 4), (Step.ARRIVED, 5)]

    assert found(*way) == way
    assert found(*way, (Step.REQUESTED, 3)) == way, "what follows from the decision says nothing more"


def test_the_delay_of_a_call_that_was_repeated_is_in_front_of_the_last_one():
    way = [(Step.REQUESTED, 0), (Step.SENT, 1), (Step.SENT, 3600), (Step.ARRIVED, 3601)]

    assert found(*way) == [(Step.REQUESTED, 0), (Step.SENT, 3600), (Step.ARRIVED, 3601)]


def test_only_the_last_way_counts_also_while_it_is_not_over():
    added = [(Step.REQUESTED, 0), (Step.SENT, 1), (Step.ARRIVED, 2)]

    assert found(*added, (Step.REQUESTED, 9), (Step.SENT, 10), (Step.REMOVED, 11))[-1] == (Step.REMOVED, 11)
    assert found(*added, (Step.CHANGED, 20), (Step.DECIDED, 22)) == [(Step.CHANGED, 20), (Step.DECIDED, 22)]
    assert found(*added, (Step.REQUESTED, 9)) == [], "one step is no way yet"


def test_a_trail_goes_across_where_labels_have_room_and_downwards_elsewhere():
    across, down, mirrored = trail(4, width=640), trail(4, width=250), trail(4, width=640, mirrored=True)

    assert [dot.x for dot in across.dots] == sorted(dot.x for dot in across.dots)
    assert mirrored.dots[0].x > mirrored.dots[-1].x
    assert len({dot.x for dot in down.dots}) == 1
    assert [dot.y for dot in down.dots] == sorted({dot.y for dot in down.dots})
    for drawn in (across, down, mirrored):
        assert len(drawn.between) == 3
        assert all(0 < dot.x < drawn.width and 0 < dot.y < drawn.height for dot in drawn.dots)


def test_bars_share_a_scale_and_what_is_not_empty_is_seen():
    many, few = shares([[0, 1, 999], [500, 0, 0]], width=640)

    assert many[0][1] == 0
    assert many[1][1] >= 3
    assert few[0] == (0.0, 320.0)
    assert max(begin + size for begin, size in [*many, *few]) <= 640
    assert shares([[0, 0], [0, 0]], width=640) == (((0.0, 0.0), (0.0, 0.0)),) * 2
