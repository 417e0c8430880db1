"""My works in the browser: what was removed, by whom, and back again; without a mouse; on a telephone."""

import pytest
from playwright.sync_api import expect

from profiles.claims import services
from profiles.claims.models import Claim
from profiles.claims.services import ClaimRequest
from profiles.domain.claim import Origin
from profiles.pipeline.works.reconcile import reconcile
from tests.e2e.steps import ALICE, be_signed_in, row_menu
from tests.integration.intake.test_past_works import delete_at_orcid, on_record
from tests.support.claims import waiting_claim
from tests.support.pushing import permitted, registered, run_lanes, works_of

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]


@pytest.fixture
def alice(page, live_server, orcid, datacite):
    """Alice's browser, with two works on her record, looking at My works."""
    on_record(orcid, datacite, "10.5072/a", "10.5072/b")
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    page.goto(f"{live_server.url}/works")
    return page


def button(page, name, doi="10.5072/a"):
    return page.get_by_role("button", name=f"{name}: {doi}")


def choose(page, name, doi="10.5072/a"):
    """Choose an act in the menu of a row."""
    row_menu(page, doi).click()
    button(page, name, doi).click()


def test_what_was_removed_in_orcid_by_hand_is_seen_and_restored(alice, live_server, orcid):
    delete_at_orcid(orcid, Claim.objects.get(doi="10.5072/a").put_code)
    alice.get_by_role("link", name="Compare with my ORCID record").click()
    alice.get_by_role("button", name="Compare now").click()
    expect(alice.get_by_text("You removed them in ORCID (1)")).to_be_visible()

    alice.goto(f"{live_server.url}/works")
    expect(alice.get_by_text("You removed this work from your ORCID record.")).to_be_visible()
    button(alice, "Restore").click()
    expect(alice.locator("main").get_by_text("The work is being brought back.")).to_be_visible()
    run_lanes()

    # The list follows automatically, without being loaded again.
    expect(alice.locator(".state.done")).to_have_count(2)
    assert len(works_of(orcid)) == 2


def test_a_failed_work_is_explained_and_goes_after_another_try(page, live_server, orcid, datacite):
    permitted(orcid)
    waiting_claim(ALICE, "10.5072/late")
    run_lanes()
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    page.goto(f"{live_server.url}/works")
    expect(page.locator(".state.failed")).to_be_visible()
    expect(page.get_by_text("What you can do:")).to_be_visible()
    registered(datacite, "10.5072/late")

    button(page, "Try again", "10.5072/late").click()
    expect(page.get_by_text("We try again now.")).to_be_visible()
    run_lanes()

    expect(page.locator(".state.done")).to_be_visible()
    assert len(works_of(orcid)) == 1


def test_on_the_page_of_one_work_its_facts_keep_clear_of_its_buttons(alice):
    alice.get_by_role("link", name="Ice cores").first.click()

    facts = alice.locator(".facts-beside").bounding_box()
    last = alice.locator(".acts-beside form .button.small").last.bounding_box()
    assert facts["y"] - (last["y"] + last["height"]) >= 8


def test_what_is_removed_here_is_gone_there(alice, orcid):
    choose(alice, "Remove from ORCID")
    expect(alice.get_by_text("Waiting to be removed")).to_be_visible()
    run_lanes()

    expect(alice.locator(".state.deleted")).to_be_visible()
    assert len(works_of(orcid)) == 1
    reconcile(ALICE)
    assert Claim.objects.get(doi="10.5072/a").state == "deleted"


def test_ticked_works_are_removed_together_and_come_back_by_undo(alice, orcid):
    expect(alice.get_by_role("button", name="Remove", exact=True)).to_be_hidden()
    alice.get_by_role("checkbox", name="All on this page").check()
    expect(alice.locator("[data-chosen-count]")).to_have_text("2")
    alice.get_by_role("button", name="Remove", exact=True).click()
    expect(
        alice.locator("main").get_by_text("2 works are being removed from your ORCID record.")
    ).to_be_visible()
    run_lanes()
    assert works_of(orcid) == []

    alice.get_by_role("button", name="Undo").click()
    expect(alice.locator("main").get_by_text("2 works are being brought back.")).to_be_visible()
    run_lanes()

    expect(alice.locator(".state.done")).to_have_count(2)
    assert len(works_of(orcid)) == 2


def test_a_tick_stays_while_the_list_follows(alice, orcid):
    alice.locator('input[name="work"]').last.check()
    services.request_claim(ClaimRequest(ALICE, "10.5072/new", Origin.SEARCH_AND_LINK))

    expect(alice.locator("main").get_by_text("3 works", exact=True)).to_be_visible(timeout=30_000)

    expect(alice.locator('input[name="work"]:checked')).to_have_count(1)
    expect(alice.locator("[data-chosen-count]")).to_have_text("1")


