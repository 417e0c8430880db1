"""Pages that follow by themselves: what is new is shown, what is not is left alone, no failure ends it."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from profiles.claims.models import Claim
from profiles.domain.claim import Origin
from tests.e2e.steps import ALICE, be_signed_in, row_menu
from tests.integration.intake.test_past_works import on_record
from tests.support.claims import waiting_claim
from tests.support.pushing import permitted, registered, run_lanes

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]


@pytest.fixture
def alice(page, live_server, orcid, datacite):
    """Alice's browser, looking at My works: one is on her record, one on its way."""
    on_record(orcid, datacite, "10.5072/a")
    registered(datacite, "10.5072/b")
    waiting_claim(ALICE, "10.5072/b", origin=Origin.AUTO_UPDATE)
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    page.goto(f"{live_server.url}/works")
    return page


def asks(page):
    """Wait until the page has asked by itself once more."""
    with page.expect_response(re.compile("/works")) as told:
        pass
    return told.value


def test_an_answer_that_says_nothing_new_leaves_the_page_as_it_is(alice):
    asks(alice)
    alice.wait_for_timeout(300)
    alice.evaluate("document.querySelector('#works li').mark = 'the same'")

    asks(alice)
    asks(alice)

    assert alice.evaluate("document.querySelector('#works li').mark") == "the same"
    run_lanes()
    expect(alice.locator(".state.done")).to_have_count(2)


def test_an_answer_that_fails_does_not_end_it(alice):
    alice.route(re.compile("/works$"), lambda route: route.abort(), times=1)
    alice.wait_for_event("requestfailed")
    run_lanes()

    expect(alice.locator(".state.done")).to_have_count(2)


def test_what_is_typed_meanwhile_stays(alice):
    alice.get_by_label("Title or DOI").fill("ice co")
    run_lanes()

    expect(alice.locator(".state.done")).to_have_count(2)
    expect(alice.get_by_label("Title or DOI")).to_have_value("ice co")


def test_when_the_session_is_over_the_page_leads_to_the_sign_in_and_back(alice, live_server):
    Session.objects.all().delete()

    expect(alice).to_have_url(f"{live_server.url}/sign_in?return_to=/works")
    expect(alice.get_by_role("button", name="Sign in with ORCID")).to_be_visible()


def test_the_first_work_of_all_shows_up_automatically(page, live_server, orcid, datacite):
    permitted(orcid)
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    page.goto(f"{live_server.url}/works")
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    expect(page.locator("#facets")).to_be_hidden()
    registered(datacite, "10.5072/a", title="Ice cores")
    waiting_claim(ALICE, "10.5072/a", origin=Origin.AUTO_UPDATE)
    run_lanes()

    expect(page.get_by_role("link", name="Ice cores")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="On my record 1 work")).to_be_visible()


def test_without_scripts_works_are_chosen_added_and_looked_at_again(browser, live_server, orcid, datacite):
    permitted(orcid)
    registered(datacite, "10.5072/a", title="Ice cores")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado")

    page.goto(f"{live_server.url}/find")
    page.get_by_label("Ice cores").check()
    page.get_by_role("button", name="to ORCID").click()
    expect(page.get_by_text("1 is on its way")).to_be_visible()
    run_lanes()
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("main").get_by_text("1 work is on your ORCID record.")).to_be_visible()
    page.get_by_role("link", name="My works").last.click()
    row_menu(page, "10.5072/a").click()
    page.get_by_role("button", name="Remove from ORCID: 10.5072/a").click()
    expect(page.get_by_text("Waiting to be removed")).to_be_visible()

    assert Claim.objects.get().action == "delete"
    context.close()
