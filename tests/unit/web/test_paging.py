"""A pager offers the first page, the last and those around this one."""

import pytest

from profiles.web.paging import numbers_to_choose, pages


@pytest.mark.parametrize(
    ("number", "last", "shown"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (1, 20, [1, 2, 0, 20]),
        (3, 20, [1, 2, 3, 4, 0, 20]),
        (10, 20, [1, 0, 9, 10, 11, 0, 20]),
        (18, 20, [1, 0, 17, 18, 19, 20]),
        (20, 20, [1, 0, 19, 20]),
    ],
)
def test_the_pages_around_this_one_the_first_and_the_last_are_shown(number, last, shown):
    assert numbers_to_choose(number, last) == shown


def test_each_page_has_its_address_and_phones_leave_out_the_neighbours():
    numbers = pages(10, 25, 500)["page_numbers"]

    assert [one["address"] for one in numbers if one["number"]] == [
        "?page=1",
        "?page=9",
        "?page=10",
        "?page=11",
        "?page=20",
    ]
    assert [one["number"] for one in numbers if one["is_near"]] == [9, 11]
