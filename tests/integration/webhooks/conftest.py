import pytest

from tests.support.receiver import receiving


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one
