"""Signing in, permission and tokens at the ORCID stand-in."""

import base64
import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.support.orcid_stand_in import (
    ALICE,
    BOB,
    CALLBACK,
    SEARCH_CLIENT,
    SIGN_IN_CLIENT,
    authorize_query,
    hidden,
)

BASIC = "Basic " + base64.b64encode(":".join(SIGN_IN_CLIENT).encode()).decode()


async def test_a_researcher_signs_in_consents_and_the_client_gets_a_token(orcid):
    start = await orcid.browser.get("/oauth/authorize", params=authorize_query())
    page = await start.text()
    consent = await orcid.browser.post(
        "/signin", data={"csrf": hidden(page, "csrf"), "next": hidden(page, "next"), "orcid": ALICE}
    )
    asked = await consent.text()
    back = await orcid.browser.post(
        "/oauth/authorize",
        data={"csrf": hidden(asked, "csrf"), "query": hidden(asked, "query"), "decision": "authorize"},
        allow_redirects=False,
    )
    query = parse_qs(urlsplit(back.headers["Location"]).query)
    answer = await orcid.exchange(query["code"][0])
    token = await answer.json()

    assert "This is not ORCID" in page
    assert "DataCite Profiles" in asked
    assert query["state"] == ["state-of-the-test"]
    assert re.fullmatch(r"[A-Za-z0-9]{6}", query["code"][0])
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["OAUTH_AUTHORIZATION_CODE_EXCHANGE"] == "ON"
    assert {key: token[key] for key in ("token_type", "expires_in", "scope", "name", "orcid")} == {
        "token_type": "bearer",
        "expires_in": 631138518,
        "scope": "openid",
        "name": "Alice Alvarado",
        "orcid": ALICE,
    }


async def test_a_refused_permission_comes_back_with_the_state(orcid):
    await orcid.sign_in(ALICE)

    location = await orcid.authorize("deny")

    assert location == (
        f"{CALLBACK}?error=access_denied&error_description=User%20denied%20access&state=state-of-the-test"
    )


