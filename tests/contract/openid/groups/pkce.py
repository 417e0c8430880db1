"""A stolen code is worth nothing without the verifier."""

import secrets

from tests.contract.openid.catalogue import check
from tests.contract.openid.protocol import challenge_of, refused
from tests.contract.openid.suite import Suite

VERIFIER = secrets.token_urlsafe(48)
REQUESTS: dict[str, dict[str, str | None]] = {
    "no challenge": {"code_challenge": None, "code_challenge_method": None},
    "a method without a challenge": {"code_challenge": None},
    "an empty challenge": {"code_challenge": ""},
    "plain": {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
    "no method, which means plain": {"code_challenge": VERIFIER, "code_challenge_method": None},
    "a method in small letters": {"code_challenge_method": "s256"},
    "an unknown method": {"code_challenge_method": "S512"},
    "a short challenge": {"code_challenge": "abc"},
    "a long challenge": {"code_challenge": "a" * 200},
    "a challenge with strange letters": {"code_challenge": challenge_of(VERIFIER)[:-2] + "+/"},
}


@check(
    2, each={f"{words}, {who}": (who, case) for words, case in REQUESTS.items() for who in ("one", "asking")}
)
def a_request_without_a_good_challenge_is_refused(
    suite: Suite, case: tuple[str, dict[str, str | None]]
) -> None:
    who, changes = case
    party = suite.one if who == "one" else suite.asking
    arrival = suite.alice().visit(suite.request(party, **changes))

    assert "code" not in arrival.parameters
    assert arrival.is_back, arrival
    assert arrival.parameters["error"] == "invalid_request"
    assert arrival.parameters["state"] == arrival.request.parameters["state"]


VERIFIERS = {
    "none": lambda right: None,
    "an empty one": lambda right: "",
    "another": lambda right: secrets.token_urlsafe(48),
    "the challenge itself": challenge_of,
    "a short one": lambda right: right[:20],
    "one letter less": lambda right: right[:-1],
    "one letter more": lambda right: f"{right}a",
    "another case": lambda right: right.swapcase(),
    "a very long one": lambda right: right * 20,
}


@check(2, each=VERIFIERS)
def a_code_is_not_exchanged_with_a_wrong_verifier(suite: Suite, wrong) -> None:
    arrival = suite.arrive(suite.alice())

    answer = suite.provider.redeem(suite.one, arrival, code_verifier=wrong(arrival.request.verifier))

    refused(answer, "invalid_grant", "invalid_request")


@check(2)
def the_verifier_of_another_request_does_not_fit(suite: Suite) -> None:
    mine, other = suite.arrive(suite.alice()), suite.arrive(suite.alice())

    answer = suite.provider.redeem(suite.one, mine, code_verifier=other.request.verifier)

    refused(answer, "invalid_grant")


@check(2)
def two_challenges_are_refused(suite: Suite) -> None:
    request = suite.request().with_text(f"&code_challenge={challenge_of(VERIFIER)}")
    arrival = suite.alice().begin(request)

    assert "code" not in arrival.parameters


@check(2)
def the_right_verifier_fits(suite: Suite) -> None:
    assert suite.provider.redeem(suite.one, suite.arrive(suite.alice())).status_code == 200
