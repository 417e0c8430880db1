"""A worker holds a record's lane for as long as its calls to ORCID may last."""

import asyncio
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from profiles.jobs.lane_worker import LaneWorker
from profiles.jobs.worker import make_pusher
from profiles.pipeline.push.calls import MAX_RUN_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("call_seconds", [25.0, 600.0])
def test_a_lease_lasts_longer_than_a_run_and_a_call_that_begins_at_its_end(call_seconds):
    environment = settings.ENVIRONMENT.model_copy(update={"PROFILES_CALL_SECONDS": call_seconds})

    with override_settings(ENVIRONMENT=environment):
        lease = asyncio.run(_lease())

    assert lease > timedelta(seconds=MAX_RUN_SECONDS + call_seconds)


async def _lease() -> timedelta:
    async with make_pusher() as pusher:
        return LaneWorker(pusher, slots=1).lease
