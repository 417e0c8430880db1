"""How long the windows of polling are when they take long to read."""

import itertools
from datetime import timedelta

import pytest

from profiles.infra import clock
from tests.integration.intake.test_harvest import poll

pytestmark = pytest.mark.django_db


def test_a_window_that_takes_long_to_read_is_not_followed_by_a_tiny_one(datacite, monkeypatch):
    """Each window reads three minutes again: in a burst that is fifteen times what is new."""
    start, ticks = clock.now(), itertools.count()
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(seconds=5 * next(ticks)))

    done = poll(begin=start - timedelta(minutes=1), most_windows=6)

    assert done.windows == 1
