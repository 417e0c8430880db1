"""Each receiver has a job of its own, which knows when the next try is."""

import pytest

from profiles.infra import clock
from profiles.infra.jobs import job_names
from profiles.pipeline.webhooks.announce import announce
from profiles.webhooks import services
from profiles.webhooks.models import Delivery, Webhook
from tests.support.jobs import make_jobs_due, run_jobs, waiting_jobs
from tests.support.webhooks import due_again, failed_claim, hook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]


def test_a_receiver_that_was_down_is_tried_again_when_its_next_try_is_due(receiver):
    hook(receiver)
    failed_claim()
    receiver.answers = [503]
    announce()
    run_jobs()

    (job,) = waiting_jobs(job_names.SEND_DELIVERIES)
    webhook, delivery = Webhook.objects.get(), Delivery.objects.get()
    assert job.scheduled_at == max(delivery.due_at, webhook.paused_until) > clock.now()
    due_again()
    make_jobs_due(job_names.SEND_DELIVERIES)
    run_jobs()

    assert Delivery.objects.get().state == "delivered"
    assert waiting_jobs(job_names.SEND_DELIVERIES) == []


def test_a_message_is_sent_at_once_while_another_waits_for_its_next_try(receiver):
    hook(receiver)
    failed_claim("10.5072/first")
    receiver.answers = [400]
    announce()
    run_jobs()
    Webhook.objects.update(paused_until=None, failing_since=None)
    assert receiver.messages == []

    failed_claim("10.5072/second")
    announce()
    run_jobs()

    assert len(receiver.messages) == 1
    assert Delivery.objects.filter(state="waiting").count() == 1


def test_a_webhook_that_is_switched_on_again_gets_what_waited(receiver):
    webhook = hook(receiver)
    services.change(webhook_id=webhook.pk, fields={"active": False})
    failed_claim()
    Webhook.objects.update(is_active=True)
    announce()
    Webhook.objects.update(is_active=False)
    run_jobs()
    assert receiver.messages == []
    assert waiting_jobs(job_names.SEND_DELIVERIES) == []

    services.change(webhook_id=webhook.pk, fields={"active": True})
    run_jobs()

    assert len(receiver.messages) == 1
