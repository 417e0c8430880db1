"""Which windows polling reads: when they take long to read, and when a clock is or was wrong."""

import itertools
from datetime import timedelta

import pytest

from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.intake.models import HarvestState
from profiles.pipeline.intake import harvest
from tests.integration.intake.test_harvest import hold, poll
from tests.support.intake import enrol
from tests.support.records import record

pytestmark = pytest.mark.django_db


def test_a_window_that_takes_long_to_read_is_not_followed_by_a_tiny_one(datacite, monkeypatch):
    """Each window reads three minutes again: in a burst that is fifteen times what is new."""
    start, ticks = clock.now(), itertools.count()
    monkeypatch.setattr(harvest, "database_now", lambda: start + timedelta(seconds=5 * next(ticks)))

    done = poll(begin=start - timedelta(minutes=1), most_windows=6)

    assert done.windows == 1


def test_a_host_whose_clock_is_ahead_skips_no_time(datacite, monkeypatch):
    begin, ahead = clock.now() - timedelta(minutes=5), clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: ahead)

    poll(begin=begin)

    assert HarvestState.objects.get(name="updated").done_until < ahead - timedelta(hours=1)


def test_after_a_clock_was_ahead_changes_are_taken_in_again(datacite):
    enrol()
    HarvestState.objects.create(name="updated", done_until=clock.now() + timedelta(days=30))
    now = clock.now().isoformat()
    hold(datacite, record(updated=now, registered=now))

    poll()

    assert Claim.objects.count() == 1
