"""Calls by services pay for nothing that only pages need."""

import pytest

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
