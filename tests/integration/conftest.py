"""The service over real HTTP, for the tests that need it."""

from collections.abc import Iterator

import pytest
from django.db import connection

from profiles.pipeline import datacite_time_budget
from tests.support.database import empty_all_tables
from tests.support.served_beside import serving


@pytest.fixture(autouse=True)
def _patient_first_views(monkeypatch) -> None:
    """Let pages wait for DataCite's stand-in, which a busy machine may hold back for seconds.

    What a page does when its time is over has tests that shorten it.
    """
    monkeypatch.setattr(datacite_time_budget, "FIRST_VIEW_SECONDS", 20.0)


@pytest.fixture(scope="package")
def place(django_db_setup, django_db_blocker) -> Iterator[tuple[str, int]]:
    """Host and port of the service, in a process of its own; it starts once for all tests below."""
    with django_db_blocker.unblock(), serving() as place:
        yield place


@pytest.fixture
def no_jobs(db) -> None:
    """Empty the queue, which no flush empties: earlier tests may have left jobs in it."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def committed(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Let the test and the service see each other's rows; afterwards all tables are emptied.

    A module that wants this defines ``db`` by it, so that pytest-django sets the database up.
    """
    with django_db_blocker.unblock():
        yield
        empty_all_tables()
        connection.close()
