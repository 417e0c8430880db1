"""Intake that is killed anywhere and started again ends as if nothing had happened, through every door."""

import os
import signal
import time

import pytest

from profiles.claims.models import Claim
from profiles.intake.models import Decision, DoiEvent, HarvestState
from profiles.pipeline import outside
from profiles.pipeline.take_in import decide_due_events
from tests.integration.intake.test_files import command
from tests.integration.intake.test_queue import body, boto, queues, sqs_server, waiting  # noqa: F401  fixtures
from tests.support.intake import enrol
from tests.support.records import record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def until(happened, running, seconds=60):
    """Wait until something happened or the process ended; say whether it ended."""
    ends = time.monotonic() + seconds
    while running.poll() is None and time.monotonic() < ends and not happened():
        time.sleep(0.01)
    return running.poll() is not None


def test_polling_goes_on_where_it_was_killed(datacite):
    enrol()
    moments = [f"2026-07-01T10:{number // 60 % 60:02}:{number % 60:02}Z" for number in range(2_500)]
    datacite.order("dois", [record(f"10.5072/k{n}", created=moment) for n, moment in enumerate(moments)])
    kills = 0

    for _ in range(8):
        before = HarvestState.objects.values_list("records", flat=True).first() or 0
        running = command("harvest", "--begin", "2026-07-01T09:59:00Z", "--most-windows", "1")

        def read_a_page(before=before):
            return (HarvestState.objects.values_list("records", flat=True).first() or 0) > before

        ended = until(read_a_page, running)
        if not ended:
            kills += 1
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        if ended:
            break

    assert ended
    assert kills > 1
    assert running.returncode == 0
    assert Claim.objects.count() == Decision.objects.count() == 2_500
    assert set(Claim.objects.values_list("wish", flat=True)) == {1}


def listening(queue, endpoint):
    return command("listen", "--queue", queue, "--endpoint", endpoint, "--wait", "1")


def test_the_queue_loses_nothing_when_its_reader_is_killed_and_ends_kindly_when_told(
    boto,  # noqa: F811
    queues,  # noqa: F811
    sqs_server,  # noqa: F811
    datacite,
):
    enrol()
    name, url, _dead = queues
    dois = [f"10.5072/q{number}" for number in range(100)]
    datacite.order("dois", [record(doi) for doi in dois])
    for begin in range(0, len(dois), 10):
        entries = [{"Id": doi[8:], "MessageBody": body(doi)} for doi in dois[begin : begin + 10]]
        boto.send_message_batch(QueueUrl=url, Entries=entries)

    killed = listening(name, sqs_server)
    until(lambda: DoiEvent.objects.count() > 20, killed)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    stored = DoiEvent.objects.count()
    kept_by_the_queue = sum(waiting(boto, url))
    told = listening(name, sqs_server)
    until(lambda: waiting(boto, url)[0] == 0, told)
    told.terminate()
    said, _errors = told.communicate(timeout=30)

    assert stored + kept_by_the_queue >= len(dois)
    assert told.returncode == 0
    assert "new events" in said
    # What the killed reader held comes again when its time is over; once more is one event all the same.
    missing = set(dois) - set(DoiEvent.objects.values_list("doi", flat=True))
    assert len(missing) <= waiting(boto, url)[1]
    while decide_due_events(outside.datacite()).events:
        pass
    assert Claim.objects.count() == len(dois) - len(missing)
