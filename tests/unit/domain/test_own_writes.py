from datetime import UTC, datetime, timedelta

import pytest

from profiles.domain.push.own_writes import is_our_own_change

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("written_at", "called_before", "is_ours"),
    [
        (None, None, False),
        (NOON, None, True),
        (NOON, NOON - MINUTE, True),
        (NOON, NOON + MINUTE, False),
    ],
    ids=["we wrote nothing", "the first call", "a call after our write", "a second call after one write"],
)
def test_one_write_of_ours_explains_one_call(written_at, called_before, is_ours):
    assert is_our_own_change(written_at=written_at, called_before=called_before) is is_ours
