"""Intake that is killed anywhere and started again ends as if nothing had happened, through every door.

Each test takes one stream in twice: undisturbed, and by processes that are killed with SIGKILL in the middle
of their work. All that is left in the tables afterwards must be the same.
"""

import gzip
import json
import os
import random
import signal
import threading
import time

import pytest
import requests

from profiles.claims.models import Claim, ClaimHistory, Lane
from profiles.intake.models import Decision, DoiEvent, DoiSnapshot, HarvestState, IngestUnit, Quarantine
from tests.integration.intake.test_files import command
from tests.integration.intake.test_queue import body, boto, sqs_server, waiting  # noqa: F401  fixtures
from tests.support.api_callers import service_key
from tests.support.intake import enrol
from tests.support.records import ANNA, BEN, CARA, creator, record, related
from tests.support.served_beside import serving, start_serving

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
KILLS = 2
PATIENCE = 90
TABLES = (Claim, Lane, Decision, DoiEvent, DoiSnapshot, HarvestState, IngestUnit, Quarantine)


@pytest.fixture
def draw():
    return random.Random(11)


@pytest.fixture(autouse=True)
def people(db):
    """One whose works arrive, one whose works wait for permission, one who is asked first."""
    enrol(ANNA)
    enrol(BEN, permission=False)
    enrol(CARA, rules={"ask_first": True})


def works(count):
    """Works that are claimed, that wait, that are asked about, that are skipped, and that concern nobody."""
    named = [[ANNA], [BEN], [CARA], [ANNA, CARA], [None]]
    part = [related("IsPartOf", "10.5072/whole")]
    return [
        record(
            f"10.5072/k{number}",
            creators=[creator(orcid_id) for orcid_id in named[number % 5]],
            relatedIdentifiers=part if number % 7 == 0 else [],
            created=f"2026-07-01T10:00:{number % 60:02}Z",
        )
        for number in range(count)
    ]


def outcome():
    """All that intake leaves behind, but for the moments at which it happened to be written."""
    return {
        "claims": rows(
            Claim, "orcid_id", "doi", "action", "state", "origin", "problem", "request_version", "put_code"
        ),
        "history": rows(
            ClaimHistory, "claim__orcid_id", "claim__doi", "event", "from_state", "actor", "note"
        ),
        "decisions": rows(
            *(Decision, "orcid_id", "doi", "trigger", "source", "rule_version", "result", "rule", "reason"),
            *("field", "value", "waits", "change", "changed_fields", "doi_updated", "answer"),
        ),
        "events": rows(DoiEvent, "event_id", "doi", "source", "updated", "due_at", "problem"),
        "snapshots": rows(
            DoiSnapshot, "doi", "state", "names", "trigger_digest", "content_digest", "updated"
        ),
        "set aside": rows(Quarantine, "source", "line", "reason", "excerpt"),
        "polled": rows(HarvestState, "done_until", "window_until", "cursor", "records"),
        "files": rows(IngestUnit, "name", "lines", "concerned", "broken"),
    }


def in_batches(stream, size):
    return [stream[begin : begin + size] for begin in range(0, len(stream), size)]


def rows(model, *fields):
    return sorted(repr(row) for row in model.objects.values_list(*fields))


def forget_all():
    for table in TABLES:
        table.objects.all().delete()


def until(happened, running, pause=0.005):
    """Wait until something happened or the process ended; say whether it ended."""
    ends = time.monotonic() + PATIENCE
    while running.poll() is None and time.monotonic() < ends and not happened():
        time.sleep(pause)
    return running.poll() is not None


def kill(running):
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()


def killed_again_and_again(start, progress, draw, kills=KILLS):
    """Start a process, kill it a moment after it got further; after the last kill let it end by itself."""
    for _ in range(kills):
        before = progress()
        running = start()
        assert not until(lambda before=before: progress() > before, running), "it ended before it was killed"
        time.sleep(draw.uniform(0, 0.3))
        kill(running)
    return ended(start())


def ended(running):
    said, errors = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, errors
    return said


@pytest.mark.proof
def test_polling_that_is_killed_ends_like_polling_that_is_not(datacite, draw):
    datacite.order("dois", works(6_000))

    def poll():
        return command("harvest", "--begin", "2026-07-01T09:59:00Z", "--most-windows", "1")

    ended(poll())
    undisturbed = outcome()
    forget_all()
    datacite.fail_next(None, path="/dois", delay_ms=250)
    killed_again_and_again(poll, Decision.objects.count, draw)

    assert outcome() == undisturbed
    assert len(undisturbed["events"]) == 4_800


