"""A burst in DataCite's queue: each message is stored once and leaves it. Long: ``make proof queue``."""

import os
import sys
import threading
import time

import pytest
from django.db import connections

from profiles.intake.models import DoiEvent
from profiles.pipeline.intake.queue_messages import listen
from tests.integration.intake.test_queue import body
from tests.support.memory_queue import serving

pytestmark = [pytest.mark.proof, pytest.mark.django_db(transaction=True), pytest.mark.timeout(0)]
MESSAGES = int(os.environ.get("PROFILES_QUEUE_MESSAGES", "1000"))
LISTENERS = 2
REPEATED_EVERY = 10
"""One in so many messages is about a change that another message announces, too."""


def test_every_message_of_a_burst_is_one_event_and_leaves_the_queue(no_jobs, monkeypatch, capsys):
    from profiles.clients.sqs import Sqs

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    dois = [number - 1 if number % REPEATED_EVERY == 1 else number for number in range(MESSAGES)]
    changes, results = len(set(dois)), []
    with serving(body(f"10.5072/q.{doi}") for doi in dois) as queue:
        began, cpu = time.monotonic(), time.process_time()

        def take():
            results.append(
                listen(Sqs("burst", endpoint=queue.url), stop=lambda: queue.left == (0, 0), wait=1)
            )
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
            f"{MESSAGES / seconds:.0f} a second by {LISTENERS} listeners in one process; CPU {spent:.0f} s, "
            "that of the server that plays SQS included\n"
        )
    assert DoiEvent.objects.filter(source="queue").count() == changes
    assert sum(result.new for result in results) == changes
    assert sum(result.messages for result in results) == MESSAGES
    assert queue.left == (0, 0)
