"""The Globus stand-in, held against an OpenID client that is not ours: Authlib's, with joserfc's keys."""

import base64
import json
import time
from dataclasses import dataclass

import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.remote import Remote
from sandbox.serving import default_people, started
from tests.support.globus_browser import LIMIT, changed, hidden, parameters_of, sign_in_at_globus

CALLBACK = "http://127.0.0.1:8000/users/auth/globus/callback"
CLIENT_ID = "5b0d2c1e-6f0a-4d53-9f53-0a1d0c5e0001"
SECRET = "demo-secret-globus"
IDENTITY_SET = "urn:globus:auth:scope:auth.globus.org:view_identity_set"
ALL_SCOPES = f"openid profile email {IDENTITY_SET}"
ALICE, BOB, BOB_ORCID = "alice@univ.example", "bob@univ.example", "0009-0001-0000-0022@orcid.org"
JOERG = "joerg.gruenefeld@gmail.example"


@pytest.fixture(scope="module")
def running():
    with started() as stands:
        yield stands.globus


@pytest.fixture
def globus(running):
    running.reset()
    return running


@dataclass
class Exchanged:
    """What a client has after the exchange of a code."""

    tokens: dict
    claims: CodeIDToken
    userinfo: dict


class RelyingParty:
    """A service that trusts nothing: Authlib does the protocol, and each check of OpenID Connect is made."""

    def __init__(self, globus: Remote, scope: str = ALL_SCOPES, method: str = "client_secret_basic") -> None:
        self.metadata = requests.get(f"{globus.url}/.well-known/openid-configuration", timeout=LIMIT).json()
        self.verifier, self.nonce = generate_token(48), generate_token(20)
        self.session = OAuth2Session(
            CLIENT_ID,
            SECRET,
            scope=scope,
            redirect_uri=CALLBACK,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
        )
        self.url, self.state = self.session.create_authorization_url(
            self.metadata["authorization_endpoint"], code_verifier=self.verifier, nonce=self.nonce
        )

    def exchange(self, callback: str, **changes: str) -> dict:
        """Exchange the code of this callback."""
        arguments = {"code_verifier": self.verifier, "state": self.state, **changes}
        return self.session.fetch_token(
            self.metadata["token_endpoint"], authorization_response=callback, timeout=LIMIT, **arguments
        )

    def verified(self, tokens: dict) -> CodeIDToken:
        """Verify the id_token in full."""
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=LIMIT).json())
        algorithms = self.metadata["id_token_signing_alg_values_supported"]
        decoded = jwt.decode(tokens["id_token"], keys, algorithms=algorithms)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"value": self.metadata["issuer"]}, "aud": {"value": CLIENT_ID}},
            {"nonce": self.nonce, "client_id": CLIENT_ID, "access_token": tokens["access_token"]},
        )
        claims.validate(leeway=60)
        return claims

    def signed_in(self, username: str, browser: requests.Session | None = None) -> Exchanged:
        """Do it all."""
        tokens = self.exchange(sign_in_at_globus(self.url, username, browser=browser))
        claims = self.verified(tokens)
        userinfo = self.session.get(self.metadata["userinfo_endpoint"], timeout=LIMIT).json()
        if userinfo["sub"] != claims["sub"]:
            raise JoseError("userinfo is about somebody else")
        return Exchanged(tokens, claims, userinfo)


def test_an_independent_client_signs_somebody_in(globus):
    signed_in = RelyingParty(globus).signed_in(ALICE)

    assert signed_in.claims.header["alg"] == "RS512"
    assert signed_in.claims["preferred_username"] == ALICE
    assert signed_in.userinfo["email"] == ALICE
    assert signed_in.userinfo["organization"] == "University of Example"
    assert {"scope", "expires_in", "token_type", "resource_server", "other_tokens"} <= signed_in.tokens.keys()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_may_show_its_secret_in_the_header_or_in_the_form(globus, method):
    assert RelyingParty(globus, method=method).signed_in(ALICE).claims["sub"]


