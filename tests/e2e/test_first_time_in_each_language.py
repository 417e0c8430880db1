"""The first visit in each language, on a phone: from the front page to the first work on the record.

The suite makes it in Arabic, from right to left; ``make proof languages`` in all eight.
"""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from profiles.accounts import chosen_mails
from profiles.accounts.chosen_mails import ChosenMail
from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.infra.web.languages import LANGUAGES, language_at_orcid
from profiles.jobs.permissions import write_chosen_mails
from tests.e2e.steps import choose_at_globus
from tests.support.accessibility import outside
from tests.support.jobs import run_jobs
from tests.support.leftovers import in_english, seen
from tests.support.mailbox import page_of, text_of
from tests.support.pushing import registered, run_lanes

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
CODES = [code for code, _name in LANGUAGES] if os.environ.get("PROFILES_LANGUAGES") == "all" else ["ar"]
SCREEN, SMALLEST = {"width": 390, "height": 844}, {"width": 320, "height": 640}
BROWSERS = {"en": "en-GB", "pt-br": "pt-BR", "zh-hans": "zh-CN"}
"""What a browser calls the language, where that differs."""


@pytest.fixture(params=CODES)
def code(request) -> str:
    return request.param


@pytest.fixture
def phone(browser: Browser, code) -> Iterator[Page]:
    locale = BROWSERS.get(code, code)
    context = browser.new_context(locale=locale, viewport=SCREEN, has_touch=True, is_mobile=True)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


CUT_OFF = """() => [...document.querySelectorAll('body *')].filter((one) => {
    const is_short = getComputedStyle(one).textOverflow === 'ellipsis' && one.scrollWidth > one.clientWidth;
    return is_short && !one.closest('bdi, .facts-line');
}).map((one) => `cut off: ${one.textContent}`)"""
"""Words of ours that end in an ellipsis; names, titles and a line of facts may."""


class Reader:
    """Someone who reads each page in their language, from the side where it begins."""

    def __init__(self, page: Page, code: str) -> None:
        self.page, self.code, self.direction = page, code, "rtl" if code == "ar" else "ltr"
        self.wrong: list[str] = []

    def read(self) -> None:
        page, html, is_rtl = self.page, self.page.locator("html"), self.direction == "rtl"
        assert html.get_attribute("lang") == self.code
        assert html.get_attribute("dir") == ("rtl" if is_rtl else None)
        assert page.evaluate("getComputedStyle(document.body).direction") == self.direction
        brand, account = page.locator("a.brand").bounding_box(), page.locator("nav.account").bounding_box()
        assert (brand["x"] > account["x"]) is is_rtl, "the head of the page is mirrored"
        self.wrong += [f"{page.url}: {one}" for one in outside(page) + page.evaluate(CUT_OFF)]
        self.understand(seen(page))

    def understand(self, texts: list[str]) -> None:
        if self.code != "en":
            self.wrong += [f"{self.page.url}: {one}" for one in in_english(texts, self.code)]

    def tap(self, place: str | Locator, *, then: str | Locator) -> None:
        """Tap something of ours, and read the page that it leads to."""
        (self.page.locator(place) if isinstance(place, str) else place).tap()
        expect(self.page.locator(then) if isinstance(then, str) else then).to_be_visible()
        self.read()


@pytest.fixture
def reader(phone, code) -> Reader:
    return Reader(phone, code)


def test_a_newcomer_signs_in_links_permits_and_sees_the_first_work_arrive(
    reader, live_server, stands, mailbox
):
    registered(stands.datacite, "10.5072/first", title="Ice cores", language="en")
    page = reader.page
    page.goto(live_server.url)
    reader.read()

    sign_in_and_link(reader)
    reader.tap("button[name=answer][value=yes]", then="button[value=all-found]")
    expect(page.locator("[data-auto-update=working]")).to_be_visible()
    reader.tap("button[value=all-found]", then=page.get_by_label("Ice cores"))
    reader.tap("#add-chosen", then="#added .hit")
    wants_first_work(reader.code)
    run_lanes()
    expect(page.locator("#added .state.done")).to_be_visible()
    reader.read()

    work = f"/works/{Claim.objects.get().uuid}"
    for path in ("/", "/works", work, "/settings/me", "/settings/permissions"):
        for screen in (SCREEN, SMALLEST):
            page.set_viewport_size(screen)
            page.goto(f"{live_server.url}{path}")
            reader.read()
    write_chosen_mails()
    run_jobs()
    (letter,) = mailbox.letters
    page.set_content(page_of(letter))
    reader.understand([letter["Subject"], *text_of(letter).splitlines(), *seen(page)])
    assert page.evaluate("getComputedStyle(document.body).direction") == reader.direction
    assert not reader.wrong, "\n".join(reader.wrong)


def sign_in_and_link(reader: Reader) -> None:
    """Sign in with Globus, and at ORCID say who one is and give permission."""
    page = reader.page
    reader.tap("nav.account a", then="button.globus")
    page.locator("button.globus").tap()
    choose_at_globus(page, way="institution", person="alice@univ.example")
    expect(page.locator("button[value=link_and_permit]")).to_be_visible()
    reader.read()
    page.locator("button[value=link_and_permit]").tap()
    expect(page.get_by_role("button", name="Alice Alvarado")).to_be_visible()
    assert f"lang={language_at_orcid(reader.code)}" in page.url, "ORCID's page is asked for the language"
    page.get_by_role("button", name="Alice Alvarado").tap()
    page.get_by_role("button", name="Authorize access").tap()
    expect(page.locator("button[name=answer][value=yes]")).to_be_visible()
    reader.read()


def wants_first_work(code: str) -> None:
    """Have a confirmed address, and ask for the mail; the account has the language of the browser."""
    account = Account.objects.get()
    assert account.language == code
    Account.objects.update(email="alice@univ.example", email_verified_at=clock.now())
    chosen_mails.choose(account_id=account.pk, mails=[ChosenMail.FIRST_WORK])
