import pytest

from tests.support import sso

pytestmark = pytest.mark.django_db


def authorize(client, party: sso.Party, uri: str):
    return client.get("/oauth/authorize", {"client_id": party.row.client_id, "request_uri": uri})


def test_a_pushed_request_serves_its_own_party_once(client):
    sso.person(client)
    party, other = sso.register(), sso.register("Another")
    pushed = party.post(client, "/oauth/par", party.request())
    uri = pushed.json()["request_uri"]

    assert (pushed.status_code, pushed.json()["expires_in"]) == (201, 90)
    assert authorize(client, other, uri).status_code == 400
    assert "code" in sso.answer_of(authorize(client, party, uri))
    assert authorize(client, party, uri).status_code == 400


def test_a_party_that_is_to_push_its_requests_gets_in_no_other_way(client):
    sso.person(client)
    party = sso.register(requires_pushed_requests=True)

    assert sso.answer_of(client.get("/oauth/authorize", party.request()))["error"] == "invalid_request"
    uri = party.post(client, "/oauth/par", party.request()).json()["request_uri"]
    assert "code" in sso.answer_of(authorize(client, party, uri))


def test_a_request_that_would_be_refused_is_refused_when_it_is_pushed(client):
    party = sso.register()

    strange = party.post(client, "/oauth/par", party.request(redirect_uri="https://elsewhere.example/"))
    open_one = party.post(client, "/oauth/par", party.request(code_challenge=None))

    assert (strange.status_code, open_one.status_code) == (400, 400)
