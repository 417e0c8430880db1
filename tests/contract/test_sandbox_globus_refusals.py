"""The Globus stand-in refuses as the real one does."""

import pytest
import requests
from authlib.integrations.requests_client import OAuthError

from sandbox.serving import started
from tests.support.globus_browser import LIMIT, changed, hidden, parameters_of, sign_in_at_globus
from tests.support.openid_client import ALICE, CALLBACK, CLIENT_ID, SECRET, RelyingParty


@pytest.fixture(scope="module")
def running():
    with started() as stands:
        yield stands.globus


@pytest.fixture
def globus(running):
    running.reset()
    return running


def test_denying_sends_the_person_back_with_access_denied_and_the_state(globus):
    party = RelyingParty(globus)

    answer = parameters_of(sign_in_at_globus(party.url, ALICE, decision="deny"))

    assert (answer["error"], answer["state"]) == ("access_denied", party.state)
    assert "code" not in answer


def test_cancelling_before_signing_in_is_access_denied_too(globus):
    party, browser = RelyingParty(globus), requests.Session()
    page = browser.get(party.url, timeout=LIMIT).text
    form = {"csrf": hidden(page, "csrf"), "query": hidden(page, "query"), "decision": "deny"}

    answer = browser.post(f"{globus.url}/v2/web/consent", form, timeout=LIMIT, allow_redirects=False)

    assert parameters_of(answer.headers["Location"])["error"] == "access_denied"


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "00000000-0000-4000-8000-000000000000"},
        {"redirect_uri": f"{CALLBACK}/more"},
        {"redirect_uri": "https://elsewhere.example/"},
        {"redirect_uri": None},
    ],
    ids=["unknown client", "longer redirect", "foreign redirect", "no redirect"],
)
def test_no_one_is_sent_to_an_address_that_is_not_registered(globus, change):
    answer = requests.get(changed(RelyingParty(globus).url, **change), timeout=LIMIT, allow_redirects=False)

    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "openid write:everything"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
    ],
    ids=str,
)
def test_other_mistakes_are_told_to_the_service(globus, change, error):
    party = RelyingParty(globus)

    answer = requests.get(changed(party.url, **change), timeout=LIMIT, allow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(CALLBACK)
    told = parameters_of(answer.headers["Location"])
    assert (told["error"], told["state"]) == (error, party.state)


def test_a_code_works_once_and_a_second_use_kills_what_came_of_it(globus):
    party = RelyingParty(globus)
    callback = sign_in_at_globus(party.url, ALICE)
    party.exchange(callback)

    with pytest.raises(OAuthError, match="invalid_grant"):
        party.exchange(callback)

    assert party.session.get(party.metadata["userinfo_endpoint"], timeout=LIMIT).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"code_verifier": "x" * 48},
        {"code_verifier": ""},
        {"redirect_uri": "http://localhost:8000/users/auth/globus/callback"},
    ],
    ids=["wrong verifier", "no verifier", "other redirect"],
)
def test_a_code_is_bound_to_its_verifier_and_redirect(globus, change):
    party = RelyingParty(globus)
    callback = sign_in_at_globus(party.url, ALICE)

    with pytest.raises(OAuthError, match="invalid_grant"):
        party.exchange(callback, **change)


def test_a_code_of_another_client_is_worth_nothing(globus):
    other = {"client_id": "another", "client_secret": "s", "redirect_uris": [CALLBACK], "name": "Another"}
    globus.order("clients", other)
    code = parameters_of(sign_in_at_globus(RelyingParty(globus).url, ALICE))["code"]

    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    answer = requests.post(f"{globus.url}/v2/oauth2/token", form, auth=("another", "s"), timeout=LIMIT)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_code_expires(globus):
    party = RelyingParty(globus)
    callback = sign_in_at_globus(party.url, ALICE)
    globus.order("quirks", {"clock_ahead": 601})

    with pytest.raises(OAuthError, match="invalid_grant"):
        party.exchange(callback)


def test_a_wrong_secret_is_refused(globus):
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK}

    answer = requests.post(f"{globus.url}/v2/oauth2/token", form, auth=(CLIENT_ID, "guess"), timeout=LIMIT)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_token_can_be_introspected_refreshed_and_revoked(globus):
    party = RelyingParty(globus)
    callback = sign_in_at_globus(changed(party.url, access_type="offline"), ALICE)
    tokens = party.exchange(callback)
    endpoint = f"{globus.url}/v2/oauth2/token"

    def introspect(token: str) -> dict:
        form = {"token": token, "include": "session_info"}
        return requests.post(f"{endpoint}/introspect", form, auth=(CLIENT_ID, SECRET), timeout=LIMIT).json()

    refreshed = party.session.refresh_token(endpoint, tokens["refresh_token"], timeout=LIMIT)
    before = introspect(refreshed["access_token"])
    form = {"token": refreshed["access_token"]}
    requests.post(f"{endpoint}/revoke", form, auth=(CLIENT_ID, SECRET), timeout=LIMIT).raise_for_status()

    assert (before["active"], before["username"]) == (True, ALICE)
    assert before["session_info"]["authentications"]
    assert introspect(refreshed["access_token"]) == {"active": False}
    assert introspect(tokens["access_token"])["active"] is True


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic eDp5"], ids=str)
def test_userinfo_wants_a_token_in_the_header(globus, header):
    party = RelyingParty(globus)
    token = party.exchange(sign_in_at_globus(party.url, ALICE))["access_token"]

    answer = requests.get(
        f"{globus.url}/v2/oauth2/userinfo?access_token={token}",
        headers={"Authorization": header} if header else {},
        timeout=LIMIT,
    )

    assert answer.status_code == 401
