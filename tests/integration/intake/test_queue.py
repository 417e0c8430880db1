"""DataCite's queue, spoken to a server that speaks SQS."""

import json
import threading
import time
import warnings

import pytest
from structlog.testing import capture_logs

from profiles.claims.models import Claim
from profiles.clients.errors import ServiceUnavailableError
from profiles.clients.sqs import QueueMessage
from profiles.intake.models import DoiEvent, Quarantine
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.queue_messages import ListenResult, listen, take_in_messages
from profiles.pipeline.intake.receive import decide_due_events
from tests.support.intake import enrol
from tests.support.records import DOI, record

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sqs_server():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the server's own libraries
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


@pytest.fixture
def boto(sqs_server, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    import boto3

    return boto3.client("sqs", region_name="eu-west-1", endpoint_url=sqs_server)


@pytest.fixture
def queues(boto):
    """A queue with dead letters after two tries, as DataCite's has after four."""
    name = f"test_doi_{time.monotonic_ns()}"
    dead = boto.create_queue(QueueName=f"{name}_dead")["QueueUrl"]
    arn = boto.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    url = boto.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})["QueueUrl"]
    return name, url, dead


@pytest.fixture
def queue(queues, sqs_server, boto):
    from profiles.clients.sqs import Sqs

    return Sqs(queues[0], endpoint=sqs_server)


def body(doi=DOI, updated="2026-07-01T10:00:00Z"):
    attributes = {
        "doi": doi.upper(),
        "state": "findable",
        "created": "2026-07-01T10:00:00Z",
        "updated": updated,
    }
    return json.dumps({"id": doi.upper(), "type": "dois", "attributes": attributes})


def waiting(boto, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = boto.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return tuple(int(found[name]) for name in names)


def take(queue, hold=60):
    done = ListenResult()
    take_in_messages(queue, queue.receive(wait=0, hold=hold), done)
    return done


def test_a_message_of_today_becomes_a_claim_and_leaves_the_queue(boto, queues, queue, datacite):
    enrol()
    datacite.order("dois", [record()])
    boto.send_message(QueueUrl=queues[1], MessageBody=body())

    take(queue)
    decide_due_events(sync_clients.datacite())

    assert Claim.objects.get().doi == DOI
    assert waiting(boto, queues[1]) == (0, 0)


def test_a_change_that_is_sent_twice_is_one_event(boto, queues, queue):
    for _ in range(3):
        boto.send_message(QueueUrl=queues[1], MessageBody=body())

    done = take(queue)

    assert (done.messages, done.new) == (3, 1)
    assert waiting(boto, queues[1]) == (0, 0)


def test_messages_come_in_batches(boto, queues, queue):
    entries = [{"Id": str(n), "MessageBody": body(f"10.5072/{n}")} for n in range(10)]
    boto.send_message_batch(QueueUrl=queues[1], Entries=entries)

    assert take(queue).new == 10


def test_what_was_not_stored_comes_again(boto, queues, queue):
    boto.send_message(QueueUrl=queues[1], MessageBody=body())
    lost = queue.receive(wait=0, hold=1)
    assert len(lost) == 1
    time.sleep(1.2)

    assert take(queue).new == 1


def test_what_cannot_be_read_ends_among_the_dead_letters(boto, queues, queue):
    boto.send_message(QueueUrl=queues[1], MessageBody="no json")
    for _ in range(3):
        take(queue, hold=0)
        time.sleep(0.1)

    (dead,) = boto.receive_message(QueueUrl=queues[2])["Messages"]
    assert dead["Body"] == "no json"
    assert not DoiEvent.objects.exists()


@pytest.mark.parametrize(
    "said", ["[" * 50_000, '{"id": 5}', '{"attributes": {"doi": ["10.1/x"]}}', "null", '{"id": "hello"}', ""]
)
def test_an_odd_message_keeps_no_other_away(said):
    class Held:
        def acknowledge(self, messages):
            self.taken = [message.message_id for message in messages]

    held, done = Held(), ListenResult()

    take_in_messages(held, [QueueMessage("odd", said, "h", 1), QueueMessage("good", body(), "h", 1)], done)

    assert held.taken == ["good"]
    assert (done.messages, done.new, done.unreadable) == (2, 1, 1)


def test_a_message_that_no_queue_gets_rid_of_is_reported_once_and_then_set_aside():
    class Endless:
        def __init__(self):
            self.received = 0

        def receive(self, *, wait, hold):
            self.received += 1
            return [QueueMessage("junk", "no json", "h", self.received)]

        def acknowledge(self, messages):
            self.taken = list(messages)

    queue, done = Endless(), ListenResult()

    with capture_logs() as lines:
        while not getattr(queue, "taken", None) and queue.received < 50:
            take_in_messages(queue, queue.receive(wait=0, hold=0), done)

    assert [message.message_id for message in queue.taken] == ["junk"]
    assert len([line for line in lines if line["event"] == "queue.unreadable"]) == 1
    assert Quarantine.objects.get().excerpt == "no json"


def test_it_waits_for_messages_instead_of_asking_all_the_time(boto, queues, queue):
    later = threading.Timer(0.5, lambda: boto.send_message(QueueUrl=queues[1], MessageBody=body()))
    later.start()
    began = time.monotonic()

    received = queue.receive(wait=20)
    later.join()

    assert len(received) == 1
    assert 0.3 < time.monotonic() - began < 15


def test_told_to_stop_it_stores_what_it_has(boto, queues, queue):
    boto.send_message(QueueUrl=queues[1], MessageBody=body())
    asked = iter([False, True])

    done = listen(queue, stop=lambda: next(asked), wait=0)

    assert (done.messages, done.new) == (1, 1)
    assert waiting(boto, queues[1]) == (0, 0)


def test_while_the_queue_does_not_answer_the_pause_grows(boto, queues, sqs_server):
    from profiles.clients.sqs import Sqs

    queue = Sqs(queues[0], endpoint=sqs_server)
    boto.delete_queue(QueueUrl=queues[1])
    pauses = []
    asked = iter([False, False, False, True])

    listen(queue, stop=lambda: next(asked), wait=0, pause=pauses.append)

    assert pauses == [2.0, 4.0, 8.0]


def test_a_queue_that_is_not_there_is_said_at_once(sqs_server, boto):
    from profiles.clients.sqs import Sqs

    with pytest.raises(ServiceUnavailableError):
        Sqs("no_such_queue", endpoint=sqs_server)