def test_a_file_that_is_read_by_killed_processes_ends_like_one_that_is_read_at_once(tmp_path, draw):
    lines = [json.dumps(one).encode() for one in works(2_500)]
    for place in (711, 2_003):
        lines[place] = b'{"id": "10.5072/cut'
    later = works(100)
    for one in later:
        one["attributes"] |= {"titles": [{"title": "A later state"}], "updated": "2026-07-03T10:00:00Z"}
    lines += [json.dumps(one).encode() for one in later]
    place = tmp_path / "part_0000.jsonl.gz"
    place.write_bytes(gzip.compress(b"\n".join(lines)))

    def read():
        return command("ingest", str(place), "--quiet", "--processes", "1")

    ended(read())
    undisturbed = outcome()
    forget_all()
    killed_again_and_again(read, Decision.objects.count, draw, kills=1)

    assert outcome() == undisturbed
    assert len(undisturbed["set aside"]) == 2


def decide_what_waits():
    """The command that decides, as the job does, about the events that wait for their record."""
    return command("harvest", "--begin", "2026-07-01T09:59:00Z", "--most-windows", "0")


def decided_by_killed_processes(datacite, draw, kills):
    """DataCite answers slowly meanwhile, so that the kill falls into a batch."""
    datacite.fail_next(None, path="/dois", delay_ms=250)
    killed_again_and_again(decide_what_waits, undecided, draw, kills=kills)


def undecided():
    return -DoiEvent.objects.filter(due_at__isnull=False).count()


@pytest.fixture
def queue(boto):  # noqa: F811  a fixture
    """A queue that gives out a message as often as it takes."""
    name = f"killed_doi_{time.monotonic_ns()}"
    return name, boto.create_queue(QueueName=name)["QueueUrl"]


@pytest.mark.proof
def test_a_queue_whose_reader_is_killed_ends_like_one_whose_reader_is_not(
    boto,  # noqa: F811  a fixture
    queue,
    sqs_server,  # noqa: F811  a fixture
    datacite,
    draw,
):
    name, url = queue
    stream = works(400)
    datacite.order("dois", stream)

    def announce():
        # As queues do, some of it twice.
        said = [*stream, *stream[::9]]
        for batch in in_batches(said, 10):
            messages = [{"Id": str(n), "MessageBody": body(one["id"])} for n, one in enumerate(batch)]
            boto.send_message_batch(QueueUrl=url, Entries=messages)

    def listen():
        return command("listen", "--queue", name, "--endpoint", sqs_server, "--wait", "1", "--hold", "2")

    def listen_to_the_end():
        running = listen()
        until(lambda: sum(waiting(boto, url)) == 0, running, pause=0.5)
        running.terminate()
        assert b"new events" in ended(running).encode()

    announce()
    listen_to_the_end()
    ended(decide_what_waits())
    undisturbed = outcome()
    forget_all()

    announce()
    for _ in range(KILLS):
        before, running = DoiEvent.objects.count(), listen()
        assert not until(lambda before=before: DoiEvent.objects.count() > before + 50, running)
        kill(running)
    listen_to_the_end()
    decided_by_killed_processes(datacite, draw, kills=1)

    assert outcome() == undisturbed
    assert len(undisturbed["events"]) == 400


@pytest.mark.proof
def test_events_of_agents_sent_to_a_service_that_is_killed_end_like_those_of_one_that_is_not(datacite, draw):
    stream = works(900)
    datacite.order("dois", stream)
    headers = {"Authorization": f"Bearer {service_key()}"}
    events = [
        {"id": f"e-{one['id']}", "doi": one["id"].upper(), "updated": "2026-07-01T10:00:00Z"}
        for one in stream
    ]
    batches = in_batches(events, 10)

    def send_all(left, port):
        """Send what is left; an agent that got no answer does not know, and keeps it to send it again."""
        while left:
            answer = requests.post(
                f"http://127.0.0.1:{port}/doi-events", json={"events": left[0]}, headers=headers, timeout=30
            )
            assert answer.status_code == 202, answer.text
            left.pop(0)

    with serving() as (_host, port):
        send_all(list(batches), port)
    ended(decide_what_waits())
    undisturbed = outcome()
    forget_all()

    left = list(batches)
    for kills in range(KILLS):
        process, port = start_serving()
        threading.Timer(draw.uniform(0.03, 0.1), os.killpg, (process.pid, signal.SIGKILL)).start()
        with pytest.raises(requests.ConnectionError):
            send_all(left, port)
        process.wait()
        assert len(left) > 0, f"all was sent before kill {kills}"
    with serving() as (_host, port):
        send_all(left, port)
    decided_by_killed_processes(datacite, draw, kills=2)

    assert outcome() == undisturbed
    assert len(undisturbed["events"]) == 900
