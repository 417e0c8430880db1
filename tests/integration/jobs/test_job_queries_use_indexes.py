"""Jobs that look for a few rows among many have an index for it; ``make proof plans`` shows it at size."""

import pytest
from django.db import connection

from profiles.pipeline.intake.hidden_dois import look_up_part
from profiles.pipeline.leaving.close_account import erase_closed
from profiles.pipeline.works.reconcile import reconcile_due
from tests.support.many_rows import fill_everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("datacite")]
ROWS = 2_000
JOBS = {
    "erase_closed": (erase_closed, "account_closed"),
    "look_for_hidden": (lambda: look_up_part(7), "claim_on_record_part"),
    "reconcile": (reconcile_due, "consent_to_compare"),
}


@pytest.mark.parametrize("name", JOBS)
def test_an_index_fits_the_query_of_a_job(name):
    job, index = JOBS[name]
    plans = []

    def explain(execute, sql, values, *rest):
        if sql.startswith("SELECT"):
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", values)
                plans.append("\n".join(line for (line,) in cursor.fetchall()))
        return execute(sql, values, *rest)

    # Among few rows PostgreSQL would rather read them all, or choose by what an earlier test left to know.
    fill_everything(ROWS)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with connection.execute_wrapper(explain):
        job()

    assert any(index in plan for plan in plans), plans
    assert not any("Seq Scan" in plan for plan in plans), plans
