"""One receiver's fault stays with that receiver, whatever it is."""

import pytest

from profiles.webhooks import services
from profiles.webhooks.models import Delivery, DeliveryTry, Webhook
from tests.support.bad_receiver import WAYS, answering
from tests.support.webhooks import ALL, failed_claim, hook, tell

pytestmark = pytest.mark.django_db

UNCALLABLE = [
    "http://a..b/",
    f"http://{'a' * 64}.example/",
    f"http://{'a.' * 130}example/",
    "http://\udcff.example/",
    "http://a\u2100b.example/",
]
"""Addresses that no encoder takes, or no look-up; some were registered before that was checked."""


def register_bad(url: str) -> Webhook:
    webhook, _secret = services.register(owner="bad", name="Bad", url="http://127.0.0.1:9/", events=ALL)
    Webhook.objects.filter(pk=webhook.pk).update(url=url)
    return webhook


def assert_only_the_good_one_was_told(receiver, bad: Webhook, *, bad_state: str) -> None:
    assert len(receiver.messages) == 1
    states = dict(Delivery.objects.values_list("webhook__owner", "state"))
    assert states == {"agent": "delivered", "bad": bad_state}
    assert DeliveryTry.objects.filter(delivery__webhook=bad).count() == 1


@pytest.mark.parametrize("url", [url for url in UNCALLABLE if url.isascii()])
def test_an_address_that_cannot_be_called_keeps_no_other_receiver_waiting(receiver, url):
    bad = register_bad(url)
    hook(receiver)
    failed_claim()

    tell()

    assert_only_the_good_one_was_told(receiver, bad, bad_state="waiting")


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_of_no_sense_keeps_no_other_receiver_waiting(receiver, way):
    with answering(way) as bad_receiver:
        bad = register_bad(bad_receiver.url)
        hook(receiver)
        failed_claim()

        tell()

        is_answer = way not in {"nothing", "nonsense", "an absurd length"}
        assert_only_the_good_one_was_told(receiver, bad, bad_state="delivered" if is_answer else "waiting")


@pytest.mark.parametrize("url", UNCALLABLE)
def test_an_address_that_cannot_be_called_is_refused_when_it_is_registered(url):
    with pytest.raises(services.WebhookRefusedError) as refused:
        services.register(owner="agent", name="A", url=url, events=ALL)

    assert refused.value.field == "url"
