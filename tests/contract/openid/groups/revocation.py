"""A party gives back its own tokens, and only its own."""

from tests.contract.openid.catalogue import check
from tests.contract.openid.protocol import LIMIT, refused
from tests.contract.openid.suite import Suite


@check(12)
def an_access_token_is_given_back(suite: Suite) -> None:
    tokens = suite.tokens()

    assert suite.provider.revoke(suite.one, tokens.access).status_code == 200
    assert not suite.provider.is_alive(tokens)


@check(12)
def a_refresh_token_takes_its_access_token_along(suite: Suite) -> None:
    tokens = suite.tokens()

    assert suite.provider.revoke(suite.one, tokens.refresh).status_code == 200
    refused(suite.provider.renew(suite.one, tokens.refresh), "invalid_grant")
    assert not suite.provider.is_alive(tokens)


@check(
    12,
    each={
        "access": ("access", "refresh_token"),
        "refresh": ("refresh", "access_token"),
        "unknown": ("access", "x"),
    },
)
def a_wrong_hint_is_only_a_hint(suite: Suite, case: tuple[str, str]) -> None:
    kind, hint = case
    tokens = suite.tokens()

    assert suite.provider.revoke(suite.one, getattr(tokens, kind), token_type_hint=hint).status_code == 200
    assert not suite.provider.is_alive(tokens)


@check(12, each={"access": "access", "refresh": "refresh"})
def another_partys_token_stays(suite: Suite, kind: str) -> None:
    tokens = suite.tokens()
    answer = suite.provider.revoke(suite.two, getattr(tokens, kind))

    assert answer.status_code in {200, 400, 401, 403}
    assert suite.provider.is_alive(tokens)
    assert suite.provider.can_renew(tokens)


@check(12, each={"invented": "invented", "long": "t" * 4000})
def what_is_no_token_is_no_trouble(suite: Suite, token: str) -> None:
    assert suite.provider.revoke(suite.one, token).status_code == 200


@check(12, 41)
def a_token_that_is_no_text_is_no_trouble(suite: Suite) -> None:
    assert suite.provider.revoke(suite.one, "a\0b").status_code in {200, 400}


@check(12)
def nobody_gives_back_without_saying_who_they_are(suite: Suite) -> None:
    tokens = suite.tokens()
    for more in ({}, {"auth": (suite.one.client_id, "wrong")}):
        answer = suite.provider.post("revocation_endpoint", {"token": tokens.access}, **more)
        refused(answer, "invalid_client", "invalid_request", status=(400, 401))

    assert suite.provider.is_alive(tokens)


@check(10, 12)
def a_token_in_the_address_is_not_read(suite: Suite) -> None:
    tokens = suite.tokens()
    endpoint = suite.provider.metadata["revocation_endpoint"]
    suite.provider.http.post(endpoint, params={"token": tokens.access}, auth=suite.one.basic, timeout=LIMIT)
    suite.provider.get(endpoint, params={"token": tokens.access}, auth=suite.one.basic)

    assert suite.provider.is_alive(tokens)


@check(12)
def to_give_back_nothing_is_a_mistake(suite: Suite) -> None:
    refused(
        suite.provider.post("revocation_endpoint", {}, auth=suite.one.basic), "invalid_request", status=(400,)
    )