def test_the_identity_set_lists_the_linked_identities_with_their_status(globus):
    identities = RelyingParty(globus).signed_in(BOB).userinfo["identity_set"]

    assert [entry["username"] for entry in identities] == [BOB, BOB_ORCID]
    assert [entry["status"] for entry in identities] == ["used", "used"]
    assert {entry["identity_provider_display_name"] for entry in identities} == {
        "University of Example",
        "ORCID",
    }
    assert [entry["last_authentication"] is None for entry in identities] == [False, True]


def test_whichever_linked_identity_is_used_the_service_sees_the_primary_one(globus):
    by_institution = RelyingParty(globus).signed_in(BOB)
    by_orcid = RelyingParty(globus).signed_in(BOB_ORCID)

    assert by_institution.claims["sub"] == by_orcid.claims["sub"]
    assert by_orcid.claims["preferred_username"] == BOB


def test_an_identity_that_is_not_linked_is_somebody_else_to_the_service(globus):
    google = RelyingParty(globus).signed_in("alice.alvarado@gmail.example")

    assert google.claims["sub"] != RelyingParty(globus).signed_in(ALICE).claims["sub"]
    assert [entry["username"] for entry in google.userinfo["identity_set"]] == [
        "alice.alvarado@gmail.example"
    ]


def test_an_identity_nobody_ever_used_is_marked_so(globus):
    identities = RelyingParty(globus).signed_in("mallory@univ.example").userinfo["identity_set"]

    assert [(entry["identity_provider_display_name"], entry["status"]) for entry in identities] == [
        ("University of Example", "used"),
        ("ORCID", "unused"),
    ]


def test_names_may_be_missing_or_in_any_script(globus):
    private = RelyingParty(globus).signed_in("0009-0001-0000-0065@orcid.org")

    assert private.userinfo["name"] is None
    assert RelyingParty(globus).signed_in(JOERG).userinfo["name"] == "Jörg Grünefeld-Łąski"
    assert RelyingParty(globus).signed_in("wang@daxue.example").userinfo["name"] == "王小明"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("openid", {"sub"}),
        ("openid email", {"sub", "email"}),
        (f"openid {IDENTITY_SET}", {"sub", "identity_set"}),
    ],
)
def test_userinfo_tells_what_the_scopes_allow(globus, scope, expected):
    assert RelyingParty(globus, scope=scope).signed_in(ALICE).userinfo.keys() == expected


def test_somebody_who_is_signed_in_and_agreed_goes_straight_through(globus):
    browser = requests.Session()
    first = RelyingParty(globus).signed_in(ALICE, browser)
    again = RelyingParty(globus)

    answer = browser.get(again.url, timeout=LIMIT, allow_redirects=False)

    assert answer.status_code == 303
    assert again.verified(again.exchange(answer.headers["Location"]))["sub"] == first.claims["sub"]


@pytest.mark.parametrize("extra", [{"prompt": "login"}, {"max_age": "0"}], ids=["prompt", "max age"])
def test_a_service_can_ask_for_a_fresh_sign_in(globus, extra):
    browser = requests.Session()
    RelyingParty(globus).signed_in(ALICE, browser)
    time.sleep(1.1)

    answer = browser.get(changed(RelyingParty(globus).url, **extra), timeout=LIMIT, allow_redirects=False)

    assert (answer.status_code, "Log in to use DataCite Profiles" in answer.text) == (200, True)


def test_auth_time_is_told_to_whom_asks_with_max_age(globus):
    party = RelyingParty(globus)

    claims = party.verified(party.exchange(sign_in_at_globus(changed(party.url, max_age="600"), ALICE)))

    assert abs(claims["auth_time"] - time.time()) < 60


def test_signing_out_ends_the_session_and_offers_the_way_back(globus):
    browser = requests.Session()
    party = RelyingParty(globus)
    party.signed_in(ALICE, browser)

    back = {"redirect_uri": CALLBACK, "redirect_name": "Profiles"}
    page = browser.get(f"{globus.url}/v2/web/logout", params=back, timeout=LIMIT, allow_redirects=False)

    assert f'<a href="{CALLBACK}">Continue to Profiles</a>' in page.text
    assert browser.get(party.url, timeout=LIMIT, allow_redirects=False).status_code == 200


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
def test_nobody_is_sent_to_an_address_that_is_not_registered(globus, change):
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


