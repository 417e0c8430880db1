"""A code is good once, for its party, and what was got with a copied one is taken back."""

from tests.contract.openid.catalogue import check
from tests.contract.openid.protocol import Tokens, at_once, refused
from tests.contract.openid.suite import Suite

AT_ONCE = 12


@check(6)
def it_is_good_once(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice())
    suite.provider.tokens(suite.one, arrival)

    refused(suite.provider.redeem(suite.one, arrival), "invalid_grant")


@check(6)
def its_second_use_takes_the_access_token_back(suite: Suite) -> None:
    tokens = suite.tokens()
    assert suite.provider.is_alive(tokens)
    assert tokens.arrival is not None
    suite.provider.redeem(suite.one, tokens.arrival)

    assert not suite.provider.is_alive(tokens)


@check(6)
def its_second_use_takes_the_refresh_token_back(suite: Suite) -> None:
    tokens = suite.tokens()
    assert tokens.arrival is not None
    suite.provider.redeem(suite.one, tokens.arrival)

    refused(suite.provider.renew(suite.one, tokens.refresh), "invalid_grant")


@check(6)
def its_second_use_takes_renewed_tokens_back_too(suite: Suite) -> None:
    first = suite.tokens()
    renewed = Tokens(suite.one, suite.provider.renew(suite.one, first.refresh).json())
    assert suite.provider.is_alive(renewed)
    assert first.arrival is not None
    suite.provider.redeem(suite.one, first.arrival)

    assert not suite.provider.is_alive(renewed)
    assert not suite.provider.can_renew(renewed)


@check(6, 41)
def of_many_who_redeem_it_at_once_one_wins(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice())

    answers = at_once(AT_ONCE, lambda: suite.provider.redeem(suite.one, arrival))

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, *[400] * (AT_ONCE - 1)]
    for answer in answers:
        if answer.status_code == 400:
            refused(answer, "invalid_grant")


@check(6)
def another_party_cannot_use_it(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice())

    refused(suite.provider.redeem(suite.two, arrival), "invalid_grant")


@check(6)
def nobody_can_use_it_without_the_partys_secret(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice())

    answer = suite.provider.redeem(suite.one, arrival, auth=None, client_id=suite.one.client_id)

    refused(answer, "invalid_client", "invalid_request", "unauthorized_client")


@check(6)
def it_cannot_be_guessed(suite: Suite) -> None:
    codes = [suite.arrive(suite.alice()).parameters["code"] for _ in range(4)]

    assert len(set(codes)) == 4
    assert all(len(code) >= 22 for code in codes)
    assert len({code[:8] for code in codes}) == 4


@check(6, each={"invented": "invented-code", "empty": "", "long": "c" * 4000, "with a zero byte": "a\0b"})
def what_is_no_code_is_refused(suite: Suite, code: str) -> None:
    arrival = suite.arrive(suite.alice())

    refused(suite.provider.redeem(suite.one, arrival, code=code), "invalid_grant", "invalid_request")


@check(6)
def a_refresh_token_is_no_code(suite: Suite) -> None:
    tokens = suite.tokens()
    assert tokens.arrival is not None

    refused(suite.provider.redeem(suite.one, tokens.arrival, code=tokens.refresh), "invalid_grant")


@check(6)
def a_code_that_was_stolen_and_tried_by_another_party_gives_it_nothing_later(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice())
    suite.provider.redeem(suite.two, arrival)

    refused(suite.provider.redeem(suite.two, arrival), "invalid_grant")


@check(10)
def a_code_in_the_address_is_not_read(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice())
    endpoint = suite.provider.metadata["token_endpoint"]
    answer = suite.provider.http.post(
        endpoint,
        params={
            "grant_type": "authorization_code",
            "code": arrival.parameters["code"],
            "redirect_uri": suite.one.redirect_uri,
            "code_verifier": arrival.request.verifier,
        },
        data={"grant_type": "authorization_code"},
        auth=suite.one.basic,
        timeout=30,
    )

    refused(answer, "invalid_request", "invalid_grant")
