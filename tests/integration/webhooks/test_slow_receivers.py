"""A receiver that is slow, or never answers, delays no other. Real workers with their jobs."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from profiles.sso.models import LogoutNotice
from profiles.webhooks import services
from profiles.webhooks.models import Delivery, Webhook
from tests.support import sso
from tests.support.bad_receiver import BadReceiver, answering
from tests.support.webhooks import ALL, hook
from tests.support.workers import start_worker, wait_until

MORE_THAN_JOBS_AT_ONCE = 8
LONG = "25"

pytestmark = pytest.mark.usefixtures("db", "no_jobs")


@pytest.fixture
def db(committed) -> None:
    """The database, as the worker in its own process sees it too."""


@pytest.fixture
def worker() -> Iterator[None]:
    process = start_worker(jobs=True, PROFILES_CALL_SECONDS=LONG, PROFILES_RECEIVER_SECONDS=LONG)
    yield
    process.terminate()
    process.wait(20)


@pytest.fixture
def silent() -> Iterator[list[BadReceiver]]:
    """Receivers that take a call and say nothing until the test is over."""
    with ExitStack() as ends:
        yield [ends.enter_context(answering("nothing")) for _ in range(MORE_THAN_JOBS_AT_ONCE)]


@pytest.mark.usefixtures("worker")
def test_a_ping_arrives_while_other_receivers_let_us_wait(receiver, silent):
    for number, one in enumerate(silent):
        slow, _secret = services.register(owner=f"slow {number}", name="Slow", url=one.url, events=ALL)
        services.ping(webhook_id=slow.pk)
    wait_until(lambda: all(one.called.is_set() for one in silent), seconds=60)

    services.ping(webhook_id=hook(receiver).pk)
    wait_until(lambda: receiver.messages, seconds=60)
    wait_until(lambda: Delivery.objects.filter(webhook__owner="agent", state="delivered"), seconds=60)

    assert not Webhook.objects.exclude(failing_since=None).exists(), "the slow calls are still under way"


@pytest.mark.usefixtures("worker")
def test_a_service_hears_of_a_sign_out_while_others_let_us_wait(client, receiver, silent):
    sso.person(client)
    parties = [
        sso.register(f"Slow {number}", backchannel_logout_uri=one.url) for number, one in enumerate(silent)
    ]
    good = sso.register("Good", backchannel_logout_uri=receiver.url)
    for party in (*parties, good):
        party.signed_in(client)

    client.post("/sign_out")

    wait_until(lambda: all(one.called.is_set() for one in silent), seconds=60)
    wait_until(lambda: receiver.unsigned, seconds=60)
    waiting = LogoutNotice.objects.filter(done_at=None, party__name__startswith="Slow", tries=1)
    assert waiting.count() == len(silent), "the slow calls are still under way"
