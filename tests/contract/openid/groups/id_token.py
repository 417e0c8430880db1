"""What a party learns about somebody, and how sure it can be."""

import time

from tests.contract.openid.catalogue import check
from tests.contract.openid.suite import Suite
from tests.contract.openid.tokens import half_hash, unverified, verified


@check(15, 16)
def it_is_signed_by_a_published_key_that_it_names(suite: Suite) -> None:
    tokens = suite.tokens()

    header, _ = verified(suite.provider, tokens.identity)
    assert header["alg"] == "RS256"
    assert header["kid"] in {key["kid"] for key in suite.provider.keys()["keys"]}
    assert header.get("typ", "JWT") == "JWT"


@check(15)
def it_is_from_the_issuer_for_this_party_alone(suite: Suite) -> None:
    _, said = verified(suite.provider, suite.tokens().identity)

    assert said["iss"] == suite.named.issuer
    assert said["aud"] in (suite.one.client_id, [suite.one.client_id])
    assert said.get("azp", suite.one.client_id) == suite.one.client_id


@check(15)
def it_is_new_and_ends_within_an_hour(suite: Suite) -> None:
    before = int(time.time())
    _, said = verified(suite.provider, suite.tokens().identity)

    assert before - 5 <= said["iat"] <= time.time() + 5
    assert said["iat"] < said["exp"] <= said["iat"] + 3600


@check(15)
def it_repeats_the_nonce_of_its_request(suite: Suite) -> None:
    tokens = suite.tokens()

    assert tokens.arrival is not None
    _, said = verified(suite.provider, tokens.identity)
    assert said["nonce"] == tokens.arrival.request.parameters["nonce"]


@check(15)
def it_has_no_nonce_when_none_was_sent(suite: Suite) -> None:
    arrival = suite.arrive(suite.alice(), nonce=None)

    _, said = verified(suite.provider, suite.provider.tokens(suite.one, arrival).identity)
    assert "nonce" not in said


@check(15)
def it_is_bound_to_the_access_token(suite: Suite) -> None:
    tokens = suite.tokens()

    _, said = verified(suite.provider, tokens.identity)
    # Optional in the code flow, but never wrong.
    assert said.get("at_hash", half_hash(tokens.access)) == half_hash(tokens.access)


@check(15, 18)
def it_says_when_the_person_signed_in(suite: Suite) -> None:
    before = int(time.time())
    tokens = suite.tokens(suite.fresh())
    _, said = verified(suite.provider, tokens.identity)

    assert isinstance(said["auth_time"], int)
    assert before - 5 <= said["auth_time"] <= time.time() + 5


@check(15)
def the_moment_of_signing_in_stays_while_the_session_lasts(suite: Suite) -> None:
    person = suite.fresh()
    first = unverified(suite.tokens(person).identity)[1]["auth_time"]
    time.sleep(1.1)

    assert unverified(suite.tokens(person).identity)[1]["auth_time"] == first


@check(15, 25)
def it_names_the_session_when_sign_out_is_announced_by_it(suite: Suite) -> None:
    person = suite.fresh()
    mine = unverified(suite.tokens(person).identity)[1]
    again = unverified(suite.tokens(person).identity)[1]
    elsewhere = unverified(suite.tokens(suite.fresh()).identity)[1]

    if suite.provider.metadata.get("backchannel_logout_session_supported"):
        assert mine["sid"] == again["sid"]
        assert mine["sid"] != elsewhere["sid"]


@check(15)
def amr_is_a_list_and_acr_a_word(suite: Suite) -> None:
    _, said = verified(suite.provider, suite.tokens().identity)

    assert isinstance(said.get("amr", []), list)
    assert isinstance(said.get("acr", ""), str)


@check(15)
def the_subject_is_short_plain_and_always_the_same(suite: Suite) -> None:
    first = unverified(suite.tokens(suite.fresh()).identity)[1]["sub"]
    second = unverified(suite.tokens(suite.fresh()).identity)[1]["sub"]

    assert first == second
    assert 0 < len(first) <= 255
    assert first.isascii()


@check(15)
def two_people_are_two_subjects(suite: Suite) -> None:
    alice = unverified(suite.tokens(suite.alice()).identity)[1]["sub"]
    bob = unverified(suite.tokens(suite.bob()).identity)[1]["sub"]

    assert alice != bob


@check(15)
def userinfo_is_about_the_same_subject(suite: Suite) -> None:
    tokens = suite.tokens()

    answer = suite.provider.userinfo(tokens.access)
    assert answer.status_code == 200
    assert answer.json()["sub"] == unverified(tokens.identity)[1]["sub"]


@check(8, 20)
def nothing_is_told_that_was_not_asked_for(suite: Suite) -> None:
    tokens = suite.tokens(scope="openid")

    told = {**unverified(tokens.identity)[1], **suite.provider.userinfo(tokens.access).json()}
    assert not {"email", "email_verified", "name", "given_name", "family_name"} & set(told)


@check(8)
def the_access_token_lives_an_hour_at_most(suite: Suite) -> None:
    answer = suite.tokens().answer

    assert answer["token_type"].lower() == "bearer"
    assert 0 < answer["expires_in"] <= 3600


@check(9, 16)
def an_access_token_that_is_signed_says_what_it_is(suite: Suite) -> None:
    header, said = unverified(suite.tokens().access)

    if header:
        assert header["typ"] == "at+jwt"
        assert {"iss", "sub", "aud", "client_id", "jti", "exp", "iat"} <= set(said)


@check(8)
def an_opaque_token_cannot_be_guessed(suite: Suite) -> None:
    tokens = [suite.tokens() for _ in range(3)]

    for kind in (lambda each: each.access, lambda each: each.refresh):
        found = {kind(each) for each in tokens}
        assert len(found) == 3
        assert all(len(token) >= 22 for token in found)


@check(33)
def tokens_are_not_kept_by_caches(suite: Suite) -> None:
    answer = suite.provider.redeem(suite.one, suite.arrive(suite.alice()))

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
