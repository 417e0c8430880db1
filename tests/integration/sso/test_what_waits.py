"""What waits for somebody: good for a while, once, and only for what it was made for."""

from datetime import timedelta

import pytest

from profiles.infra import clock
from profiles.sso.models import AuditEntry, DeviceRequest, Grant, LogoutNotice, PendingRequest
from profiles.sso.protocol import logout, provider
from profiles.sso.protocol.pending import PREFIX
from profiles.sso.registry import registration
from tests.support import sso

pytestmark = pytest.mark.django_db


def a_moment_ago():
    return clock.now() - timedelta(seconds=1)


@pytest.fixture
def theirs(client):
    sso.person(client)
    return sso.register("Theirs", is_first_party=False)


def test_a_question_that_waited_too_long_is_asked_no_more(client, theirs):
    page = client.get("/oauth/authorize", theirs.request())["Location"]
    PendingRequest.objects.update(ends_at=a_moment_ago())

    assert client.get(page).status_code == 400
    assert client.post(page, {"answer": "yes"}).status_code == 400
    assert not Grant.objects.exists()


def test_one_yes_gives_one_code(client, theirs):
    page = client.get("/oauth/authorize", theirs.request())["Location"]

    first, second = client.post(page, {"answer": "yes"}), client.post(page, {"answer": "yes"})

    assert "code" in sso.answer_of(first)
    assert (second.status_code, second.has_header("Location")) == (400, False)


def test_the_page_that_asks_lets_its_answer_lead_to_the_service_and_nowhere_else(client, theirs):
    page = client.get(client.get("/oauth/authorize", theirs.request())["Location"])

    assert "form-action 'self' https://service.example" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_a_pushed_request_is_good_for_a_moment_and_is_no_question_to_a_person(client, theirs):
    uri = theirs.post(client, "/oauth/par", theirs.request()).json()["request_uri"]
    assert client.get(f"/oauth/resume/{uri.removeprefix(PREFIX)}").status_code == 400
    PendingRequest.objects.update(ends_at=a_moment_ago())

    answer = client.get("/oauth/authorize", {"client_id": theirs.row.client_id, "request_uri": uri})

    assert (answer.status_code, answer.has_header("Location")) == (400, False)


@pytest.fixture
def tool(client):
    sso.person(client)
    return sso.register(grant_types=[provider.DEVICE], redirect_uris=[])


def begin(client, tool: sso.Party) -> dict:
    return tool.post(client, "/oauth/device", {"scope": "openid"}).json()


def poll(client, tool: sso.Party, begun: dict) -> dict:
    form = {"grant_type": provider.DEVICE, "device_code": begun["device_code"]}
    return tool.post(client, "/oauth/token", form).json()


def test_codes_of_a_device_end_after_a_while_for_both(client, tool):
    begun = begin(client, tool)
    DeviceRequest.objects.update(ends_at=a_moment_ago())

    typed = client.post("/device", {"user_code": begun["user_code"], "answer": "yes"})

    assert typed.status_code == 404
    assert poll(client, tool, begun)["error"] == "expired_token"
    assert not Grant.objects.exists()


def test_the_code_of_a_service_that_was_switched_off_opens_nothing(client, tool):
    begun = begin(client, tool)
    registration.switch(tool.row, on=False, by="tests")

    assert client.post("/device", {"user_code": begun["user_code"], "answer": "yes"}).status_code == 404


def test_a_code_of_a_person_who_was_shut_out_since_gives_no_tokens(client):
    alice = sso.person(client)
    party = sso.register()
    code = sso.answer_of(client.get("/oauth/authorize", party.request()))["code"]
    alice.is_active = False
    alice.save()

    assert party.redeem(client, code).json()["error"] == "invalid_grant"


def test_a_person_who_is_expected_and_is_not_who_signed_in_is_told_to_the_service(client):
    sso.person(client, "0009-0001-0000-0022")
    party = sso.register()
    expected = party.signed_in(client)["id_token"]
    sso.person(client)

    waits = sso.answer_of(client.get("/oauth/authorize", party.request(id_token_hint=expected)))["return_to"]
    sso.person(client)

    assert sso.answer_of(client.get(waits))["error"] == "login_required"


def test_an_id_token_of_another_service_is_no_hint(client):
    sso.person(client)
    party, other = sso.register(), sso.register("Other")
    hint = other.signed_in(client)["id_token"]

    answer = client.get("/oauth/authorize", party.request(id_token_hint=hint))

    assert sso.answer_of(answer)["error"] == "invalid_request"


def test_a_service_that_never_answers_is_given_up_after_a_day_and_that_is_written_down(client):
    sso.person(client)
    sso.register(backchannel_logout_uri="http://127.0.0.1:9/nobody").signed_in(client)
    page = client.post("/sign_out")["Location"]
    made_at = LogoutNotice.objects.get().made_at

    tried = 0
    while LogoutNotice.objects.filter(gave_up_at=None).update(due_at=clock.now()):
        tried += sso.send_due()

    assert tried == len(logout.RETRY_DELAYS) + 1
    assert sum(logout.RETRY_DELAYS, made_at) - made_at >= timedelta(hours=20)
    assert AuditEntry.objects.filter(event=logout.audit.Event.LOGOUT_GIVEN_UP).count() == 1
    assert "does not answer" in client.get(page).content.decode()


def test_an_api_of_ours_looks_at_everybodys_tokens_and_one_of_others_never(client, theirs):
    tokens = sso.register("Commons").signed_in(client)
    api = sso.register("An API", may_introspect=True)
    pretender = sso.register("Pretender", may_introspect=True, is_first_party=False)

    def told(party: sso.Party) -> dict:
        return party.post(client, "/oauth/introspect", {"token": tokens["access_token"]}).json()

    assert told(api)["active"] is True
    assert told(pretender) == {"active": False}