async def test_consent_is_skipped_only_for_exactly_the_same_scopes(orcid):
    await orcid.sign_in(ALICE)
    await orcid.exchange(await orcid.code(scope="openid /read-limited"))

    same = await orcid.browser.get(
        "/oauth/authorize", params=authorize_query(scope="/read-limited openid"), allow_redirects=False
    )
    fewer = await orcid.browser.get(
        "/oauth/authorize", params=authorize_query(scope="openid"), allow_redirects=False
    )
    asked_again = await orcid.browser.get(
        "/oauth/authorize",
        params=authorize_query(scope="/read-limited openid", prompt="confirm"),
        allow_redirects=False,
    )

    assert (same.status, fewer.status, asked_again.status) == (303, 200, 200)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": ""}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"client_id": "APP-0000000000000000"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1:8001/users/auth/orcid/callback"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "https://127.0.0.1:8000/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://user@127.0.0.1:8000/"}, "redirect_uri_mismatch"),
        ({"scope": "/webhook /premium-notification"}, "invalid_scope"),
        ({"scope": "/read-public"}, "invalid_scope"),
        ({"scope": "/made-up"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
    ids=str,
)
async def test_a_wrong_request_is_shown_and_never_redirected(orcid, changes, error):
    await orcid.sign_in(ALICE)

    answer = await orcid.browser.get(
        "/oauth/authorize", params=authorize_query(**changes), allow_redirects=False
    )

    assert answer.status == 400
    assert "Location" not in answer.headers
    assert error in await answer.text()


async def test_a_registered_address_covers_longer_paths_whatever_the_query(orcid):
    orcid.state.clients[SIGN_IN_CLIENT[0]].redirect_uris = ["http://127.0.0.1:8000/users"]
    await orcid.sign_in(ALICE)

    covered = await orcid.authorize(redirect_uri="http://127.0.0.1:8000/users/auth?to=/x")
    climbing = await orcid.browser.get(
        "/oauth/authorize", params=authorize_query(redirect_uri="http://127.0.0.1:8000/users/../evil")
    )

    assert covered.startswith("http://127.0.0.1:8000/users/auth?to=/x&code=")
    assert climbing.status == 400


async def test_openid_prompts_are_honoured_and_others_ignore_them(orcid):
    await orcid.sign_in(ALICE)

    again = await orcid.browser.get("/oauth/authorize", params=authorize_query(prompt="login"))
    plain = await orcid.browser.get(
        "/oauth/authorize", params=authorize_query(prompt="login", scope="/read-limited")
    )
    silent = await orcid.browser.get(
        "/oauth/authorize", params=authorize_query(prompt="none"), allow_redirects=False
    )
    orcid.state.options.clock_ahead = 60
    too_old = await orcid.browser.get("/oauth/authorize", params=authorize_query(max_age="30"))

    assert "Sign in to ORCID" in await again.text()
    assert "Authorize access" in await plain.text()
    assert silent.headers["Location"] == f"{CALLBACK}#interaction_required"
    assert "Sign in to ORCID" in await too_old.text()


async def test_signing_in_again_after_prompt_login_leads_on_to_consent(orcid):
    await orcid.sign_in(ALICE)
    page = await (await orcid.browser.get("/oauth/authorize", params=authorize_query(prompt="login"))).text()

    on = await orcid.browser.post(
        "/signin", data={"csrf": hidden(page, "csrf"), "next": hidden(page, "next"), "orcid": BOB}
    )

    assert "Bob Baptiste, for permission" in await on.text()


async def test_a_form_of_another_page_is_refused(orcid):
    await orcid.sign_in(ALICE)

    answer = await orcid.browser.post(
        "/oauth/authorize", data={"csrf": "guessed", "query": "", "decision": "authorize"}
    )

    assert answer.status == 403


async def test_a_reused_code_kills_the_tokens_that_came_from_it(orcid):
    await orcid.sign_in(ALICE)
    code = await orcid.code(scope="/read-limited")
    token = (await (await orcid.exchange(code)).json())["access_token"]

    again = await orcid.exchange(code)
    call = await orcid.call("GET", f"/v3.0/{ALICE}/works", token=token)

    assert (again.status, await again.json()) == (
        400,
        {"error": "invalid_grant", "error_description": f"Reused authorization code: {code}"},
    )
    assert (call.status, await call.json()) == (
        401,
        {"error": "invalid_token", "error_description": f"Invalid access token: {token}"},
    )


async def test_a_code_asked_for_with_a_challenge_can_not_be_redeemed(orcid):
    await orcid.sign_in(ALICE)
    code = await orcid.code(code_challenge="abc", code_challenge_method="S256")

    answer = await orcid.exchange(code, code_verifier="abc")

    assert (answer.status, (await answer.json())["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "status", "error", "words"),
    [
        ({"grant_type": ""}, 400, "unsupported_grant_type", "grant_type is missing"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "password"),
        ({"client_secret": ""}, 401, "invalid_request", "missing"),
        ({"client_id": ""}, 401, "invalid_request", "missing"),
        ({"client_secret": "wrong"}, 401, "invalid_client", "Client authentication failed"),
        ({"client_id": "APP-0000000000000000"}, 401, "invalid_client", "Client authentication failed"),
        ({"code": "zzzzzz"}, 400, "invalid_grant", "Invalid authorization code: zzzzzz"),
        ({"redirect_uri": f"{CALLBACK}/"}, 400, "invalid_grant", "Redirect URI mismatch."),
        (
            {"client_id": SEARCH_CLIENT[0], "client_secret": SEARCH_CLIENT[1]},
            400,
            "invalid_grant",
            "Invalid authorization code",
        ),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant", "refresh token"),
        (
            {"grant_type": "client_credentials", "scope": "/read-limited"},
            401,
            "invalid_scope",
            "/read-limited",
        ),
    ],
    ids=str,
)
async def test_the_token_endpoint_refuses_as_orcid_does(orcid, changes, status, error, words):
    await orcid.sign_in(ALICE)
    code = await orcid.code()

    answer = await orcid.exchange(**{"code": code, **changes})
    body = await answer.json()

    assert (answer.status, body["error"]) == (status, error)
    assert words in body["error_description"]


async def test_an_authorization_header_makes_the_credentials_in_the_body_void(orcid):
    form = {"client_id": "APP-0000000000000000", "client_secret": "wrong"}
    grant = {"grant_type": "client_credentials", "scope": "/read-public"}

    good = await orcid.browser.post("/oauth/token", data=form | grant, headers={"Authorization": BASIC})
    void = await orcid.browser.post(
        "/oauth/token",
        data=grant | dict(zip(("client_id", "client_secret"), SIGN_IN_CLIENT, strict=True)),
        headers={"Authorization": "Bearer x"},
    )

    assert good.status == 200
    assert set(await good.json()) == {
        "access_token", "token_type", "refresh_token", "expires_in", "scope", "orcid",
    }  # fmt: skip
    assert (void.status, (await void.json())["error"]) == (401, "invalid_request")


async def test_a_body_that_is_no_form_is_not_looked_at(orcid):
    answer = await orcid.browser.post("/oauth/token", json={"grant_type": "client_credentials"})

    assert answer.status == 415


async def test_refreshing_gives_a_new_pair_and_the_old_one_dies(orcid):
    await orcid.sign_in(ALICE)
    old = await (await orcid.exchange(await orcid.code(scope="/activities/update /read-limited"))).json()
    credentials = {"client_id": SIGN_IN_CLIENT[0], "client_secret": SIGN_IN_CLIENT[1]}
    form = {"grant_type": "refresh_token", "refresh_token": old["refresh_token"], **credentials}

    wider = await orcid.grant(**form, scope="/person/update")
    new = await (await orcid.grant(**form, scope="/read-limited")).json()
    again = await orcid.grant(**form)

    assert (wider.status, (await wider.json())["error"]) == (401, "invalid_scope")
    assert (new["scope"], new["orcid"]) == ("/read-limited", ALICE)
    assert (await orcid.call("GET", f"/v3.0/{ALICE}/works", token=new["access_token"])).status == 200
    assert (await orcid.call("GET", f"/v3.0/{ALICE}/works", token=old["access_token"])).status == 401
    assert (await again.json())["error_description"] == "Parent token is disabled"


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_revoking_either_token_kills_both(orcid, which):
    await orcid.sign_in(ALICE)
    pair = await (await orcid.exchange(await orcid.code(scope="/read-limited"))).json()
    mine = {"client_id": SIGN_IN_CLIENT[0], "client_secret": SIGN_IN_CLIENT[1]}
    theirs = {"client_id": SEARCH_CLIENT[0], "client_secret": SEARCH_CLIENT[1]}

    foreign = await orcid.browser.post("/oauth/revoke", data={"token": pair[which], **theirs})
    still = await orcid.call("GET", f"/v3.0/{ALICE}/works", token=pair["access_token"])
    own = await orcid.browser.post("/oauth/revoke", data={"token": pair[which], **mine})
    gone = await orcid.call("GET", f"/v3.0/{ALICE}/works", token=pair["access_token"])
    nobody = await orcid.browser.post("/oauth/revoke", data={"token": pair[which]})

    assert (foreign.status, still.status) == (200, 200)
    assert (own.status, await own.read(), own.headers["OAUTH_TOKEN_VALIDATION"]) == (200, b"", "ON")
    assert (gone.status, nobody.status) == (401, 400)


async def test_the_id_token_says_who_signed_in_and_is_signed_by_the_published_key(orcid):
    await orcid.sign_in(ALICE)
    answer = await (await orcid.exchange(await orcid.code(nonce="n-1"))).json()
    discovery = await (await orcid.browser.get("/.well-known/openid-configuration")).json()
    keys = await (await orcid.browser.get(urlsplit(discovery["jwks_uri"]).path)).json()

    claims = jwt.decode(answer["id_token"], KeySet.import_key_set(keys), algorithms=["RS256"]).claims

    half = hashlib.sha256(answer["access_token"].encode()).digest()[:16]
    assert "alg" not in keys["keys"][0]
    assert claims["iss"] == discovery["issuer"]
    assert (claims["sub"], claims["aud"], claims["nonce"]) == (ALICE, SIGN_IN_CLIENT[0], "n-1")
    assert claims["amr"] == "pwd"
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert claims["name"] == "Alice Alvarado"


async def test_private_names_are_missing_everywhere(orcid):
    await orcid.sign_in(BOB)
    answer = await (await orcid.exchange(await orcid.code())).json()
    told = await orcid.browser.get(
        "/oauth/userinfo", headers={"Authorization": f"Bearer {answer['access_token']}"}
    )
    keys = await (await orcid.browser.get("/oauth/jwks")).json()

    claims = jwt.decode(answer["id_token"], KeySet.import_key_set(keys), algorithms=["RS256"]).claims

    assert answer["name"] is None
    assert {"name", "given_name", "family_name"}.isdisjoint(claims)
    assert await told.json() == {
        "id": f"https://orcid.org/{BOB}",
        "sub": BOB,
        "name": None,
        "family_name": None,
        "given_name": None,
    }


async def test_userinfo_refuses_with_a_hyphen(orcid):
    answer = await orcid.browser.get("/oauth/userinfo", headers={"Authorization": "Bearer nothing"})

    assert (answer.status, await answer.json()) == (
        403,
        {"error": "access_denied", "error-description": "access_token is invalid"},
    )


async def test_rotated_keys_no_longer_verify_old_statements(orcid):
    before = (await (await orcid.browser.get("/oauth/jwks")).json())["keys"]

    told = await (await orcid.browser.post("/__sandbox__/rotate-keys")).json()
    after = (await (await orcid.browser.get("/oauth/jwks")).json())["keys"]

    assert [key["kid"] for key in after] == [told["kid"]]
    assert before[0]["n"] != after[0]["n"]


async def test_keys_of_the_token_answer_can_be_lacking_or_null(orcid):
    await orcid.browser.post(
        "/__sandbox__/people",
        json={"orcid": ALICE, "token_answer": {"name": "absent", "refresh_token": None}},
    )
    await orcid.sign_in(ALICE)

    answer = await (await orcid.exchange(await orcid.code(scope="/read-limited"))).json()

    assert "name" not in answer
    assert answer["refresh_token"] is None


@pytest.mark.parametrize(
    ("status", "more"),
    [("deactivated", {}), ("deprecated", {"primary": BOB})],
    ids=["deactivated", "deprecated"],
)
async def test_a_record_that_is_gone_gets_no_token(orcid, status, more):
    await orcid.sign_in(ALICE)
    code = await orcid.code()
    await orcid.browser.post("/__sandbox__/people", json={"orcid": ALICE, "status": status, **more})

    answer = await orcid.exchange(code)

    assert (answer.status, (await answer.json())["error"]) == (400, "unauthorized_client")


async def test_a_locked_client_gets_no_token(orcid):
    orcid.state.clients[SIGN_IN_CLIENT[0]].status = "locked"

    answer = await orcid.exchange("zzzzzz")

    assert (answer.status, (await answer.json())["error"]) == (400, "unauthorized_client")
