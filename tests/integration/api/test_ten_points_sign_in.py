"""Of the ten points on which today's consumers rely: the cookie, signing in and out, addresses (1, 8, 9).

The service runs in a process of its own, over real HTTP; one client speaks as the Ruby library of the agents
does, one as a browser's or server's fetch. Shapes are compared to the byte where consumers were recorded
reading them.
"""

import json
import re
from urllib.parse import quote, unquote

import pytest

from profiles.accounts.models import Account
from tests.support.api_callers import ALICE
from tests.support.consumers import base64url, martin, page, session_of, shared_cookie, signed_in_cookie

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def db(committed):
    """The database, as the service in its own process sees it too."""


@pytest.fixture
def alice(db):
    return martin()


# 1. The cookie -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Zoë Müller", "山田 太郎", 'O\'Brien + "Sons" & Co; a,b', ""])
def test_1_the_cookie_decodes_as_commons_reads_it_and_always_carries_a_name(place, name):
    cookie = signed_in_cookie(place, Account.objects.create(orcid_id=ALICE, name=name))
    value, *attributes = cookie.split("; ")
    raw = value.removeprefix("_datacite=")

    authenticated = json.loads(unquote(raw))["authenticated"]
    payload = authenticated["access_token"].split(".")[1]
    said = json.loads(base64url(payload))

    assert re.fullmatch(r"[A-Za-z0-9%._*-]+", raw)
    assert (said["uid"], said["name"]) == (ALICE, name or ALICE)
    assert list(authenticated) == ["authenticator", "access_token", "expires_in", "expires_at"]
    assert {one.lower() for one in attributes} == {"path=/", "samesite=lax"}


# 8. Signing out and in again ---------------------------------------------------------------------------


def test_8_sign_out_always_overwrites_the_cookie_and_goes_to_allowed_hosts_only(place, alice):
    for cookie in ("", session_of(alice)):
        answer = page(place, "GET", "/sign_out", cookie, Referer="https://commons.datacite.org/")
        assert unquote(shared_cookie(answer).split("; ")[0]) == '_datacite={"authenticated":{}}'
        assert answer.headers.get("location", "") in {"", "https://commons.datacite.org/"}
    evil = page(place, "GET", "/sign_out", "", Referer="https://evil.example/")
    assert "evil.example" not in evil.headers.get("location", "")


def test_8_sign_in_with_a_live_session_refreshes_the_cookie_and_returns(place, alice):
    back = quote("https://commons.datacite.org/orcid.org", safe="")
    answer = page(place, "GET", f"/sign_in?return_to={back}", session_of(alice))

    assert answer.status in {301, 302, 303}
    assert answer.headers["location"] == "https://commons.datacite.org/orcid.org"
    assert "access_token" in shared_cookie(answer)


# 9. Addresses registered at ORCID ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/users/auth/orcid/callback", "/orcid/search_and_link/callback", "/orcid/auto_update/callback"]
)
def test_9_the_addresses_registered_at_orcid_still_answer(place, path):
    for query in ("?code=abc", "?code=abc&redirect_to_commons=false", "?error=access_denied"):
        assert page(place, "GET", path + query).status in {200, 302, 400}
