import pytest
from django.conf import settings

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.webhooks import services
from profiles.webhooks.models import Delivery, DeliveryTry, Webhook
from tests.support.signing_in import with_second_factor

pytestmark = pytest.mark.django_db
BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@pytest.fixture
def signed_in(client):
    def sign_in(role: str):
        account = Account.objects.create(orcid_id="0009-0001-0000-0049", name="Dana", role=role)
        client.force_login(account, backend=BACKEND)
        return with_second_factor(client)

    return sign_in


@pytest.fixture
def failed() -> Delivery:
    webhook, _secret = services.register(
        owner="agent", name="Claims agent", url="http://127.0.0.1:9/", events=["claim.done"]
    )
    delivery = Delivery.objects.create(
        webhook=webhook, event_id="claim-1", event="claim.done", body=b"{}", state="failed",
        created_at=clock.now(),
    )  # fmt: skip
    DeliveryTry.objects.create(delivery=delivery, at=clock.now(), seconds=0.5, status=503)
    return delivery


def test_staff_see_who_is_told_and_what_did_not_arrive(signed_in, failed):
    dana = signed_in("staff_user")

    assert b"Claims agent" in dana.get("/staff/webhooks").content
    page = dana.get(f"/staff/webhooks/{failed.webhook_id}").content
    assert b"503" in page
    assert b"Send again" not in page


def test_staff_who_may_send_again_what_failed(signed_in, failed):
    dana = signed_in("staff_admin")

    answer = dana.post(f"/staff/webhooks/{failed.webhook_id}", follow=True)

    assert b"1 message is sent again" in answer.content
    assert Delivery.objects.get().state == "waiting"


def test_staff_who_only_read_cannot_send_again(signed_in, failed):
    assert signed_in("staff_user").post(f"/staff/webhooks/{failed.webhook_id}").status_code == 403
    assert Delivery.objects.get().state == "failed"


def test_messages_about_a_person_go_when_they_leave_and_stand_in_what_they_download(failed):
    from profiles.accounts import signals

    account = Account.objects.create(orcid_id="0009-0001-0000-0014")
    Delivery.objects.update(about=account.orcid_id)

    parts = [said for _receiver, said in signals.data_export_requested.send(sender=Account, account=account)]
    told = next(part["messages_to_services"] for part in parts if "messages_to_services" in (part or {}))
    assert [(one["event"], one["service"]) for one in told] == [("claim.done", "Claims agent")]

    signals.closed.send(sender=Account, account=account)
    assert not Delivery.objects.exists()
    assert Webhook.objects.exists()
