"""The secrets that webhooks are signed with: sealed, renewed with an overlap, and lost."""

from datetime import timedelta

import pytest

from profiles.infra import clock
from profiles.infra.vault import Vault, new_key
from profiles.webhooks import services
from profiles.webhooks.models import Delivery, DeliveryTry, Webhook
from tests.support.receiver import receiving
from tests.support.webhooks import ALL, deliver_due, due_again, failed_claim, hook, tell

pytestmark = pytest.mark.django_db


def test_a_new_secret_counts_at_once_and_the_one_before_for_a_day(receiver):
    webhook = hook(receiver)
    _webhook, new = services.renew_secret(webhook_id=webhook.pk)
    failed_claim("10.5072/old-secret")
    tell()
    assert len(receiver.messages) == 1, "who still has the old secret can check"

    Webhook.objects.update(old_secret_until=clock.now() - timedelta(seconds=1))
    failed_claim("10.5072/too-late")
    tell()
    assert receiver.unsigned == 1

    receiver.secret = new
    due_again()
    deliver_due()
    assert len(receiver.messages) == 2


def test_a_secret_is_sealed_where_it_is_kept(receiver):
    hook(receiver)

    assert receiver.secret.encode() not in bytes(Webhook.objects.get().secret)


def sealed_with_a_lost_key(webhook: Webhook) -> bytes:
    return Vault([new_key()]).seal("whsec_bG9zdA==", purpose=services.purpose_of(webhook))


def test_a_secret_that_no_key_opens_stops_its_own_webhook_and_no_other(receiver):
    with receiving() as other:
        shut = hook(receiver)
        Webhook.objects.filter(pk=shut.pk).update(secret=sealed_with_a_lost_key(shut))
        _webhook, other.secret = services.register(owner="b", name="B", url=other.url, events=ALL)
        failed_claim()

        tell()

        assert len(other.messages) == 1
    assert (receiver.ids, receiver.unsigned) == ([], 0)
    assert [one.state for one in Delivery.objects.order_by("webhook_id")] == ["waiting", "delivered"]
    (tried,) = DeliveryTry.objects.filter(delivery__webhook=shut)
    assert tried.status is None
    assert "PROFILES_VAULT_KEYS" in tried.problem
    shut.refresh_from_db()
    assert shut.failing_since is not None


def test_an_old_secret_that_no_key_opens_is_left_out_of_the_signatures(receiver):
    webhook = hook(receiver)
    Webhook.objects.update(
        old_secret=sealed_with_a_lost_key(webhook), old_secret_until=clock.now() + timedelta(hours=1)
    )
    failed_claim()

    tell()

    assert len(receiver.messages) == 1
