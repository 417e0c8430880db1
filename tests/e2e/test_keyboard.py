"""Find works and My works without a mouse: every step by keys, the focus seen, never lost, news read out."""

import pytest
from playwright.sync_api import expect

from profiles.claims.models import Claim
from profiles.pipeline.requests import one
from tests.e2e.keys import press, tab_to
from tests.e2e.steps import ALICE, be_signed_in, row_menu
from tests.integration.intake.test_past_works import on_record
from tests.support.claims import waiting_claim
from tests.support.finding import look_up_all
from tests.support.pushing import permitted, registered, run_lanes, works_of

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]


@pytest.fixture
def alice(page, live_server, orcid):
    """Alice's browser: she is signed in and has given permission."""
    permitted(orcid)
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    return page


def announced(page):
    return page.get_by_role("status").and_(page.locator("#announcer"))


def test_works_are_searched_narrowed_chosen_and_added_by_keys_alone(alice, live_server, orcid, datacite):
    for name in ("north", "south", "east"):
        registered(datacite, f"10.5072/{name}", title=f"Ice of the {name}", names=())
    registered(
        datacite, "10.5072/soft", title="Ice model", names=(), types={"resourceTypeGeneral": "Software"}
    )
    page = alice
    page.goto(f"{live_server.url}/find?by=words")

    expect(page.get_by_label("Words, a title, a DOI, or a list of DOIs")).to_be_focused()
    page.keyboard.type("ice")
    page.keyboard.press("Enter")
    expect(page.locator("#results").get_by_text("4 works, ")).to_be_visible()

    tab_to(page, page.get_by_label("Type"))
    page.keyboard.type("Dataset")
    tab_to(page, page.get_by_label("Order"))
    page.keyboard.type("title")
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Show"))
    expect(page.locator("#results").get_by_text("3 works, ")).to_be_visible()

    for count, name in enumerate(("east", "north", "south"), 1):
        box = page.get_by_label(f"Ice of the {name}")
        tab_to(page, box)
        page.keyboard.press("Space")
        expect(page.locator("#find-bar")).to_contain_text(f"{count} work")
        expect(box).to_be_focused()
    expect(announced(page)).to_have_text("3 works chosen")
    page.keyboard.press("Space")
    expect(announced(page)).to_have_text("2 works chosen")

    press(page, page.get_by_role("button", name="to ORCID"))
    expect(page.locator("#added")).to_contain_text("2 are on their way")
    tab_to(page, page.get_by_role("link", name="10.5072/north", exact=True))
    run_lanes()

    expect(announced(page)).to_have_text("2 works are on your ORCID record.", timeout=10_000)
    expect(page.get_by_role("link", name="10.5072/north", exact=True)).to_be_focused()
    assert len(works_of(orcid)) == 2


def test_dois_are_pasted_looked_at_and_let_go_by_keys_alone(alice, live_server, datacite):
    registered(datacite, "10.5072/one", title="Ice cores")
    registered(datacite, "10.5072/two", title="Tides")
    page = alice
    page.goto(f"{live_server.url}/find?by=list")

    expect(page.get_by_label("Words, a title, a DOI, or a list of DOIs")).to_be_focused()
    page.keyboard.type("10.5072/one 10.5072/two")
    press(page, page.get_by_role("button", name="Search"))
    expect(page.locator("main").get_by_text("0 of 2 looked up")).to_be_visible()
    look_up_all()
    expect(page.get_by_label("Tides")).to_be_visible()
    tab_to(page, page.get_by_label("Tides"))
    page.keyboard.press("Space")
    expect(announced(page)).to_contain_text("1 work chosen")
    expect(page.get_by_label("Tides")).to_be_focused()

    press(page, page.get_by_role("button", name="to ORCID"))
    expect(page.locator("#added")).to_contain_text("1 is on its way")


@pytest.fixture
def owner(page, live_server, orcid, datacite):
    """Alice's browser, with two works on her record and one that failed, looking at My works."""
    on_record(orcid, datacite, "10.5072/a", "10.5072/b")
    waiting_claim(ALICE, "10.5072/late")
    run_lanes()
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    page.goto(f"{live_server.url}/works")
    return page


def button(page, name, doi="10.5072/a"):
    return page.get_by_role("button", name=f"{name}: {doi}")


