"""An idle worker keeps few connections to the database: many workers share one server."""

import pytest
from django.db import connection

from tests.support import workers
from tests.support.workers import a_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
NAME = "the idle worker"


@pytest.fixture(autouse=True)
def _empty_queue(no_jobs):
    """Jobs of earlier tests wait for what is no longer there."""


def open_connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = %s", [NAME])
        return int(cursor.fetchone()[0])


def test_an_idle_worker_has_five_connections_after_it_has_polled(datacite):
    url = f"{workers.test_database_url()}&application_name={NAME.replace(' ', '%20')}"
    with a_worker(DATABASE_URL=url, PROFILES_HARVEST_SECONDS="1"):
        wait_until(lambda: datacite.log(path="/dois"), seconds=90)

        wait_until(lambda: 0 < open_connections() <= 5, seconds=30)
