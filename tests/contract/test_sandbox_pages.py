"""The pages of the stand-ins in a real browser: readable by all, at any width, without script."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.browser import running_chromium
from tests.support.openid_client import CALLBACK, RelyingParty
from tests.support.pushing import registered

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def browser():
    with running_chromium() as browser:
        yield browser


@pytest.fixture(params=["light", "dark"])
def page(browser, request) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 700}, color_scheme=request.param, java_script_enabled=True
    )
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    """Nothing wrong by axe, nothing wider than the phone, the warning on top."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    assert "It is a stand-in" in page.locator("header").inner_text()


def test_a_sign_in_at_globus_by_hand(stands, page):
    page.goto(RelyingParty(stands.globus).url)
    check(page)

    page.get_by_label("Your organisation").select_option("University of Example")
    page.get_by_role("button", name="Continue").press("Enter")
    check(page)
    page.get_by_role("button", name="Bob Baptiste").click()
    check(page)
    # Nothing needs to listen there: the address is what counts.
    with page.expect_request(f"{CALLBACK}**") as asked:
        page.get_by_role("button", name="Allow").click()

    assert "code=" in asked.value.url


def test_the_other_pages_of_globus(stands, page):
    for path in ("/", "/v2/web/logout?redirect_uri=http://127.0.0.1:8000/", "/v2/oauth2/authorize"):
        page.goto(f"{stands.globus_url}{path}")
        check(page)


def test_a_doi_registered_and_corrected_by_hand(stands, page):
    page.goto(stands.datacite_url)
    check(page)

    page.get_by_label("Title").fill("Registered in a browser")
    page.get_by_label("Creator").select_option("0009-0001-0000-0014")
    page.get_by_role("button", name="Register").click()
    check(page)
    page.get_by_role("link", name="Registered in a browser").first.click()
    page.get_by_label("Title").fill("Corrected in a browser")
    page.get_by_role("button", name="Save").click()

    assert page.get_by_role("heading", level=1).inner_text() == "Corrected in a browser"
    check(page)


def test_the_pages_of_commons_fabrica_and_the_mailbox(stands, datacite, page):
    registered(datacite, "10.5072/shown", title="Shown in Commons")
    for address in (
        f"{stands.commons.url}/",
        f"{stands.commons.url}/orcid.org/0009-0001-0000-0014",
        f"{stands.commons.url}/doi.org/10.5072/shown",
        f"{stands.fabrica.url}/dois?query=0009-0001-0000-0014",
        f"{stands.mail.url}/",
    ):
        page.goto(address)
        check(page)