def heading_link(page, doi):
    return page.locator(f"#work-{Claim.objects.get(doi=doi).pk}")


def test_my_works_are_filtered_sorted_and_opened_by_keys_alone(owner):
    page = owner

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    press(page, page.get_by_role("link", name="Not sent 1 work"))
    expect(page.get_by_role("link", name="10.5072/late").last).to_be_visible()
    expect(button(page, "Remove from ORCID")).to_have_count(0)

    press(page, page.get_by_role("link", name="Not sent 1 work"))
    expect(page.locator("#facet-show-failed[aria-current]")).to_have_count(0)
    press(page, page.get_by_role("link", name="On my record 2 works"))
    expect(page.locator("#facet-show-on[aria-current]")).to_be_visible()
    press(page, page.get_by_role("link", name="title", exact=True))
    expect(page.get_by_role("link", name="title", exact=True)).to_have_attribute("aria-current", "true")
    tab_to(page, page.get_by_label("Title or DOI"))
    page.keyboard.type("10.5072/b")
    page.keyboard.press("Enter")
    expect(page.locator("li.find")).to_have_count(1)
    press(page, heading_link(page, "10.5072/b"))
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()


def test_a_work_is_removed_restored_and_refused_by_keys_alone(owner, orcid):
    page = owner

    press(page, row_menu(page, "10.5072/a"))
    press(page, button(page, "Remove from ORCID"))
    expect(page.get_by_text("Waiting to be removed")).to_be_visible()
    # Those who pressed it go on from there.
    expect(heading_link(page, "10.5072/a")).to_be_focused()
    expect(heading_link(page, "10.5072/a")).to_have_accessible_description(
        "The work is being removed from your ORCID record."
    )
    run_lanes()
    expect(page.locator(".state.deleted")).to_be_visible()
    expect(announced(page)).to_contain_text("1 on your record, 0 on their way, 1 not sent")
    expect(heading_link(page, "10.5072/a")).to_be_focused()

    press(page, button(page, "Restore"))
    expect(page.locator("main").get_by_text("The work is being brought back.")).to_be_visible()
    run_lanes()
    expect(page.locator(".state.done")).to_have_count(2)

    press(page, row_menu(page, "10.5072/a"))
    press(page, button(page, "Not mine"))
    expect(page.get_by_text("never sent again unless you restore it")).to_be_visible()
    run_lanes()
    expect(page.locator(".state.deleted")).to_be_visible()
    assert len(works_of(orcid)) == 1


def test_when_the_button_with_the_focus_goes_its_work_has_the_focus(owner, orcid, datacite):
    page = owner
    permitted(orcid)
    registered(datacite, "10.5072/late")
    tab_to(page, button(page, "Try again", "10.5072/late"))
    # Somebody else, or another tab, does it meanwhile.
    one.try_again(Claim.objects.get(doi="10.5072/late"), actor=ALICE)
    run_lanes()

    expect(page.locator(".state.done")).to_have_count(3, timeout=30_000)
    expect(heading_link(page, "10.5072/late")).to_be_focused()


def test_the_page_of_a_work_follows_and_keeps_the_focus(owner, orcid):
    page = owner
    press(page, heading_link(page, "10.5072/a"))
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()

    press(page, button(page, "Remove from ORCID"))
    expect(page.locator("#state")).to_be_focused()
    expect(page.get_by_text("Waiting to be removed")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Why is it there, or not?").first)
    run_lanes()

    expect(page.locator(".state.deleted")).to_be_visible()
    expect(page.get_by_text("Off the ORCID record")).to_be_visible()
    expect(page.get_by_role("link", name="Why is it there, or not?").first).to_be_focused()
    expect(announced(page)).to_contain_text("Removed")


def test_the_numbers_on_the_tabs_follow_too(owner):
    page = owner
    expect(page.get_by_role("link", name="Not sent 1 work")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Removed 0 works"))

    row_menu(page, "10.5072/a").press("Enter")
    button(page, "Remove from ORCID").press("Enter")
    expect(page.get_by_role("link", name="On their way 1 work")).to_be_visible()
    tab_to(page, page.get_by_role("link", name="Removed 0 works"), back=True)
    run_lanes()

    expect(page.get_by_role("link", name="Removed 1 work")).to_be_focused()
    expect(page.get_by_role("link", name="On their way 0 works")).to_be_visible()
