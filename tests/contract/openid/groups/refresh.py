"""A refresh token is good once; a copy of it ends the family."""

from tests.contract.openid.catalogue import check
from tests.contract.openid.protocol import Tokens, at_once, refused
from tests.contract.openid.suite import Suite
from tests.contract.openid.tokens import unverified

AT_ONCE = 10


def renewed(suite: Suite, tokens: Tokens) -> Tokens:
    """Renew tokens, as it should go."""
    answer = suite.provider.renew(tokens.party, tokens.refresh)
    assert answer.status_code == 200, answer.text
    return Tokens(tokens.party, answer.json())


@check(7)
def renewing_gives_new_tokens(suite: Suite) -> None:
    first = suite.tokens()
    second = renewed(suite, first)

    assert second.access != first.access
    assert second.refresh != first.refresh
    assert suite.provider.is_alive(second)


@check(7)
def a_used_one_is_refused(suite: Suite) -> None:
    first = suite.tokens()
    renewed(suite, first)

    refused(suite.provider.renew(suite.one, first.refresh), "invalid_grant")


@check(7)
def a_used_one_ends_the_family(suite: Suite) -> None:
    first = suite.tokens()
    second = renewed(suite, first)
    third = renewed(suite, second)
    assert suite.provider.is_alive(third)
    suite.provider.renew(suite.one, first.refresh)

    assert not suite.provider.is_alive(third)
    refused(suite.provider.renew(suite.one, third.refresh), "invalid_grant")


@check(7)
def another_family_lives_on(suite: Suite) -> None:
    spoiled, mine = suite.tokens(), suite.tokens()
    renewed(suite, spoiled)
    suite.provider.renew(suite.one, spoiled.refresh)

    assert suite.provider.is_alive(mine)
    assert suite.provider.can_renew(mine)


@check(7, 41)
def of_many_who_renew_at_once_one_wins(suite: Suite) -> None:
    tokens = suite.tokens()

    answers = at_once(AT_ONCE, lambda: suite.provider.renew(suite.one, tokens.refresh))

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, *[400] * (AT_ONCE - 1)]


@check(7)
def another_party_cannot_use_it(suite: Suite) -> None:
    tokens = suite.tokens()

    refused(suite.provider.renew(suite.two, tokens.refresh), "invalid_grant")
    assert suite.provider.is_alive(tokens)


@check(7)
def nobody_can_use_it_without_the_partys_secret(suite: Suite) -> None:
    tokens = suite.tokens()
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh, "client_id": suite.one.client_id}

    refused(suite.provider.post("token_endpoint", form), "invalid_client", "invalid_request", "invalid_grant")


@check(7, 8)
def it_does_not_widen_what_was_granted(suite: Suite) -> None:
    tokens = suite.tokens(scope="openid offline_access")

    answer = suite.provider.renew(suite.one, tokens.refresh, scope="openid offline_access email profile")

    if answer.status_code == 200:
        assert not {"email", "profile"} & set(answer.json().get("scope", "").split())
    else:
        refused(answer, "invalid_scope")


@check(8)
def it_may_narrow_what_was_granted(suite: Suite) -> None:
    tokens = suite.tokens()

    answer = suite.provider.renew(suite.one, tokens.refresh, scope="openid")

    assert answer.status_code == 200
    told = suite.provider.userinfo(answer.json()["access_token"])
    assert told.status_code == 200
    assert "email" not in told.json()


@check(7, each={"invented": "invented", "empty": "", "long": "r" * 4000, "with a zero byte": "a\0b"})
def what_is_no_refresh_token_is_refused(suite: Suite, token: str) -> None:
    refused(suite.provider.renew(suite.one, token), "invalid_grant", "invalid_request")


@check(16)
def another_kind_of_token_is_refused(suite: Suite) -> None:
    tokens = suite.tokens()

    for other in (tokens.access, tokens.identity):
        refused(suite.provider.renew(suite.one, other), "invalid_grant", "invalid_request")


@check(15)
def a_renewed_identity_is_the_same_sign_in(suite: Suite) -> None:
    first = suite.tokens()
    second = renewed(suite, first)

    if "id_token" in second.answer:
        before, after = unverified(first.identity)[1], unverified(second.identity)[1]
        for name in ("iss", "sub", "aud", "auth_time", "sid"):
            assert after.get(name) == before.get(name), name
        assert after["iat"] >= before["iat"]


@check(7)
def it_is_given_only_to_who_asks_for_it(suite: Suite) -> None:
    tokens = suite.tokens(scope="openid")

    assert "refresh_token" not in tokens.answer
