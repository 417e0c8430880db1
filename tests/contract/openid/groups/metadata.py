"""What the provider says about itself."""

from urllib.parse import urlsplit

import requests
from joserfc.jwk import JWKRegistry

from tests.contract.openid.catalogue import check
from tests.contract.openid.protocol import LIMIT
from tests.contract.openid.suite import Suite

POISON = {
    "Host": {"Host": "attacker.example"},
    "X-Forwarded-Host": {"X-Forwarded-Host": "attacker.example"},
    "X-Forwarded-Proto": {"X-Forwarded-Proto": "gopher"},
    "Forwarded": {"Forwarded": "host=attacker.example;proto=gopher"},
    "X-Forwarded-Port": {"X-Forwarded-Port": "6666"},
}
ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "revocation_endpoint",
    "introspection_endpoint",
    "end_session_endpoint",
)


@check(14)
def the_issuer_is_exactly_what_was_configured(suite: Suite) -> None:
    assert suite.provider.metadata["issuer"] == suite.named.issuer


@check(14)
def both_well_known_places_say_the_same(suite: Suite) -> None:
    other = suite.provider.get(f"{suite.named.issuer.rstrip('/')}/.well-known/oauth-authorization-server")

    assert other.status_code == 200
    assert other.json() == suite.provider.metadata


@check(14, each={name: name for name in ENDPOINTS})
def an_endpoint_lies_at_the_issuer(suite: Suite, endpoint: str) -> None:
    assert urlsplit(suite.provider.metadata[endpoint]).netloc == urlsplit(suite.named.issuer).netloc
    assert urlsplit(suite.provider.metadata[endpoint]).scheme == urlsplit(suite.named.issuer).scheme


@check(1)
def only_codes_are_given(suite: Suite) -> None:
    assert suite.provider.metadata["response_types_supported"] == ["code"]


@check(1)
def no_password_and_no_implicit_grant_is_offered(suite: Suite) -> None:
    offered = set(suite.provider.metadata["grant_types_supported"])

    assert {"authorization_code", "refresh_token"} <= offered
    assert not {"implicit", "password"} & offered


@check(2)
def the_only_challenge_method_is_s256(suite: Suite) -> None:
    assert suite.provider.metadata["code_challenge_methods_supported"] == ["S256"]


@check(5)
def the_issuer_is_promised_in_every_answer(suite: Suite) -> None:
    assert suite.provider.metadata["authorization_response_iss_parameter_supported"] is True


@check(16, 17)
def tokens_are_signed_with_public_keys_only(suite: Suite) -> None:
    offered = set(suite.provider.metadata["id_token_signing_alg_values_supported"])

    assert "RS256" in offered
    assert not {"none", "HS256", "HS384", "HS512"} & offered


@check(31)
def nobody_registers_without_being_asked_who_they_are(suite: Suite) -> None:
    endpoint = suite.provider.metadata.get("registration_endpoint")
    if endpoint:
        answer = requests.post(endpoint, json={"redirect_uris": ["https://attacker.example/"]}, timeout=LIMIT)
        assert answer.status_code in {401, 403}


@check(14, each=POISON)
def headers_of_the_caller_do_not_poison_it(suite: Suite, headers: dict[str, str]) -> None:
    for name in ("openid-configuration", "oauth-authorization-server"):
        address = f"{suite.named.issuer.rstrip('/')}/.well-known/{name}"
        answer = requests.get(address, headers=headers, timeout=LIMIT)
        # To refuse a foreign host outright is as good as to ignore it.
        assert "attacker.example" not in answer.text
        assert "gopher" not in answer.text
        assert "6666" not in answer.text
        if answer.status_code == 200:
            assert answer.json() == suite.provider.metadata


@check(14)
def it_says_which_scopes_and_claims_there_are(suite: Suite) -> None:
    assert {"openid", "profile", "email"} <= set(suite.provider.metadata["scopes_supported"])
    assert "sub" in suite.provider.metadata["claims_supported"]
    assert suite.provider.metadata["subject_types_supported"]


@check(17)
def keys_are_public_strong_and_named(suite: Suite) -> None:
    keys = suite.provider.keys()["keys"]

    assert keys
    assert any(key["kty"] == "RSA" for key in keys)
    assert len({key["kid"] for key in keys}) == len(keys)
    for key in keys:
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key), "a private key is published"
        assert key["use"] == "sig"
        assert key["alg"] not in {"none", "HS256"}
        if key["kty"] == "RSA":
            assert JWKRegistry.import_key(key).raw_value.key_size >= 2048


@check(17)
def keys_may_be_kept_for_a_while_but_not_for_ever(suite: Suite) -> None:
    answer = suite.provider.get(suite.provider.metadata["jwks_uri"])

    assert answer.headers["Content-Type"].split(";")[0] in {"application/json", "application/jwk-set+json"}
    control = answer.headers.get("Cache-Control", "")
    seconds = [int(part.split("=")[1]) for part in control.split(",") if part.strip().startswith("max-age=")]
    assert all(number <= 24 * 3600 for number in seconds)
