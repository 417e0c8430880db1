"""What a page cannot do in the background: said in one place, a tick taken back, the rest tried again."""

import pytest
from playwright.sync_api import Page, expect

from profiles.claims.models import Selection
from tests.e2e.steps import ALICE, be_signed_in
from tests.support.accessibility import objections
from tests.support.claims import waiting_claim
from tests.support.pushing import permitted, registered, run_lanes

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]


@pytest.fixture
def alice(page, live_server, orcid, datacite) -> Page:
    """Alice's browser; DataCite knows one work of hers."""
    registered(datacite, "10.5072/one", title="Ice cores")
    permitted(orcid)
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    return page


def test_a_tick_that_could_not_be_saved_is_taken_back_and_the_next_one_counts(alice, live_server):
    alice.goto(f"{live_server.url}/find")
    box = alice.get_by_label("Ice cores")
    alice.context.set_offline(True)

    box.click()
    expect(alice.get_by_role("alert")).to_have_text(
        "We cannot be reached: perhaps you are offline. Your last choice was not saved, and is taken back."
    )
    expect(box).not_to_be_checked()
    expect(box).to_be_focused()
    assert objections(alice) == []
    alice.context.set_offline(False)
    box.check()

    expect(alice.locator("#find-bar")).to_contain_text("1 work chosen")
    expect(alice.locator("#background-failure")).to_be_empty()
    assert Selection.objects.count() == 1


def test_a_list_that_follows_says_that_it_cannot_and_goes_on_when_it_can(alice, live_server):
    waiting_claim(ALICE, "10.5072/one")
    alice.goto(f"{live_server.url}/works")
    alice.context.set_offline(True)

    expect(alice.get_by_role("alert")).to_contain_text("This page tries again automatically.")
    alice.context.set_offline(False)
    run_lanes()

    expect(alice.locator("span.state", has_text="On your ORCID record")).to_be_visible()
    expect(alice.locator("#background-failure")).to_be_empty()


def test_a_tick_after_signing_out_in_another_tab_says_so(alice, live_server):
    alice.goto(f"{live_server.url}/find")
    box = alice.get_by_label("Ice cores")
    alice.context.clear_cookies()

    box.click()
    expect(alice.get_by_role("alert")).to_contain_text("You signed in or out in another tab.")
    expect(box).not_to_be_checked()
    assert not Selection.objects.exists()
