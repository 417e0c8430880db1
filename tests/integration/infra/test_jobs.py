"""Background jobs: tried again with growing waits, until the row is done or too old."""

from datetime import timedelta

import pytest
from procrastinate.jobs import Job

from profiles.clients.errors import ServiceUnavailableError
from profiles.infra import clock
from profiles.infra.jobs.row_jobs import Backoff, RetryLaterError


def wait_of(error: Exception, *, attempts: int = 0, longest: timedelta = timedelta(hours=12)) -> timedelta:
    job = Job(id=1, queue="", lock=None, queueing_lock=None, task_name="", attempts=attempts)
    before = clock.now()
    return Backoff(longest).get_retry_decision(exception=error, job=job).retry_at - before


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 4), (2, 16), (3, 64), (4, 256)])
def test_a_job_that_failed_is_tried_again_after_growing_waits(attempts, minutes):
    wait = wait_of(ServiceUnavailableError(), attempts=attempts)

    assert timedelta(minutes=0.79 * minutes) < wait < timedelta(minutes=1.21 * minutes)


def test_no_wait_is_longer_than_the_longest():
    assert wait_of(ServiceUnavailableError(), attempts=400) < timedelta(hours=12) * 1.21


def test_jobs_that_failed_together_do_not_come_back_together():
    waits = {round(wait_of(ServiceUnavailableError(), attempts=2).total_seconds()) for _ in range(50)}

    assert len(waits) > 5


def test_a_service_is_not_asked_again_sooner_than_it_wants():
    assert wait_of(ServiceUnavailableError(retry_after=3600)) >= timedelta(hours=1)


def test_a_service_that_asks_for_years_is_asked_again_after_the_longest_wait():
    assert wait_of(ServiceUnavailableError(retry_after=10**12)) < timedelta(hours=12) * 1.21


def test_a_job_that_knows_its_next_moment_waits_until_then():
    wait = wait_of(RetryLaterError("works are left", wait=timedelta(seconds=5)), attempts=3)

    assert timedelta(seconds=5) <= wait < timedelta(seconds=15)
