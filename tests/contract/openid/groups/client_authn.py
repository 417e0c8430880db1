"""A party proves that it is itself, in one way, every time."""

import base64
import json
import time

from tests.contract.openid.catalogue import check
from tests.contract.openid.protocol import LIMIT, refused
from tests.contract.openid.suite import Suite
from tests.contract.openid.tokens import FOREIGN_KEY, forgeries


def _post(suite: Suite, form, **more):
    return suite.provider.post("token_endpoint", form, **more)


def _good(suite: Suite) -> dict[str, str]:
    arrival = suite.arrive(suite.alice())
    return {
        "grant_type": "authorization_code",
        "code": arrival.parameters["code"],
        "redirect_uri": suite.one.redirect_uri,
        "code_verifier": arrival.request.verifier,
    }


@check(11)
def a_wrong_secret_is_refused_with_the_way_to_do_it(suite: Suite) -> None:
    answer = _post(suite, _good(suite), auth=(suite.one.client_id, "wrong"))

    refused(answer, "invalid_client", status=(401,))
    assert answer.headers["WWW-Authenticate"].lower().startswith("basic")


SECRETS = {
    "one letter less": lambda suite: suite.one.secret[:-1],
    "empty": lambda suite: "",
    "another party's": lambda suite: suite.two.secret,
    "its own name": lambda suite: suite.one.client_id,
    "another case": lambda suite: suite.one.secret.swapcase(),
    "with a blank": lambda suite: f"{suite.one.secret} ",
}


@check(11, each=SECRETS)
def a_secret_is_right_or_wrong(suite: Suite, wrong) -> None:
    secret = wrong(suite)
    form = _good(suite)
    refused(_post(suite, form, auth=(suite.one.client_id, secret)), "invalid_client", "invalid_request")
    in_body = {**form, "client_id": suite.one.client_id, "client_secret": secret}
    refused(_post(suite, in_body), "invalid_client", "invalid_request")


@check(11)
def nobody_is_refused(suite: Suite) -> None:
    refused(_post(suite, _good(suite)), "invalid_client", "invalid_request")


@check(11)
def an_unknown_party_is_refused_like_a_wrong_secret(suite: Suite) -> None:
    refused(
        _post(suite, _good(suite), auth=("nobody-knows-it", "secret")), "invalid_client", status=(400, 401)
    )


@check(11)
def two_ways_at_once_are_refused(suite: Suite) -> None:
    form = {**_good(suite), "client_id": suite.one.client_id, "client_secret": suite.one.secret}

    refused(_post(suite, form, auth=suite.one.basic), "invalid_request", "invalid_client")


@check(11)
def two_names_at_once_are_refused(suite: Suite) -> None:
    form = {**_good(suite), "client_id": suite.two.client_id}

    refused(_post(suite, form, auth=suite.one.basic), "invalid_request", "invalid_client", "invalid_grant")


@check(10, 11)
def a_secret_in_the_address_is_not_read(suite: Suite) -> None:
    answer = suite.provider.http.post(
        suite.provider.metadata["token_endpoint"],
        params={"client_id": suite.one.client_id, "client_secret": suite.one.secret},
        data=_good(suite),
        timeout=LIMIT,
    )

    refused(answer, "invalid_client", "invalid_request")


HEADERS = {
    "not base64": "Basic ###",
    "without a colon": "Basic " + base64.b64encode(b"suite-one").decode(),
    "empty": "Basic ",
    "another scheme": "Digest abc",
    "not text": "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
}


@check(11, each=HEADERS)
def credentials_in_no_form_are_refused(suite: Suite, header: str) -> None:
    answer = _post(suite, _good(suite), headers={"Authorization": header})

    refused(answer, "invalid_client", "invalid_request")


GRANTS = {
    "password": {"grant_type": "password", "username": "alice", "password": "alice", "scope": "openid"},
    "implicit": {"grant_type": "implicit"},
    "none": {},
    "empty": {"grant_type": ""},
    "unknown": {"grant_type": "urn:example:anything"},
    "in another case": {"grant_type": "AUTHORIZATION_CODE"},
}


@check(1, each=GRANTS)
def a_grant_that_is_not_offered_is_refused(suite: Suite, form: dict[str, str]) -> None:
    answer = _post(suite, form, auth=suite.one.basic)

    refused(answer, "unsupported_grant_type", "invalid_request", "unauthorized_client")


@check(11, each={"code": "code", "redirect_uri": "redirect_uri", "grant_type": "grant_type"})
def a_parameter_twice_is_refused(suite: Suite, name: str) -> None:
    form = _good(suite)
    answer = _post(suite, [*form.items(), (name, form[name])], auth=suite.one.basic)

    refused(answer, "invalid_request")


@check(10)
def the_token_endpoint_is_not_asked_by_address(suite: Suite) -> None:
    endpoint = suite.provider.metadata["token_endpoint"]
    answer = suite.provider.get(endpoint, params=_good(suite), auth=suite.one.basic)

    assert answer.status_code in {400, 404, 405}
    assert "access_token" not in answer.text


@check(11)
def a_form_is_a_form_and_not_json(suite: Suite) -> None:
    answer = suite.provider.post(
        "token_endpoint",
        json.dumps(_good(suite)),
        headers={"Content-Type": "application/json"},
        auth=suite.one.basic,
    )

    assert answer.status_code in {400, 415}
    assert "access_token" not in answer.text


@check(33)
def refusals_are_not_kept_by_caches(suite: Suite) -> None:
    answer = _post(suite, _good(suite), auth=(suite.one.client_id, "wrong"))

    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("application/json")


@check(41)
def a_refusal_tells_nothing_of_the_inside(suite: Suite) -> None:
    for form in ({"grant_type": "authorization_code"}, {"grant_type": "refresh_token"}, {"\0": "\0"}):
        answer = _post(suite, form, auth=suite.one.basic)
        assert answer.status_code == 400
        assert "Traceback" not in answer.text
        assert ".py" not in answer.text


def _assertion(suite: Suite, **changes) -> dict[str, object]:
    now = int(time.time())
    return {
        "iss": suite.one.client_id,
        "sub": suite.one.client_id,
        "aud": suite.provider.metadata["token_endpoint"],
        "iat": now,
        "exp": now + 60,
        "jti": f"suite-{time.time_ns()}",
        **changes,
    }


@check(11, 16, each={name: name for name in ("alg none", "HS256 with the public key", "foreign key")})
def a_forged_assertion_is_refused(suite: Suite, kind: str) -> None:
    from joserfc import jwt

    honest = jwt.encode({"alg": "RS256"}, _assertion(suite), FOREIGN_KEY, algorithms=["RS256"])
    form = {
        **_good(suite),
        "client_id": suite.one.client_id,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": forgeries(suite.provider, honest, suite.one.secret)[kind],
    }

    refused(_post(suite, form), "invalid_client", "invalid_request", "invalid_grant")


@check(11)
def the_secret_may_also_stand_in_the_form(suite: Suite) -> None:
    if "client_secret_post" in suite.provider.metadata["token_endpoint_auth_methods_supported"]:
        form = {**_good(suite), "client_id": suite.one.client_id, "client_secret": suite.one.secret}
        answer = _post(suite, form)
        # A party may be registered for one way only.
        assert answer.status_code == 200 or answer.json()["error"] == "invalid_client"
