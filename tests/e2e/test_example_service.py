"""The example of a service that signs people in through us, in a real browser."""

import pytest
from playwright.sync_api import Browser, Page, expect

from profiles.sso import keys
from tests.e2e.steps import ALICE, be_signed_in, choose_at_globus, link_orcid
from tests.support import example_service, sso
from tests.support.accessibility import objections
from tests.support.claims import waiting_claim

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def example(live_server, stands):
    keys.forget()  # each test's database begins without keys
    with example_service.running(live_server.url) as url:
        yield url
    keys.forget()


def sign_in(page: Page, example: str) -> None:
    page.goto(example)
    page.get_by_role("button", name="Sign in with DataCite Profiles").click()
    page.get_by_role("button", name="Allow and go on").click()


def test_a_person_signs_in_at_a_service_and_sees_what_it_learns(page: Page, example):
    waiting_claim(ALICE, "10.5072/story")
    page.goto(example)
    page.get_by_role("button", name="Sign in with DataCite Profiles").click()
    page.get_by_role("button", name="Sign in with Globus").click()
    choose_at_globus(page, way="institution", person="alice@univ.example")
    link_orcid(page)
    page.get_by_role("button", name="Go on without").click()
    page.get_by_role("button", name="Allow and go on").click()

    expect(page.get_by_role("heading", name="Hello Alice Alvarado")).to_be_visible()
    expect(page.get_by_role("row", name="10.5072/story waiting")).to_be_visible()
    for claim in ("iss", "aud", "nonce", "auth_time", "at_hash", "sid"):
        expect(page.get_by_role("term").filter(has_text=claim).first).to_be_visible()
    page.get_by_role("button", name="Renew the tokens").click()
    expect(page.get_by_role("heading", name="Hello Alice Alvarado")).to_be_visible()


def test_who_does_not_allow_it_is_not_signed_in_there(page: Page, context, live_server, example):
    be_signed_in(context, live_server.url, orcid_id=ALICE)
    page.goto(example)
    page.get_by_role("button", name="Sign in with DataCite Profiles").click()

    page.get_by_role("button", name="Do not allow").click()

    expect(page.get_by_role("alert")).to_contain_text("You did not allow it")
    page.get_by_role("link", name="Back to the start").click()
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()


def test_signing_out_at_the_service_signs_out_here_too(page: Page, context, live_server, example):
    be_signed_in(context, live_server.url, orcid_id=ALICE)
    sign_in(page, example)

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    page.goto(f"{live_server.url}/settings/me")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_signing_out_here_ends_it_there_behind_the_browsers_back(page: Page, context, live_server, example):
    be_signed_in(context, live_server.url, orcid_id=ALICE)
    sign_in(page, example)
    page.goto(f"{live_server.url}/sign_out")
    page.get_by_role("button", name="Sign out").last.click()

    sso.send_due()

    page.goto(example)
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()


def test_a_code_that_another_person_began_with_signs_no_one_in(page: Page, context, live_server, example):
    be_signed_in(context, live_server.url, orcid_id=ALICE)

    page.goto(f"{example}/callback?code=stolen&state=theirs&iss={live_server.url}")

    expect(page.get_by_role("alert")).to_contain_text("did not begin in this browser")


def test_its_pages_have_nothing_that_axe_objects_to_and_fit_a_phone(browser: Browser, live_server, example):
    # Without a script of ours anything may look on, and axe is one.
    context = browser.new_context(bypass_csp=True, locale="en-GB")
    page = context.new_page()
    be_signed_in(context, live_server.url, orcid_id=ALICE, name="Alice Alvarado")
    wrong = []

    for go in (
        lambda: page.goto(example),
        lambda: page.goto(f"{example}/callback"),
        lambda: sign_in(page, example),
    ):
        go()
        wrong += objections(page)

    context.close()
    assert wrong == []
