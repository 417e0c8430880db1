"""The first visit on a phone: few taps, one page of ORCID, few words, and the first work arrives."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from profiles.accounts.models import Account
from tests.e2e.steps import sign_in_with_globus
from tests.support.accessibility import objections
from tests.support.pushing import registered, run_lanes, works_of

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
MAX_TAPS, MAX_WORDS = 5, 350
OWN_WORDS = """() => {
  const page = document.querySelector("main").cloneNode(true);
  page.querySelectorAll("[data-consent], script, style").forEach((part) => part.remove());
  page.querySelectorAll("details").forEach((fold) => fold.setAttribute("open", ""));
  return page.textContent.trim().split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word)).length;
}"""
"""Counts the words of the page itself, with folds open and without the texts that are agreed to."""


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


class Visit:
    """Taps, counted, with our own words on each page that was shown on the way."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.taps, self.words = page, base, 0, 0
        self.read()

    def tap(self, button) -> None:
        button.tap()
        self.taps += 1

    def read(self) -> None:
        """Count the words of the page, if it is ours."""
        assert self.page.url.startswith(self.base)
        self.words += self.page.evaluate(OWN_WORDS)


def button(page: Page, name: str):
    return page.get_by_role("button", name=name).first


def test_the_first_visit_ends_with_auto_update_on_and_the_first_work_on_the_record(
    phone, live_server, stands, orcid, datacite
):
    registered(datacite, "10.5072/first", title="Ice cores")
    sign_in_with_globus(phone, live_server.url)
    expect(phone.get_by_role("heading", name="Link your ORCID iD")).to_be_visible()
    visit, wrong = Visit(phone, live_server.url), objections(phone)

    visit.tap(button(phone, "Link and keep my record up to date"))
    phone.get_by_role("button", name="Alice Alvarado").tap()  # she signs in at ORCID
    visit.tap(button(phone, "Authorize access"))
    expect(phone.get_by_role("heading", name="Is this you?")).to_be_visible()
    visit.read()
    wrong += objections(phone)
    visit.tap(button(phone, "Yes, this is me"))
    expect(phone.get_by_text("Auto-Update: Working")).to_be_visible()
    expect(phone.get_by_role("button", name="Switch Auto-Update off")).to_be_visible()
    expect(phone.locator("main").get_by_text("We found 1 work that names your iD.")).to_be_visible()
    visit.read()
    wrong += objections(phone)
    visit.tap(phone.get_by_role("button", name="Look at them and choose"))
    expect(phone.get_by_label("Ice cores")).to_be_checked()
    visit.read()
    visit.tap(button(phone, "Add 1 work to ORCID"))
    expect(phone.locator("#added")).to_contain_text("1 is on its way")
    run_lanes()
    expect(phone.locator("#added")).to_contain_text("1 work is on your ORCID record.")
    visit.read()

    assert Account.objects.get().auto_update_since is not None
    assert [work["title"]["title"]["value"] for work in works_of(orcid)] == ["Ice cores"]
    assert visit.taps <= MAX_TAPS
    assert visit.words <= MAX_WORDS, visit.words
    assert len(orcid.log(path="/oauth/authorize", method="POST")) == 1, "one page of ORCID"
    phone.goto(f"{live_server.url}/")
    expect(phone.get_by_role("heading", name="What is new")).to_be_visible()
    wrong += objections(phone)
    assert wrong == []


def test_without_javascript_linking_and_the_permission_are_one_step_too(browser, live_server, stands):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.set_default_timeout(8_000)
    page = context.new_page()

    sign_in_with_globus(page, live_server.url)
    page.get_by_role("button", name="Link and keep my record up to date").click()
    page.get_by_role("button", name="Alice Alvarado").click()
    page.get_by_role("button", name="Authorize access").click()
    page.get_by_role("button", name="Yes, this is me").click()

    expect(page.get_by_text("Auto-Update: Working")).to_be_visible()
    expect(page.get_by_role("link", name="Look which works name you, and choose")).to_be_visible()
    page.get_by_role("button", name="Switch Auto-Update off").click()
    expect(page.get_by_text("Auto-Update: Off")).to_be_visible()
    context.close()


def test_a_person_who_says_no_at_orcid_links_only_and_no_code_stays_in_the_address(
    phone, live_server, stands
):
    sign_in_with_globus(phone, live_server.url)
    button(phone, "Link and keep my record up to date").tap()
    phone.get_by_role("button", name="Alice Alvarado").tap()
    phone.get_by_role("button", name="Deny").tap()

    expect(phone.get_by_text("You said no on the sign-in page")).to_be_visible()
    assert "?" not in phone.url
    assert objections(phone) == []
    button(phone, "Only link").tap()
    phone.get_by_role("button", name="Authorize access").tap()
    button(phone, "Yes, this is me").tap()

    expect(phone.get_by_text("Auto-Update: Off")).to_be_visible()
    assert Account.objects.get().auto_update_since is None
