"""Apache with Debian's mod_auth_openidc, a certified relying party, protects a page by our sign-in."""

import time

import pytest
import requests

from tests.contract.openid.person import Person, password_form, values_of
from tests.contract.openid.protocol import Provider
from tests.support import apache

PATIENCE = 20


@pytest.fixture(scope="module")
def page(ours, apache_base, tmp_path_factory):
    """The protected page."""
    with apache.running(tmp_path_factory.mktemp("apache"), issuer=ours.url, base=apache_base) as base:
        yield f"{base}/protected/page.html"


def somebody(ours, name: str = "suite-alice") -> Person:
    return Person(Provider(ours.url), name, f"{name}-password")


def open_page(person: Person, page: str) -> requests.Response:
    """Go to the page as a browser does, and sign in where that is asked."""
    answer = person.browser.get(page, timeout=30)
    form = password_form(answer)
    if form is not None:
        target = requests.compat.urljoin(answer.url, form.get("action"))
        answer = person.browser.post(target, {**values_of(form), **person.answers(form)}, timeout=30)
    return answer


def test_the_page_is_shown_to_a_person_who_signs_in_with_what_we_say_about_them(ours, page):
    alice, before = somebody(ours), int(time.time())

    answer = open_page(alice, page)

    assert (answer.status_code, answer.url) == (200, page), answer.text[:500]
    assert "For people who are signed in" in answer.text
    assert answer.headers["X-Orcid"] == "0009-0009-0000-0012"
    assert answer.headers["X-Name"] == "Alice Suite"
    assert before - 5 <= int(answer.headers["X-Auth-Time"]) <= time.time() + 5


def test_two_people_are_two_subjects_and_one_person_is_always_the_same(ours, page):
    first, again = open_page(somebody(ours), page), open_page(somebody(ours), page)
    bob = open_page(somebody(ours, "suite-bob"), page)

    assert first.headers["X-Sub"] == again.headers["X-Sub"] != bob.headers["X-Sub"]


def test_without_our_sign_in_the_page_stays_closed(ours, page):
    answer = requests.get(page, timeout=30, allow_redirects=False)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{ours.url}/oauth/authorize?")


def test_signing_out_at_the_page_signs_out_here_and_leads_back(ours, page):
    alice = somebody(ours)
    open_page(alice, page)
    base = page.removesuffix("/protected/page.html")

    answer = alice.browser.get(
        f"{base}/protected/callback", params={"logout": f"{base}/goodbye.html"}, timeout=30
    )

    assert answer.url == f"{base}/goodbye.html", answer.url
    answer = alice.browser.get(page, timeout=30)
    assert answer.url.startswith(ours.url)
    assert password_form(answer) is not None


def test_signing_out_elsewhere_closes_the_page_behind_the_browsers_back(ours, page):
    alice = somebody(ours)
    open_page(alice, page)
    kept = alice.browser.cookies.copy()
    sign_out = alice.browser.get(f"{ours.url}/sign_out", timeout=30)
    form = next(form for form in _forms(sign_out) if form.method == "POST")
    alice.browser.post(
        requests.compat.urljoin(sign_out.url, form.get("action") or sign_out.url), values_of(form), timeout=30
    )
    alice.browser.cookies = kept

    assert _closed(alice, page), "the page still opens with its own old cookie"


def _forms(answer: requests.Response):
    import lxml.html

    return lxml.html.fromstring(answer.content).forms


def _closed(person: Person, page: str) -> bool:
    """Say whether the page closes to its own cookie within reasonable time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = person.browser.get(page, timeout=30, allow_redirects=False)
        if answer.status_code == 302:
            return True
        time.sleep(0.2)
    return False
