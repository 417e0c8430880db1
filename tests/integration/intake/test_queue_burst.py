"""A burst in DataCite's queue: each message is stored once and leaves it. Long: ``make proof queue``."""
# ruff: noqa: F811  fixtures of another file

import os
import sys
import threading
import time

import pytest
from django.db import connections

from profiles.intake.models import DoiEvent
from profiles.pipeline.intake.queue_messages import listen
from tests.integration.intake.test_queue import (  # noqa: F401  fixtures
    body,
    boto,
    queues,
    sqs_server,
    waiting,
)

pytestmark = [pytest.mark.proof, pytest.mark.django_db(transaction=True), pytest.mark.timeout(0)]
MESSAGES = int(os.environ.get("PROFILES_QUEUE_MESSAGES", "1000"))
LISTENERS = 2
REPEATED_EVERY = 10
"""One in so many messages is about a change that another message announces, too."""


def fill(boto, url):
    """Send the messages; return how many changes they announce."""
    dois = [number - 1 if number % REPEATED_EVERY == 1 else number for number in range(MESSAGES)]
    for begin in range(0, MESSAGES, 10):
        entries = [
            {"Id": str(place), "MessageBody": body(f"10.5072/q.{doi}")}
            for place, doi in enumerate(dois[begin : begin + 10])
        ]
        boto.send_message_batch(QueueUrl=url, Entries=entries)
    return len(set(dois))


def test_every_message_of_a_burst_is_one_event_and_leaves_the_queue(
    boto, queues, sqs_server, no_jobs, capsys
):
    from profiles.clients.sqs import Sqs

    changes = fill(boto, queues[1])
    began, cpu, results = time.monotonic(), time.process_time(), []

    def take():
        stop = lambda: DoiEvent.objects.count() >= changes and waiting(boto, queues[1]) == (0, 0)  # noqa: E731
        results.append(listen(Sqs(queues[0], endpoint=sqs_server), stop=stop, wait=1))
        connections.close_all()

    listeners = [threading.Thread(target=take) for _ in range(LISTENERS)]
    for listener in listeners:
        listener.start()
    for listener in listeners:
        listener.join()
    seconds, spent = time.monotonic() - began, time.process_time() - cpu

    with capsys.disabled():
        sys.stdout.write(
            f"\nqueue: {MESSAGES} messages about {changes} changes in {seconds:.0f} s, "
            f"{MESSAGES / seconds:.0f} a second by {LISTENERS} listeners; CPU {spent:.0f} s, "
            "that of the server that plays SQS included\n"
        )
    assert DoiEvent.objects.filter(source="queue").count() == changes
    assert sum(result.new for result in results) == changes
    assert sum(result.messages for result in results) == MESSAGES
    assert waiting(boto, queues[1]) == (0, 0)
