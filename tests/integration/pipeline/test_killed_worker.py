"""A real worker process, killed between ORCID's answer and the recording of it."""

import os
import signal

import pytest
from django.db import connections

from profiles.claims.models import Claim
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, works_of
from tests.support.workers import a_worker, start_worker, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DOI = "10.5072/killed"


def state() -> str:
    return Claim.objects.values_list("state", flat=True).get()


def test_a_worker_killed_before_it_recorded_the_answer_leaves_one_work_and_a_done_claim(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    # The answer comes two seconds after the work was added: time to kill whoever waits for it.
    orcid.fail_next(path="/work", method="POST", delay_after_ms=2000)
    waiting_claim(ALICE, DOI)
    first = start_worker()
    wait_until(lambda: works_of(orcid), seconds=60)

    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert state() == "working"
    second = start_worker()
    try:
        wait_until(lambda: state() == "done", seconds=60)
    finally:
        second.terminate()
        second.wait(10)
        connections.close_all()

    (work,) = works_of(orcid)
    assert Claim.objects.get().put_code == work["put-code"]


@pytest.mark.proof
def test_the_lane_of_a_killed_worker_goes_to_another_within_ten_seconds(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    orcid.fail_next(path="/work", method="POST", delay_after_ms=2000)
    waiting_claim(ALICE, DOI)
    # Calls may last as long as in production; nobody waits for those of the dead.
    first = start_worker(PROFILES_CALL_SECONDS="25")
    wait_until(lambda: works_of(orcid), seconds=60)
    with a_worker(PROFILES_CALL_SECONDS="25"):
        os.kill(first.pid, signal.SIGKILL)
        first.wait()

        # As long again is for the start of the second, on a busy machine.
        wait_until(lambda: state() == "done", seconds=20)


@pytest.mark.proof
def test_a_worker_that_is_told_to_stop_finishes_what_it_has_begun(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    orcid.fail_next(path="/work", method="POST", delay_ms=1000)
    waiting_claim(ALICE, DOI)
    worker = start_worker()
    # Not merely taken: the call is on its way.
    wait_until(lambda: orcid.log(method="POST", path="/work"), seconds=60)

    worker.terminate()

    assert worker.wait(30) == 0
    assert state() == "done"
    assert len(works_of(orcid)) == 1
