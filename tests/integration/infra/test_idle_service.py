"""What an idle service does: few jobs a minute, whatever it is waiting for."""

from datetime import UTC, datetime, timedelta

from croniter import croniter

from profiles.infra.jobs.queue import app

MOST_A_MINUTE = 4


def runs_a_day(cron: str) -> int:
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    moments = croniter(cron, begin)
    count = 0
    while moments.get_next(datetime) <= begin + timedelta(days=1):
        count += 1
    return count


def test_the_clock_starts_at_most_four_jobs_a_minute():
    periodic = app.periodic_registry.periodic_tasks.values()

    runs = {task.task.name: runs_a_day(task.cron) / (24 * 60) for task in periodic}

    assert runs["harvest"] == 1
    assert sum(runs.values()) <= MOST_A_MINUTE, runs