@pytest.mark.parametrize("keep_old", [True, False], ids=["old key stays", "old key goes"])
def test_keys_rotate_on_command(globus, keep_old):
    party = RelyingParty(globus)
    old = party.exchange(sign_in_at_globus(party.url, ALICE))

    kid = globus.order("rotate-keys", {"keep_old": keep_old})["kid"]

    assert RelyingParty(globus).signed_in(ALICE).claims.header["kid"] == kid
    if keep_old:
        assert party.verified(old)
    else:
        with pytest.raises(JoseError, match="kid"):
            party.verified(old)


@pytest.mark.parametrize(
    "quirk",
    [
        *("wrong-nonce", "no-nonce", "wrong-aud", "wrong-iss", "wrong-at-hash", "wrong-sub"),
        *("expired", "issued-in-future", "foreign-key", "alg-none", "rs256"),
    ],
)
def test_each_ordered_mistake_of_an_id_token_is_one_a_strict_client_notices(globus, quirk):
    globus.order("quirks", {"id_token": quirk})

    with pytest.raises(JoseError):
        RelyingParty(globus).signed_in(ALICE)

    globus.order("quirks", {})
    assert RelyingParty(globus).signed_in(ALICE)


def test_an_unsigned_token_is_really_unsigned_and_an_absent_one_is_absent(globus):
    party = RelyingParty(globus)
    globus.order("quirks", {"id_token": "alg-none"})
    unsigned = party.exchange(sign_in_at_globus(party.url, ALICE))["id_token"]
    globus.order("quirks", {"id_token": "absent"})
    party = RelyingParty(globus)

    head, _claims, signature = unsigned.split(".")

    assert (json.loads(base64.urlsafe_b64decode(head + "==")), signature) == (
        {"alg": "none", "typ": "JWT"},
        "",
    )
    assert "id_token" not in party.exchange(sign_in_at_globus(party.url, ALICE))


def test_userinfo_can_be_about_somebody_else(globus):
    globus.order("quirks", {"userinfo": "other-sub"})

    with pytest.raises(JoseError, match="somebody else"):
        RelyingParty(globus).signed_in(ALICE)


def test_people_can_be_added_with_their_links(globus):
    globus.order(
        "people",
        {
            "orcid": "0009-0001-0000-0129",
            "given_names": "Nova",
            "globus": {
                "identities": [
                    {"provider": "google", "username": "nova@gmail.example"},
                    {"provider": "orcid", "status": "unused"},
                ]
            },
        },
    )

    identities = RelyingParty(globus).signed_in("nova@gmail.example").userinfo["identity_set"]

    assert [(entry["username"], entry["status"]) for entry in identities] == [
        ("nova@gmail.example", "used"),
        ("0009-0001-0000-0129@orcid.org", "unused"),
    ]


def test_a_form_from_another_browser_is_refused(globus):
    party = RelyingParty(globus)
    page = requests.get(party.url, timeout=LIMIT).text
    form = {"csrf": hidden(page, "csrf"), "query": hidden(page, "query"), "decision": "allow"}

    answer = requests.post(f"{globus.url}/v2/web/consent", form, timeout=LIMIT, allow_redirects=False)

    assert answer.status_code == 403


def test_every_page_says_that_it_is_a_stand_in_and_runs_no_script(globus):
    browser = requests.Session()
    url = RelyingParty(globus).url
    query = hidden(browser.get(url, timeout=LIMIT).text, "query")
    pages = [
        browser.get(f"{globus.url}{path}", params=parameters, timeout=LIMIT)
        for path, parameters in [
            ("/", None),
            ("/v2/oauth2/authorize", None),
            ("/v2/web/login", {"provider": "orcid", "query": query}),
            ("/v2/web/login", {"provider": "carrier-pigeon", "query": query}),
            ("/v2/web/logout", None),
        ]
    ]

    for page in [*pages, browser.get(url, timeout=LIMIT)]:
        assert "This is not Globus. It is a stand-in" in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "<script" not in page.text


def test_everybody_in_the_people_file_can_sign_in(globus):
    usernames = [
        identity["username"]
        for person in default_people()
        for identity in person["globus"]["identities"]
        if identity.get("status") != "unused"
    ]

    subs = {RelyingParty(globus).signed_in(username).claims["sub"] for username in usernames}

    assert len(usernames) > len(subs) > 10
