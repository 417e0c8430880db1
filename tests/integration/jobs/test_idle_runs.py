"""Jobs that the clock starts and that find nothing to do leave no rows, and the tables do not grow.

Runs as often as ``PROFILES_IDLE_RUNS`` says; ``make proof idle`` takes ten thousand.
"""

import os
import sys
from datetime import timedelta
from itertools import count

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from profiles.claims.models import Lane
from profiles.infra import clock
from profiles.infra.jobs.queue import app
from tests.support.claims import waiting_claim
from tests.support.jobs import run_jobs
from tests.support.pushing import run_lanes

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_jobs", "datacite", "orcid"),
    pytest.mark.timeout(0),
]
RUNS = int(os.environ.get("PROFILES_IDLE_RUNS", "60"))
LANES = 3_000
"""So many wait for tomorrow: among few rows an index is of no use."""
ROUNDS_UNTIL_VACUUM = 3
"""In service most jobs run once a minute, and autovacuum comes as often; here hours pass in minutes."""
OF_JOBS = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers")
TIMESTAMPS = count(1)


def run_each_job_of_the_clock() -> int:
    """Let the time of each periodic job come once, as the queue does it; return their number."""
    tasks = list(app.periodic_registry.periodic_tasks.values())
    for timestamp, periodic in zip(TIMESTAMPS, tasks, strict=False):
        deferrer = periodic.task.configure(task_kwargs={"timestamp": timestamp})
        async_to_sync(app.job_manager.defer_periodic_job)(
            job=deferrer.job, periodic_id=periodic.periodic_id, defer_timestamp=timestamp
        )
    run_jobs()
    return len(tasks)


def rows_and_bytes() -> dict[str, tuple[int, int]]:
    found = {}
    with connection.cursor() as cursor:
        for table in OF_JOBS:
            cursor.execute(f"VACUUM {table}")
            cursor.execute(f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}")
            found[table] = cursor.fetchone()
    return found


def reads_of_all(table: str) -> int:
    """Return how often PostgreSQL has read the whole table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        cursor.execute("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = %s", [table])
        return cursor.fetchone()[0]


def test_idle_runs_of_jobs_leave_no_rows_and_the_queries_of_jobs_and_lanes_use_their_indexes(capsys):
    runs = run_each_job_of_the_clock() + run_each_job_of_the_clock()
    before = rows_and_bytes()

    rounds = 0
    while runs < RUNS:
        runs += run_each_job_of_the_clock()
        rounds += 1
        if rounds % ROUNDS_UNTIL_VACUUM == 0:
            rows_and_bytes()

    after = rows_and_bytes()
    assert {table: rows for table, (rows, _bytes) in after.items()} == {
        "procrastinate_jobs": 0,
        "procrastinate_events": 0,
        # The last run of each.
        "procrastinate_periodic_defers": len(app.periodic_registry.periodic_tasks),
    }
    # A page or two more are used while a job runs, between two VACUUMs.
    assert all(after[table][1] <= 2 * before[table][1] for table in OF_JOBS), (before, after)
    grown = sum(size for _rows, size in after.values()) / sum(size for _rows, size in before.values())
    with capsys.disabled():
        sys.stdout.write(
            f"\nidle: {runs} runs of jobs of the clock left no row but the last run of each; "
            f"the tables of jobs have {grown:.1f} times their size after two runs of each\n"
        )
    assert reads_of_all_lanes() == 0
    assert "Index Scan using procrastinate_jobs_priority_idx_v1" in plan_for_the_next_job()


def plan_for_the_next_job() -> str:
    """Return the plan for finding the next job, where an index is used if one fits.

    Among few jobs PostgreSQL rather reads them all; that none waits for longer than a day keeps them few.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'procrastinate_fetch_job_v2'")
        body = cursor.fetchone()[0]
        query = body[body.index("SELECT jobs.*") : body.index(")\n    UPDATE")]
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN " + query.replace("target_queue_names", "'{default}'::varchar[]"))
        plan = "\n".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
        return plan


def reads_of_all_lanes() -> int:
    """Take a due lane among many that are not; return how often all lanes are read for that."""
    lanes = Lane._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {lanes} (orcid_id, due_at, request_version, urgent)"
            " SELECT 'waits-' || n, %s, 1, false FROM generate_series(1, %s) AS n",
            [clock.now() + timedelta(days=1), LANES],
        )
        cursor.execute(f"ANALYZE {lanes}")
    claim = waiting_claim()
    before = reads_of_all(lanes)
    run_lanes()
    claim.refresh_from_db()
    assert claim.problem == "consent-missing"
    return reads_of_all(lanes) - before
