import pytest
from django.db import connection


@pytest.fixture
def nothing_of_others(clean_cache) -> None:
    """Empty what no flush empties: the queue's jobs and the cache, where other tests may have named Alice."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
