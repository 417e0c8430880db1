import pytest
from playwright.sync_api import expect

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from tests.e2e.steps import ALICE, arrive_as_alice, get_token, link_orcid, sign_in_with_globus
from tests.support.claims import waiting_claim
from tests.support.pushing import registered, run_lanes, works_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_first_visitor_signs_in_links_an_id_gives_permission_and_a_work_appears(
    page, live_server, stands, orcid, datacite
):
    sign_in_with_globus(page, live_server.url)
    expect(page.get_by_role("heading", name="Link your ORCID iD")).to_be_visible()
    link_orcid(page)
    expect(page.get_by_role("heading", name="Welcome, Alice")).to_be_visible()
    expect(page.locator("main").get_by_text(ALICE).first).to_be_visible()

    page.goto(f"{live_server.url}/settings/me")
    get_token(page)
    expect(page.get_by_text("Auto-Update is on: new works that name your ORCID iD")).to_be_visible()
    expect(page.get_by_role("button", name="Switch Auto-Update off")).to_be_visible()
    assert Account.objects.get().auto_update_since is not None
    registered(datacite, "10.5072/story")
    waiting_claim(ALICE, "10.5072/story")
    get_token(page, "Search & Link")
    run_lanes()

    page.goto(f"{live_server.url}/works")
    expect(page.locator("span.state", has_text="On your ORCID record")).to_be_visible()
    assert [work["title"]["title"]["value"] for work in works_of(orcid)] == ["Ice cores"]
    assert Account.objects.get().orcid_id == ALICE


def test_a_claim_that_waited_for_permission_is_sent_when_it_comes(page, live_server, stands, orcid, datacite):
    registered(datacite, "10.5072/waited")
    waiting_claim(ALICE, "10.5072/waited")
    run_lanes()
    arrive_as_alice(page, live_server.url)
    page.goto(f"{live_server.url}/works")
    expect(page.get_by_text("Your permission is missing")).to_be_visible()

    page.goto(f"{live_server.url}/settings/me")
    get_token(page, "Search & Link")
    run_lanes()

    assert Claim.objects.get().state == "done"


def test_auto_update_is_switched_in_the_update_dialog(page, live_server, stands):
    arrive_as_alice(page, live_server.url)

    page.get_by_role("link", name="Update", exact=True).click()
    page.get_by_label("Auto-Update: send new works to my ORCID record").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Authorize access").click()

    expect(page.get_by_text("on since")).to_be_visible()
    assert Account.objects.get().auto_update_since is not None

    page.get_by_role("link", name="Update", exact=True).click()
    page.get_by_label("Auto-Update: send new works to my ORCID record").uncheck()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Auto-Update is off: nothing is added or changed automatically.")).to_be_visible()
    page.get_by_role("button", name="Switch Auto-Update on").click()
    expect(page.get_by_text("on since")).to_be_visible()


def test_signing_out_leaves_no_one_signed_in(page, live_server, stands):
    arrive_as_alice(page, live_server.url)

    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()

    page.goto(f"{live_server.url}/settings/me")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
