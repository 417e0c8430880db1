"""Two accounts and leaving are readable; the story works without JavaScript and without a mouse."""

import pytest
from playwright.sync_api import Browser, Page, expect

from profiles.accounts.models import Account
from profiles.consents.models import Consent
from profiles.domain.claim import Origin
from profiles.domain.consent import Purpose
from profiles.infra import clock
from tests.e2e.steps import (
    arrive_as_alice,
    link_orcid,
    sign_in_at_orcid,
    sign_in_with_globus,
)
from tests.support.accessibility import walk
from tests.support.claims import waiting_claim
from tests.support.jobs import run_jobs
from tests.support.pushing import BOB, permitted, registered, run_lanes

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def show_two_accounts(page: Page, base: str) -> None:
    """Be signed in to Bob's account with Alice's login, and prove that Alice's iD is one's own, too."""
    sign_in_with_globus(page, base)
    link_orcid(page, "Bob Baptiste")
    page.goto(f"{base}/settings/sign-in-methods")
    page.get_by_role("button", name="Add ORCID").click()
    sign_in_at_orcid(page)
    expect(page.get_by_role("heading", name="That leads to another account")).to_be_visible()


def test_two_accounts_leaving_and_the_receipt_have_nothing_that_axe_objects_to(
    page: Page, live_server, stands
):
    base = live_server.url
    show_two_accounts(page, base)
    Account.objects.update(auto_update_since=clock.now())
    permitted(stands.orcid, BOB)
    for origin in (Origin.SEARCH_AND_LINK, Origin.AUTO_UPDATE):
        registered(stands.datacite, f"10.5072/{origin}", names=(BOB,))
        waiting_claim(BOB, f"10.5072/{origin}", origin=origin)
    run_lanes()
    Consent.objects.filter(purpose=Purpose.AUTO_UPDATE).delete()

    wrong = walk(page, base, ["/settings/sign-in-methods/two-accounts", "/settings/leave"])
    expect(page.locator("main").get_by_text("1 work cannot be removed by us")).to_be_visible()
    page.get_by_label("take them off the record").check()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Close my account").click()
    expect(page.get_by_text("0 of 2 removed")).to_be_visible()
    wrong += walk(page, base, [page.url.removeprefix(base)])
    run_jobs()
    wrong += walk(page, base, [page.url.removeprefix(base)])
    expect(page.get_by_text("1 of 2 removed")).to_be_visible()

    assert wrong == []


def test_the_story_works_without_javascript(browser: Browser, live_server, stands):
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(8_000)
    page = context.new_page()

    arrive_as_alice(page, live_server.url)
    page.get_by_role("link", name="Update", exact=True).click()
    page.get_by_label("Auto-Update: send new works to my ORCID record").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Authorize access").click()

    expect(page.get_by_text("on since")).to_be_visible()
    context.close()


def test_sign_in_is_reached_by_keyboard_alone(page: Page, live_server, stands):
    page.goto(f"{live_server.url}/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
