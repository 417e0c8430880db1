"""An access token goes in the header, and nothing else passes for one."""

from tests.contract.openid.catalogue import check
from tests.contract.openid.protocol import LIMIT
from tests.contract.openid.suite import Suite
from tests.contract.openid.tokens import forgeries


def _refused(answer, *, error: bool = True) -> None:
    assert answer.status_code == 401, f"answers {answer.status_code}: {answer.text[:300]}"
    asked = answer.headers["WWW-Authenticate"]
    assert asked.startswith("Bearer")
    if error:
        assert 'error="invalid_token"' in asked
    assert "sub" not in answer.text.split('"')


@check(10)
def without_a_token_the_way_is_told(suite: Suite) -> None:
    answer = suite.provider.get(suite.provider.metadata["userinfo_endpoint"])

    assert answer.status_code in {400, 401}
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


WRONG = {
    "invented": "invented",
    "long": "t" * 4000,
    "with strange letters": "a,b;c=d",
    "almost a JWT": "a.b.c",
}


@check(10, each=WRONG)
def what_is_no_token_is_refused(suite: Suite, token: str) -> None:
    _refused(suite.provider.userinfo(token))


@check(16, each={"identity": "identity", "refresh": "refresh", "code": "code"})
def another_kind_of_token_is_refused(suite: Suite, kind: str) -> None:
    if kind == "code":
        token = suite.arrive(suite.alice()).parameters["code"]
    else:
        token = getattr(suite.tokens(), kind)

    _refused(suite.provider.userinfo(token))


@check(16, each={name: name for name in ("alg none", "HS256 with the public key", "foreign key", "tampered")})
def a_forged_token_is_refused(suite: Suite, kind: str) -> None:
    tokens = suite.tokens()

    _refused(suite.provider.userinfo(forgeries(suite.provider, tokens.identity, suite.one.secret)[kind]))


@check(10)
def a_token_in_the_address_is_not_read(suite: Suite) -> None:
    tokens = suite.tokens()
    answer = suite.provider.get(
        suite.provider.metadata["userinfo_endpoint"], params={"access_token": tokens.access}
    )

    assert answer.status_code in {400, 401}
    assert '"sub"' not in answer.text


@check(10)
def two_tokens_are_refused(suite: Suite) -> None:
    tokens = suite.tokens()
    answer = suite.provider.post(
        "userinfo_endpoint",
        {"access_token": tokens.access},
        headers={"Authorization": f"Bearer {tokens.access}"},
    )

    assert answer.status_code in {400, 401}
    assert '"sub"' not in answer.text


@check(10)
def another_scheme_is_refused(suite: Suite) -> None:
    tokens = suite.tokens()
    for header in (f"Basic {tokens.access}", tokens.access, f"Token {tokens.access}", "Bearer", "Bearer "):
        answer = suite.provider.get(
            suite.provider.metadata["userinfo_endpoint"], headers={"Authorization": header}
        )
        assert answer.status_code in {400, 401}, header
        assert '"sub"' not in answer.text


@check(10)
def a_token_that_was_given_back_is_refused(suite: Suite) -> None:
    tokens = suite.tokens()
    suite.provider.revoke(suite.one, tokens.access)

    _refused(suite.provider.userinfo(tokens.access))


@check(10)
def the_token_may_come_by_post_too(suite: Suite) -> None:
    tokens = suite.tokens()
    answer = suite.provider.post(
        "userinfo_endpoint", None, headers={"Authorization": f"Bearer {tokens.access}"}
    )

    assert answer.status_code == 200
    assert answer.json()["sub"]


@check(33)
def what_is_told_is_not_kept_by_caches(suite: Suite) -> None:
    answer = suite.provider.userinfo(suite.tokens().access)

    assert "no-store" in answer.headers["Cache-Control"]


ORIGIN = {"Origin": "https://attacker.example"}


@check(32)
def other_sites_scripts_never_get_an_answer_with_credentials(suite: Suite) -> None:
    endpoints = (
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
    )
    for name in endpoints:
        for verb in ("GET", "OPTIONS"):
            answer = suite.provider.http.request(
                verb,
                suite.provider.metadata[name],
                headers={**ORIGIN, "Access-Control-Request-Method": "POST"},
                timeout=LIMIT,
                allow_redirects=False,
            )
            assert answer.headers.get("Access-Control-Allow-Credentials") != "true", (name, verb)


@check(32)
def other_sites_scripts_cannot_read_the_way_of_signing_in(suite: Suite) -> None:
    for name in ("authorization_endpoint", "end_session_endpoint"):
        answer = suite.provider.get(suite.provider.metadata[name], headers=ORIGIN)
        assert "Access-Control-Allow-Origin" not in answer.headers, name


@check(32)
def other_sites_scripts_cannot_read_what_only_servers_ask(suite: Suite) -> None:
    for name in ("introspection_endpoint", "pushed_authorization_request_endpoint"):
        if name in suite.provider.metadata:
            answer = suite.provider.post(name, {}, headers=ORIGIN)
            assert "Access-Control-Allow-Origin" not in answer.headers, name


@check(32)
def scripts_may_read_what_is_public(suite: Suite) -> None:
    discovery = f"{suite.named.issuer.rstrip('/')}/.well-known/openid-configuration"
    for address in (discovery, suite.provider.metadata["jwks_uri"]):
        answer = suite.provider.get(address, headers=ORIGIN)
        assert answer.headers.get("Access-Control-Allow-Origin") in {"*", ORIGIN["Origin"]}, address
