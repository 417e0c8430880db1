import pytest


@pytest.fixture
def nothing_of_others(clean_cache, no_jobs) -> None:
    """Empty what no flush empties: the queue's jobs and the cache, where other tests may have named Alice."""
