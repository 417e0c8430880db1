"""A party may ask what its own tokens are worth."""

import time

from tests.contract.openid.catalogue import check
from tests.contract.openid.protocol import refused
from tests.contract.openid.suite import Suite
from tests.contract.openid.tokens import unverified


@check(13)
def a_living_token_is_described(suite: Suite) -> None:
    tokens = suite.tokens()
    said = suite.provider.introspect(suite.one, tokens.access).json()

    assert said["active"] is True
    assert said["client_id"] == suite.one.client_id
    assert said["sub"] == unverified(tokens.identity)[1]["sub"]
    assert "openid" in said["scope"].split()
    assert time.time() < said["exp"] <= time.time() + 3600


@check(13)
def a_refresh_token_is_described_too(suite: Suite) -> None:
    tokens = suite.tokens()

    assert suite.provider.introspect(suite.one, tokens.refresh).json()["active"] is True


@check(13, each={"access": "access", "refresh": "refresh"})
def another_partys_token_is_not(suite: Suite, kind: str) -> None:
    tokens = suite.tokens()
    answer = suite.provider.introspect(suite.two, getattr(tokens, kind))

    if answer.status_code == 200:
        assert answer.json() == {"active": False}
    else:
        assert answer.status_code in {400, 401, 403}


@check(13, each={"invented": "invented", "long": "t" * 4000, "almost a JWT": "a.b.c"})
def of_what_is_no_token_only_that_is_said(suite: Suite, token: str) -> None:
    answer = suite.provider.introspect(suite.one, token)

    assert answer.status_code == 200
    assert answer.json() == {"active": False}


@check(13, 41)
def a_token_that_is_no_text_is_not_active(suite: Suite) -> None:
    answer = suite.provider.introspect(suite.one, "a\0b")

    assert answer.status_code == 400 or answer.json() == {"active": False}


@check(13)
def of_a_token_given_back_only_that_is_said(suite: Suite) -> None:
    tokens = suite.tokens()
    suite.provider.revoke(suite.one, tokens.access)

    assert suite.provider.introspect(suite.one, tokens.access).json() == {"active": False}


@check(13, 16, each={"identity": "identity", "code": "code"})
def another_kind_of_token_is_not_active(suite: Suite, kind: str) -> None:
    is_code = kind == "code"
    token = suite.arrive(suite.alice()).parameters["code"] if is_code else suite.tokens().identity

    assert suite.provider.introspect(suite.one, token).json() == {"active": False}


@check(13)
def nobody_asks_without_saying_who_they_are(suite: Suite) -> None:
    tokens = suite.tokens()
    for more in ({}, {"auth": (suite.one.client_id, "wrong")}):
        answer = suite.provider.post("introspection_endpoint", {"token": tokens.access}, **more)
        refused(answer, "invalid_client", "invalid_request", status=(400, 401))


@check(13)
def the_token_itself_is_no_way_to_say_who_one_is(suite: Suite) -> None:
    tokens = suite.tokens()
    answer = suite.provider.post(
        "introspection_endpoint",
        {"token": tokens.access},
        headers={"Authorization": f"Bearer {tokens.access}"},
    )

    assert answer.status_code in {400, 401}


@check(10, 13)
def a_token_in_the_address_is_not_read(suite: Suite) -> None:
    tokens = suite.tokens()
    endpoint = suite.provider.metadata["introspection_endpoint"]
    answer = suite.provider.get(endpoint, params={"token": tokens.access}, auth=suite.one.basic)

    assert answer.status_code in {400, 404, 405}
    assert "active" not in answer.text or answer.json().get("active") is not True


@check(33)
def the_answer_is_not_kept_by_caches(suite: Suite) -> None:
    answer = suite.provider.introspect(suite.one, suite.tokens().access)

    assert "no-store" in answer.headers["Cache-Control"]
