"""The ORCID stand-in's pages in a real browser: everything by keyboard, nothing that axe objects to."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from sandbox.serving import Stands, started
from tests.support.browser import running_chromium
from tests.support.orcid_stand_in import (
    ALICE,
    SEARCH_CLIENT,
    SIGN_IN_CLIENT,
    a_work,
    authorize_query,
)

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def stands() -> Iterator[Stands]:
    person = {"orcid": ALICE, "given_names": "Alice", "family_name": "Alvarado", "works": [a_work()]}
    with started(people=[person]) as running:
        # Something that answers on this machine, to come back to.
        back = {"client_id": SIGN_IN_CLIENT[0], "redirect_uris": [f"{running.datacite_url}/"]}
        running.orcid.order("clients", back)
        yield running


@pytest.fixture
def browser_page() -> Iterator[Page]:
    with running_chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(10_000)
        yield page


def objections(page: Page) -> list[str]:
    return [f"{page.url}: {each['id']}" for each in Axe().run(page).response["violations"]]


def ask(stands: Stands, **changes: str) -> str:
    query = authorize_query(redirect_uri=f"{stands.datacite_url}/back", **changes)
    return f"{stands.orcid_url}/oauth/authorize?{urlencode(query)}"


def test_permission_is_given_by_keyboard_and_no_page_meets_an_objection(stands, browser_page):
    stands.orcid.order("tokens", {"client_id": SEARCH_CLIENT[0], "orcid": ALICE})
    page = browser_page
    found = []

    page.goto(ask(stands, scope="openid /read-limited"))
    found += objections(page)
    page.get_by_role("button", name="Alice Alvarado").press("Enter")
    page.get_by_role("heading", name="Authorize access").wait_for()
    found += objections(page)
    page.get_by_role("button", name="Authorize access").press("Enter")
    page.wait_for_url(f"{stands.datacite_url}/**")
    came_back = parse_qs(urlsplit(page.url).query)
    for path in ("/", f"/{ALICE}", "/inbox", "/trusted-parties", "/oauth/authorize", "/signout", "/signin"):
        page.goto(stands.orcid_url + path)
        found += objections(page)

    assert found == []
    assert len(came_back["code"][0]) == 6
    assert came_back["state"] == ["state-of-the-test"]


def test_a_work_is_removed_by_hand(stands, browser_page):
    page = browser_page
    page.goto(f"{stands.orcid_url}/signin?next=/{ALICE}")
    page.get_by_role("button", name="Alice Alvarado").click()

    page.get_by_role("button", name="Remove Tides of the Wadden Sea").click()

    page.get_by_text("No works yet.").wait_for()
    assert stands.orcid.state()["people"][0]["works"] == []
