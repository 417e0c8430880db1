"""The control endpoints of the Globus stand-in: keys, quirks, people; and its pages."""

import base64
import json

import pytest
import requests
from joserfc.errors import JoseError

from sandbox.serving import default_people, started
from tests.support.globus_browser import LIMIT, hidden, sign_in_at_globus
from tests.support.openid_client import (
    ALICE,
    RelyingParty,
)


@pytest.fixture(scope="module")
def running():
    with started() as stands:
        yield stands.globus


@pytest.fixture
def globus(running):
    running.reset()
    return running


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
        *(
            "wrong-nonce",
            "no-nonce",
            "wrong-aud",
            "two-auds",
            "other-azp",
            "wrong-iss",
            "wrong-at-hash",
            "wrong-sub",
        ),
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


def test_userinfo_can_be_about_another_person(globus):
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


def test_everyone_in_the_people_file_can_sign_in(globus):
    usernames = [
        identity["username"]
        for person in default_people()
        for identity in person["globus"]["identities"]
        if identity.get("status") != "unused"
    ]

    subs = {RelyingParty(globus).signed_in(username).claims["sub"] for username in usernames}

    assert len(usernames) > len(subs) > 10
