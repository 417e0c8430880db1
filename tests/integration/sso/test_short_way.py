"""Calls by services pay for nothing that only pages need."""

import pytest

from profiles.sso.registry import registration
from tests.support import sso

pytestmark = pytest.mark.django_db


def test_the_description_of_ourselves_asks_the_database_nothing(client, django_assert_num_queries):
    sso.person(client)

    with django_assert_num_queries(0):
        answer = client.get("/.well-known/openid-configuration")

    assert answer.status_code == 200
    assert not answer.cookies


def test_userinfo_is_one_look_at_the_token_and_none_at_a_session(client, django_assert_num_queries):
    sso.person(client)
    token = sso.register().signed_in(client, scope="openid profile")["access_token"]

    with django_assert_num_queries(1):
        answer = client.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert answer.json()["name"] == "Alice Alvarado"


def test_a_name_that_is_not_ours_is_refused_on_the_short_way_too(client):
    assert client.get("/oauth/userinfo", headers={"Host": "elsewhere.example"}).status_code == 400


def test_a_sign_in_to_a_service_takes_few_looks_at_the_database(client, django_assert_max_num_queries):
    sso.person(client)
    party = sso.register()
    party.signed_in(client)

    with django_assert_max_num_queries(12):
        # Authorize: session, account, last use, service, the person's limit, and the grant with its audit.
        # Token: the service with its secrets, its limit, the grant, and the exchange. Then userinfo.
        token = party.signed_in(client, scope="openid profile")["access_token"]
        client.get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"})


def test_a_service_that_staff_switch_off_is_refused_at_once(client):
    sso.person(client)
    party = sso.register()
    tokens = party.signed_in(client)
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert client.get("/oauth/userinfo", headers=bearer).status_code == 200

    registration.switch(party.row, on=False, by="tests")

    assert client.get("/oauth/userinfo", headers=bearer).status_code == 401
    assert party.refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_client"
    assert client.get("/oauth/authorize", party.request()).status_code == 400


def test_a_secret_that_ended_is_refused_at_once(client):
    sso.person(client)
    party = sso.register()
    tokens = party.signed_in(client)

    registration.renew_secret(party.row, by="tests", at_once=True)

    assert party.refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "place", ["authorize", "resume/any", "logout", "logout/confirm", "token", "userinfo", "par"]
)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", "a=" + "%41" * 30_000),
        ("multipart/form-data; boundary=x", "\r\n" * 3_000 + "--x--\r\n"),
    ],
    ids=["large", "in parts"],
)
def test_a_form_that_is_dear_to_read_is_refused_unread(client, place, kind, body):
    answer = client.post(f"/oauth/{place}", body, content_type=kind, headers={"Authorization": "Bearer x"})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert "no-store" in answer["Cache-Control"]
    assert "_post" not in vars(answer.wsgi_request)