def test_not_mine_takes_the_work_away(alice, orcid):
    choose(alice, "Not mine")
    expect(alice.get_by_text("never sent again unless you restore it")).to_be_visible()
    run_lanes()

    expect(alice.locator(".state.deleted")).to_be_visible()
    assert len(works_of(orcid)) == 1


def test_all_of_it_goes_by_keyboard_and_the_focus_stays_where_it_was(alice, orcid):
    row_menu(alice, "10.5072/a").press("Enter")
    button(alice, "Remove from ORCID").press("Enter")
    expect(alice.get_by_text("Waiting to be removed")).to_be_visible()
    kept = row_menu(alice, "10.5072/b")
    kept.focus()
    run_lanes()

    expect(alice.locator(".state.deleted")).to_be_visible()
    expect(kept).to_be_focused()


FOLLOW = "() => { htmx.ajax('GET', location.href, { source: '#works', swap: 'outerHTML' }); }"


def test_the_menu_of_a_row_stays_open_while_works_change_until_escape_leads_back_to_its_button(alice):
    row_menu(alice, "10.5072/b").click()
    button(alice, "Not mine", "10.5072/b").focus()
    services.request_claim(ClaimRequest(ALICE, "10.5072/new", Origin.SEARCH_AND_LINK))

    # As the list does by its clock.
    alice.evaluate(FOLLOW)
    expect(button(alice, "Not mine", "10.5072/b")).to_be_focused()
    alice.keyboard.press("Escape")
    expect(button(alice, "Not mine", "10.5072/b")).to_be_hidden()
    expect(row_menu(alice, "10.5072/b")).to_be_focused()
    alice.evaluate(FOLLOW)

    expect(alice.locator("main").get_by_text("3 works", exact=True)).to_be_visible()
    expect(row_menu(alice, "10.5072/b")).to_be_focused()


def test_a_desktop_shows_ten_works_on_its_first_screen(page, live_server, orcid, datacite):
    title = "A long title, as depositors write them, of a data set about the thickness of sea ice " * 2
    for number in range(10):
        registered(datacite, f"10.5072/{number}", title=title)
        waiting_claim(ALICE, f"10.5072/{number}")
    permitted(orcid)
    run_lanes()
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    page.set_viewport_size({"width": 1280, "height": 960})
    page.goto(f"{live_server.url}/works")

    last = page.locator(".work-line").nth(9).bounding_box()
    assert last["y"] + last["height"] <= 960


def test_on_a_telephone_nothing_runs_over_the_edge(alice):
    alice.set_viewport_size({"width": 320, "height": 640})

    assert alice.evaluate("document.documentElement.scrollWidth") <= 320
    expect(alice.get_by_role("link", name="Ice cores").first).to_be_visible()


def test_the_first_screen_of_a_telephone_shows_three_works(browser, live_server, orcid, datacite):
    permitted(orcid)
    for number in range(4):
        title = f"{number}: sea-ice thickness from airborne electromagnetic sounding in the Fram Strait"
        registered(datacite, f"10.5072/{number}", title=title)
        waiting_claim(ALICE, f"10.5072/{number}")
    run_lanes()
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado")
    page = context.new_page()
    page.goto(f"{live_server.url}/works")

    third = page.locator(".work-line").nth(2).bounding_box()
    bar = page.get_by_role("navigation", name="Pages").bounding_box()
    assert third["y"] + third["height"] <= bar["y"]
    context.close()


def test_auto_update_takes_over_what_came_by_a_click(page, live_server, orcid, datacite):
    permitted(orcid)
    registered(datacite, "10.5072/clicked")
    waiting_claim(ALICE, "10.5072/clicked", origin=Origin.SEARCH_AND_LINK)
    run_lanes()
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")

    page.goto(f"{live_server.url}/works")
    page.get_by_role("link", name="Let Auto-Update vouch for them").click()
    page.get_by_role("button", name="Let Auto-Update take these over").click()
    expect(page.get_by_text("being taken over")).to_be_visible()
    run_lanes()

    expect(page.locator("#by-hand").get_by_text("Every work that names your iD")).to_be_visible()
    assert len(works_of(orcid)) == 1


def test_moments_are_told_in_the_readers_own_time(browser, live_server, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    Claim.objects.update(updated_at="2026-03-01T23:30:00Z")
    context = browser.new_context(locale="en-GB", timezone_id="Asia/Tokyo")
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado")
    page = context.new_page()
    page.goto(f"{live_server.url}/works")

    row_menu(page, "10.5072/a").click()
    expect(page.get_by_text("since 2 Mar 2026, 08:30")).to_be_visible()
    context.close()
