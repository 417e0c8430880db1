"""The library for services that move from the shared cookie: its example, in Node, before our processes."""

import base64
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urljoin

import pytest
import requests
from joserfc import jws
from joserfc.jwk import RSAKey

from tests.contract.openid.person import Person, password_form, values_of
from tests.contract.openid.protocol import Provider
from tests.support import installed, toy_http
from tests.support.served import free_port
from tests.support.shared import ROOT

LIBRARY = ROOT / "dev" / "consumer_library"
SCOPES = ("openid", "orcid", "profile", "email", "permissions", "roles")
PATIENCE = 20


@contextmanager
def running(own: str, **variables: str) -> Iterator[None]:
    """Run the example at this address."""
    installed.node_folder()
    port = own.rpartition(":")[2]
    process = subprocess.Popen(
        ["node", "example.mjs"],
        cwd=LIBRARY,
        env={**os.environ, "COOKIE_KEY": os.environ["JWT_PUBLIC_KEY"], "PORT": port, **variables},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert b"listening" in process.stdout.readline()
        yield
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(scope="module")
def service(ours):
    """The example, registered as a service of DataCite; its address."""
    own = f"http://127.0.0.1:{free_port()}"
    said = ours.run(
        *("relying-party", "add", "--name", "Moving", "--first-party"),
        *(
            "--redirect-uri",
            f"{own}/callback",
            "--logout-uri",
            f"{own}/",
            "--backchannel-uri",
            f"{own}/backchannel",
        ),
        *(word for scope in SCOPES for word in ("--scope", scope)),
    )
    registered = json.loads(said)
    names = {"CLIENT_ID": registered["client_id"], "CLIENT_SECRET": registered["client_secret"]}
    with running(own, PROFILES_URL=ours.url, **names):
        yield own


@pytest.fixture
def alice(ours) -> Person:
    return Person(Provider(ours.url), "suite-alice", "suite-alice-password")


def sign_in(person: Person, service: str) -> dict:
    """Press the button at the service, sign in where that is asked, and return what it says then."""
    answer = person.browser.post(f"{service}/sign_in", timeout=30)
    form = password_form(answer)
    if form is not None:
        target = urljoin(answer.url, form.get("action"))
        answer = person.browser.post(target, {**values_of(form), **person.answers(form)}, timeout=30)
    assert answer.url == f"{service}/", answer.text[:300]
    found: dict = answer.json()
    return found


def at(service: str, cookie: str | None = None) -> dict:
    headers = {"Cookie": f"_datacite={cookie}"} if cookie else {}
    found: dict = requests.get(f"{service}/", headers=headers, timeout=30).json()
    return found


def test_openid_says_in_the_cookies_words_what_the_cookie_says(service, alice):
    by_openid = sign_in(alice, service)
    cookie = next(one.value for one in alice.browser.cookies if one.name == "_datacite")
    by_cookie = at(service, cookie)

    assert (by_openid["by"], by_cookie["by"]) == ("OpenID Connect", "cookie")
    assert by_openid["person"].pop("sub")
    token = {name: value for name, value in by_cookie["person"].items() if name not in {"iat", "exp"}}
    assert by_openid["person"] == token


def test_signing_out_at_the_service_signs_out_here_and_leads_back(service, alice, ours):
    sign_in(alice, service)

    answer = alice.browser.post(f"{service}/sign_out", timeout=30)

    assert (answer.url, answer.json()["by"]) == (f"{service}/", None)
    assert "/sign_in" in alice.browser.get(f"{ours.url}/settings/me", timeout=30).url


def test_signing_out_elsewhere_ends_the_session_of_the_service(service, alice, ours):
    sign_in(alice, service)
    kept = {one.name: one.value for one in alice.browser.cookies if one.name == "example_session"}
    page = alice.browser.get(f"{ours.url}/sign_out", timeout=30)
    form = next(one for one in _forms(page) if one.method == "POST")
    alice.browser.post(urljoin(page.url, form.get("action") or page.url), values_of(form), timeout=30)

    deadline = time.monotonic() + PATIENCE
    while requests.get(f"{service}/", cookies=kept, timeout=30).json()["by"]:
        assert time.monotonic() < deadline, "the service still knows who it was"
        time.sleep(0.2)


def test_an_answer_that_was_not_begun_in_this_browser_is_refused(service, alice):
    address = alice.browser.post(f"{service}/sign_in", timeout=30, allow_redirects=False).headers["Location"]
    arrival = alice.follow(alice.open(address), _Request(service), [])
    while password_form(arrival.page) is not None:
        arrival = alice.sign_in(arrival)

    stranger = requests.get(arrival.address, timeout=30)
    owner = alice.browser.get(arrival.address, timeout=30)
    again = alice.browser.get(arrival.address, timeout=30)

    assert (stranger.status_code, stranger.json()["error"]) == (400, "not begun in this browser")
    assert (owner.status_code, owner.json()["by"]) == (200, "OpenID Connect")
    assert again.status_code == 400


@pytest.mark.parametrize("change", ["foreign issuer", "refusal", "other state"])
def test_an_answer_that_does_not_fit_is_refused(service, ours, change):
    browser = requests.Session()
    address = browser.post(f"{service}/sign_in", timeout=30, allow_redirects=False).headers["Location"]
    state = dict(part.split("=") for part in address.partition("?")[2].split("&"))["state"]
    answer = {"state": state, "iss": ours.url, "code": "guessed"}
    answer |= {
        "foreign issuer": {"iss": "https://issuer.example"},
        "refusal": {"error": "access_denied"},
        "other state": {"state": "another"},
    }[change]

    said = browser.get(f"{service}/callback", params=answer, timeout=30)

    assert said.status_code == 400
    assert requests.get(f"{service}/", cookies=browser.cookies, timeout=30).json()["person"] is None


def forged(kind: str) -> str:
    """A shared cookie that nobody of ours wrote."""
    content = {"uid": "0009-0009-0000-0012", "name": "Alice", "exp": int(time.time()) + 600}
    header = {"alg": "RS256"}
    key = RSAKey.import_key(os.environ["JWT_PRIVATE_KEY"])
    if kind == "foreign key":
        key = RSAKey.generate_key(2048)
    if kind == "over":
        content["exp"] = int(time.time()) - 5
    token = jws.serialize_compact(header, json.dumps(content).encode(), key, algorithms=["RS256"])
    if kind == "unsigned":
        none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
        token = f"{none}.{token.split('.')[1]}."
    if kind == "changed":
        token = token.replace(
            token.split(".")[1], base64.urlsafe_b64encode(b'{"uid":"x","exp":9e9}').decode()
        )
    if kind == "no token":
        token = "rubbish"
    return quote(json.dumps({"authenticated": {"access_token": token}}))


@pytest.mark.parametrize("kind", ["foreign key", "over", "unsigned", "changed", "no token"])
def test_a_cookie_that_is_forged_or_over_names_no_one(service, kind):
    assert at(service, forged("good"))["by"] == "cookie"
    assert at(service, forged(kind)) == {"by": None, "person": None}


def test_a_message_that_is_not_ours_ends_no_session(service, alice):
    sign_in(alice, service)
    key = RSAKey.generate_key(2048)
    claims = {"sid": "any", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}
    token = jws.serialize_compact(
        {"alg": "RS256", "typ": "logout+jwt", "kid": "unknown"}, json.dumps(claims).encode(), key
    )

    answer = requests.post(f"{service}/backchannel", data={"logout_token": token}, timeout=30)

    assert answer.status_code == 400
    assert alice.browser.get(f"{service}/", timeout=30).json()["by"] == "OpenID Connect"


@pytest.mark.parametrize(
    ("defect", "words"),
    [
        pytest.param("", "", id="none"),
        ("foreign signature", "the signature does not fit"),
        ("nonce lost", "the identity is of another sign-in"),
        ("sub changes", "userinfo is about another person"),
        ("no iss", "not the answer of Profiles"),
        ("state lost", "not begun in this browser"),
    ],
)
def test_a_provider_that_makes_this_mistake_signs_no_one_in(defect, words):
    own = f"http://127.0.0.1:{free_port()}"
    with toy_http.running(own, *filter(None, [defect])) as named:
        names = {"CLIENT_ID": named.one.client_id, "CLIENT_SECRET": named.one.secret}
        with running(own, PROFILES_URL=named.issuer, CALLBACK="/one/callback", **names):
            browser = Person(Provider(named.issuer), *named.alice)
            address = browser.browser.post(f"{own}/sign_in", timeout=30, allow_redirects=False).headers
            arrival = browser.follow(browser.open(address["Location"]), _Request(own), [])
            while password_form(arrival.page) is not None:
                arrival = browser.sign_in(arrival)

            answer = browser.browser.get(arrival.address, timeout=30)

            assert answer.json().get("error", "") == words
            assert bool(browser.browser.get(f"{own}/", timeout=30).json()["person"]) is not bool(words)


class _Request:
    """As much of a request as following one needs."""

    def __init__(self, service: str) -> None:
        self.party = type("Party", (), {"redirect_uri": f"{service}/callback"})


def _forms(answer: requests.Response):
    import lxml.html

    return lxml.html.fromstring(answer.content).forms
