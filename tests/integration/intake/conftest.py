"""What the tests of intake share."""

import pytest

from profiles.intake.models import HarvestState


@pytest.fixture(autouse=True)
def _nothing_polled_yet(request: pytest.FixtureRequest) -> None:
    """Forget how far a worker of an earlier test polled: it may write after the tables were emptied."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        HarvestState.objects.all().delete()
