"""Background jobs go on after whatever happens to the database or to another worker."""

import os
import signal
import time

import pytest
from django.db import connection

from profiles.jobs.orphans import JOB_WORKERS
from tests.support.database_proxy import database_proxy
from tests.support.workers import a_worker, start_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
EACH_SECOND = {"PROFILES_HARVEST_SECONDS": "1"}
START = 90
"""Seconds that a process may take to start on a busy machine."""
RECOVERY = 10.0
"""Seconds after which polling goes on, whatever happened."""
SLACK = 10.0
"""Seconds more for a busy machine: what is measured is that it takes seconds and not for ever."""


@pytest.fixture(autouse=True)
def _empty_queue(no_jobs):
    """No jobs, and no workers, of other tests."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")


def polls(datacite) -> int:
    return sum(1 for call in datacite.log(path="/dois") if call["status"] == 200)


def wait_for_more_polls(datacite, *, seconds: float) -> None:
    before = polls(datacite)
    wait_until(lambda: polls(datacite) > before, seconds=seconds)


def terminate_backends() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone()[0]


def test_polling_goes_on_after_every_connection_was_terminated(datacite):
    with a_worker(**EACH_SECOND) as worker:
        wait_until(lambda: polls(datacite), seconds=START)

        for _ in range(2):
            assert terminate_backends() > 3
            time.sleep(1)  # lets it notice: a poll that was under way does not count as recovered
            wait_for_more_polls(datacite, seconds=RECOVERY + SLACK)

        assert worker.poll() is None


@pytest.mark.parametrize(
    ("leave", "return_"), [pytest.param("refuse", "accept", marks=pytest.mark.proof), ("freeze", "thaw")]
)
def test_polling_goes_on_after_the_database_was_away_or_frozen(datacite, leave, return_):
    with database_proxy() as proxy, a_worker(DATABASE_URL=proxy.url, **EACH_SECOND) as worker:
        wait_until(lambda: polls(datacite), seconds=START)

        getattr(proxy, leave)()
        time.sleep(5)
        getattr(proxy, return_)()
        wait_for_more_polls(datacite, seconds=RECOVERY + SLACK)

        assert worker.poll() is None


@pytest.mark.proof
def test_a_worker_that_starts_while_the_database_is_away_waits_for_it(datacite):
    with database_proxy() as proxy:
        proxy.refuse()
        with a_worker(DATABASE_URL=proxy.url, **EACH_SECOND) as worker:
            with pytest.raises(AssertionError):
                wait_until(lambda: worker.poll() is not None, seconds=15)
            proxy.accept()
            wait_until(lambda: polls(datacite), seconds=START)


def doing() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, worker_id FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'harvest'"
        )
        return cursor.fetchall()


def polling(datacite) -> bool:
    """Say whether a poll waits for DataCite: the first ones have nothing to ask yet."""
    return bool(doing()) and any(call["ms"] is None for call in datacite.log(path="/dois"))


def waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND task_name = 'harvest')"
        )
        return cursor.fetchone()[0]


@pytest.mark.proof
def test_the_job_of_a_killed_worker_blocks_neither_the_next_of_its_kind_nor_a_start(datacite):
    datacite.fail_next(None, path="/dois", delay_ms=100_000)
    killed = start_worker(**EACH_SECOND, PROFILES_CALL_SECONDS="120")
    wait_until(lambda: polling(datacite), seconds=START)
    # The schedule asks for the next while this one runs: both have the same queueing lock.
    wait_until(waiting, seconds=90)

    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    ((orphan, owner),) = doing()
    datacite.heal()

    with a_worker(**EACH_SECOND):
        wait_until(lambda: polls(datacite), seconds=START)
    assert (orphan, owner) not in doing()


def registered_workers() -> int:
    """Count the processes that hold a lock as workers of jobs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE classid = %s", [JOB_WORKERS])
        return cursor.fetchone()[0]


def test_a_worker_that_runs_takes_over_the_jobs_of_a_killed_one_within_ten_seconds(datacite):
    datacite.fail_next(None, path="/dois", delay_ms=100_000)
    killed = start_worker(**EACH_SECOND, PROFILES_CALL_SECONDS="120")
    wait_until(lambda: polling(datacite), seconds=START)
    with a_worker(**EACH_SECOND):
        wait_until(lambda: registered_workers() == 2, seconds=START)
        assert not polls(datacite)
        datacite.heal()

        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()

        wait_for_more_polls(datacite, seconds=RECOVERY + SLACK)


@pytest.mark.proof
def test_a_slow_worker_is_not_taken_for_a_dead_one(datacite):
    """It holds its lock, whatever its heartbeat says."""
    datacite.fail_next(None, path="/dois", delay_ms=100_000)
    with a_worker(**EACH_SECOND, PROFILES_CALL_SECONDS="120"):
        wait_until(lambda: polling(datacite), seconds=START)
        slow = doing()
        with a_worker(**EACH_SECOND):
            wait_until(lambda: registered_workers() == 2, seconds=START)
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'"
                )

            with pytest.raises(AssertionError):
                wait_until(lambda: doing() != slow, seconds=4)
        datacite.heal()


def status_of(job: int) -> str | None:
    """Return how a job is noted; None: it is done, and no longer kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        row = cursor.fetchone()
        return row and row[0]


@pytest.mark.proof
def test_a_job_that_lost_the_database_is_tried_again(datacite):
    """Also one that no schedule asks for again."""
    datacite.fail_next(1, path="/dois", delay_ms=3_000)
    with a_worker(PROFILES_HARVEST_SECONDS="60"):
        wait_until(lambda: polling(datacite), seconds=START)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET queueing_lock = NULL, lock = NULL WHERE status = 'doing'"
            )
        ((job, _),) = doing()
        assert terminate_backends()

        wait_until(lambda: status_of(job) is None, seconds=60)


def test_a_worker_that_is_told_to_stop_ends_though_a_job_of_its_own_does_not(datacite):
    datacite.fail_next(None, path="/dois", delay_ms=100_000)
    with a_worker(**EACH_SECOND, PROFILES_CALL_SECONDS="120", PROFILES_STOP_SECONDS="5") as worker:
        wait_until(lambda: polling(datacite), seconds=START)

        worker.terminate()

        assert worker.wait(5 + SLACK) == 1
