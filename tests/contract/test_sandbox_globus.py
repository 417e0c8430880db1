"""The Globus stand-in signs people in: held against an OpenID client that is not ours."""

import time

import pytest
import requests

from sandbox.serving import started
from tests.support.globus_browser import LIMIT, changed, sign_in_at_globus
from tests.support.openid_client import ALICE, BOB, BOB_ORCID, CALLBACK, IDENTITY_SET, JOERG, RelyingParty


@pytest.fixture(scope="module")
def running():
    with started() as stands:
        yield stands.globus


@pytest.fixture
def globus(running):
    running.reset()
    return running


def test_an_independent_client_signs_a_person_in(globus):
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


def test_an_identity_that_is_not_linked_is_another_person_to_the_service(globus):
    google = RelyingParty(globus).signed_in("alice.alvarado@gmail.example")

    assert google.claims["sub"] != RelyingParty(globus).signed_in(ALICE).claims["sub"]
    assert [entry["username"] for entry in google.userinfo["identity_set"]] == [
        "alice.alvarado@gmail.example"
    ]


def test_an_identity_no_one_ever_used_is_marked_so(globus):
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


def test_a_person_who_is_signed_in_and_agreed_goes_straight_through(globus):
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
