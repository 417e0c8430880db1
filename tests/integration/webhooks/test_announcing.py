"""Outcomes are announced within seconds: who recorded them asks for it."""

from datetime import timedelta

import pytest

from profiles.infra import clock
from profiles.infra.jobs import job_names
from tests.support.claims import waiting_claim
from tests.support.jobs import make_jobs_due, run_jobs, waiting_jobs
from tests.support.pushing import ALICE, permitted, registered, run_lanes
from tests.support.webhooks import hook

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]


def test_the_outcome_of_a_push_is_announced_within_seconds(orcid, datacite, receiver):
    hook(receiver, events=["claim.done"])
    permitted(orcid)
    for number in range(3):
        registered(datacite, f"10.5072/w{number}")
        waiting_claim(ALICE, f"10.5072/w{number}")

    run_lanes()

    (job,) = waiting_jobs(job_names.ANNOUNCE)
    assert job.scheduled_at <= clock.now() + timedelta(seconds=5)
    make_jobs_due(job_names.ANNOUNCE)
    run_jobs()
    assert len(receiver.messages) == 3
