"""Webhooks as a service uses them over the API."""

import pytest

from profiles.accounts.models import Account
from profiles.claims import services as claims
from profiles.domain.claim import ClaimEvent
from profiles.pipeline.webhooks.announce import announce
from profiles.webhooks.models import Webhook
from tests.support.api_callers import ALICE, DANA, Consumer, service_key
from tests.support.claims import waiting_claim
from tests.support.receiver import receiving
from tests.support.webhooks import deliver_due

pytestmark = pytest.mark.django_db
WISH = {"name": "Agent", "events": ["claim.done", "claim.failed"]}


@pytest.fixture
def receiver():
    with receiving() as one:
        yield one


@pytest.fixture
def agent():
    return Consumer(token=service_key())


def registered(agent, receiver, **changes) -> str:
    answer = agent.call("post", "/webhooks", {"webhook": {**WISH, "url": receiver.url, **changes}})
    assert answer.status_code == 201, answer.json()
    receiver.secret = answer.json()["data"]["attributes"]["secret"]
    return answer.json()["data"]["id"]


def failed(doi: str) -> None:
    claim = waiting_claim(ALICE, doi)
    claims.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="record-locked")


def test_the_secret_is_shown_once(agent, receiver):
    uuid = registered(agent, receiver)

    for path in ("/webhooks", f"/webhooks/{uuid}"):
        assert receiver.secret not in agent.call("get", path).content.decode()


def test_a_ping_arrives_and_stands_in_the_log(agent, receiver):
    uuid = registered(agent, receiver)

    assert agent.call("post", f"/webhooks/{uuid}/ping").status_code == 202
    deliver_due()

    log = agent.call("get", f"/webhooks/{uuid}/deliveries").json()
    assert [message["type"] for message in receiver.messages] == ["ping"]
    assert log["meta"] == {"delivered": 1}
    assert log["data"][0]["attributes"]["tries"][0]["status"] == 200


def test_what_failed_is_seen_in_the_log_and_sent_again_on_request(agent, receiver):
    uuid = registered(agent, receiver)
    failed("10.5072/one")
    receiver.answers = [500]
    announce()
    deliver_due()
    log = agent.call("get", f"/webhooks/{uuid}/deliveries?state=waiting").json()["data"][0]
    assert log["attributes"]["message"]["data"]["attributes"]["doi"] == "https://doi.org/10.5072/one"

    answer = agent.call("post", f"/webhooks/{uuid}/replay", {"replay": {"deliveries": [log["id"]]}})
    Webhook.objects.update(paused_until=None)
    deliver_due()

    assert answer.json() == {"replayed": 1}
    assert receiver.ids == [log["id"], log["id"]]
    assert len(receiver.messages) == 1


def test_a_webhook_can_be_switched_off_changed_renewed_and_deleted(agent, receiver):
    uuid = registered(agent, receiver)

    off = agent.call("patch", f"/webhooks/{uuid}", {"webhook": {"active": False}})
    named = agent.call("patch", f"/webhooks/{uuid}", {"webhook": {"name": "B", "events": ["claim.skipped"]}})
    renewed = agent.call("post", f"/webhooks/{uuid}/secret")
    gone = agent.call("delete", f"/webhooks/{uuid}")

    assert off.json()["data"]["attributes"]["active"] is False
    assert named.json()["data"]["attributes"]["events"] == ["claim.skipped"]
    assert renewed.json()["data"]["attributes"]["secret"] not in {"", receiver.secret}
    assert gone.status_code == 200
    assert agent.call("get", f"/webhooks/{uuid}").status_code == 404


def test_a_service_sees_its_own_webhooks_and_staff_see_all(agent, receiver):
    uuid = registered(agent, receiver)
    other = Consumer(token=service_key(name="other"))
    staff = Consumer(Account.objects.create(orcid_id=DANA, role="staff_admin"))

    assert other.call("get", "/webhooks").json() == {"data": []}
    for verb, path in (("get", ""), ("delete", ""), ("get", "/deliveries"), ("post", "/ping")):
        assert other.call(verb, f"/webhooks/{uuid}{path}").status_code == 404
    assert [one["id"] for one in staff.call("get", "/webhooks").json()["data"]] == [uuid]


def test_only_staff_can_say_that_a_service_is_our_own(agent, receiver):
    refused = agent.call(
        "post", "/webhooks",
        {"webhook": {**WISH, "url": receiver.url, "own": True, "events": ["permission.lost"]}},
    )  # fmt: skip
    staff = Consumer(Account.objects.create(orcid_id=DANA, role="staff_admin"))
    registered(staff, receiver, own=True, events=["permission.lost"])

    assert (refused.status_code, refused.json()["errors"][0]["source"]) == (422, "own")


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ({}, "webhook"),
        ({"webhook": []}, "webhook"),
        ({"webhook": {**WISH}}, "url"),
        ({"webhook": {**WISH, "url": 5}}, "url"),
        ({"webhook": {**WISH, "url": "https://a\0b/"}}, "url"),
        ({"webhook": {**WISH, "url": "gopher://example.org"}}, "url"),
        ({"webhook": {**WISH, "url": "http://127.0.0.1/", "events": ["x"]}}, "events"),
        ({"webhook": {**WISH, "url": "http://127.0.0.1/", "events": {"a": 1}}}, "events"),
        ({"webhook": {**WISH, "url": "http://127.0.0.1/", "name": ""}}, "name"),
    ],
)
def test_a_wrong_webhook_is_refused_by_its_field(agent, body, source):
    answer = agent.call("post", "/webhooks", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"] == source


@pytest.mark.parametrize(
    "body",
    [{"replay": {}}, {"replay": {"deliveries": "all"}}, {"replay": {"deliveries": ["x"]}},
     {"replay": {"since": "yesterday"}}, {"replay": {"since": "9999-12-31T23:59:59-01:00"}},
     {"replay": {"since": "0001-01-01T00:00:00+01:00"}}],
)  # fmt: skip
def test_a_replay_of_nothing_in_particular_is_refused(agent, receiver, body):
    uuid = registered(agent, receiver)

    assert agent.call("post", f"/webhooks/{uuid}/replay", body).status_code == 422


def test_a_service_has_so_many_webhooks_and_no_more(agent, receiver):
    for _ in range(20):
        registered(agent, receiver)

    answer = agent.call("post", "/webhooks", {"webhook": {**WISH, "url": receiver.url}})

    assert answer.status_code == 422
    assert "20" in answer.json()["errors"][0]["title"]
