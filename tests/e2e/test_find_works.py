"""Finding works in the browser: tick, add in one go, paste hundreds, come back to where one came from."""

import pytest
from playwright.sync_api import expect

from profiles.claims.models import Claim, Selection
from profiles.pipeline.requests import choose_works
from tests.e2e.steps import ALICE, be_signed_in
from tests.support.finding import look_up_all
from tests.support.pushing import permitted, run_lanes, works_of
from tests.support.records import record

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
BY_NAME = {"name": "Alvarado, Alice", "nameType": "Personal"}


@pytest.fixture
def alice(page, live_server, orcid):
    """Alice's browser: she is signed in and has given permission."""
    permitted(orcid)
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    return page


def titles(orcid):
    return sorted(work["title"]["title"]["value"] for work in works_of(orcid))


def by_name(datacite, *names, **changes):
    about = {"creators": [BY_NAME], **changes}
    works = [record(f"10.5072/{n}", **{"titles": [{"title": f"Work {n}"}], **about}) for n in names]
    datacite.order("dois", works)


def test_five_works_by_name_are_added_at_once_and_the_one_that_fails_is_explained(
    alice, live_server, orcid, datacite
):
    by_name(datacite, "one", "two", "three", "four")
    by_name(datacite, "five", titles=[])

    alice.goto(f"{live_server.url}/find")
    alice.get_by_role("link", name="By my name", exact=True).click()
    expect(alice.get_by_text("5 works, 5 can be added")).to_be_visible()
    for box in alice.get_by_role("checkbox").all():
        box.check()
    expect(alice.locator("#chosen-bar")).to_contain_text("5 works chosen")
    alice.get_by_role("button", name="Add to my ORCID record").click()
    expect(alice.locator("#added")).to_contain_text("5 are on their way")
    run_lanes()

    expect(alice.locator("#added")).to_contain_text("4 works are on your ORCID record, 1 was not added.")
    expect(alice.get_by_text("Missing data.")).to_be_visible()
    expect(alice.get_by_text("Ask the repository to complete the metadata")).to_be_visible()
    assert titles(orcid) == ["Work four", "Work one", "Work three", "Work two"]


def test_300_pasted_dois_show_their_progress(alice, live_server, orcid, datacite):
    datacite.order("dois", [record(f"10.5072/n{n}", titles=[{"title": f"Number {n}"}]) for n in range(300)])
    alice.goto(f"{live_server.url}/find/dois")

    alice.get_by_label("Paste DOIs").fill("\n".join(f"https://doi.org/10.5072/N{n}" for n in range(300)))
    alice.get_by_role("button", name="Look them up").click()
    expect(alice.get_by_text("0 of 300 looked up")).to_be_visible()
    selection = Selection.objects.get()
    choose_works.look_up(selection.pk)
    expect(alice.get_by_text("50 of 300 looked up")).to_be_visible()
    choose_works.look_up(selection.pk)
    expect(alice.get_by_text("100 of 300 looked up")).to_be_visible()
    look_up_all()
    expect(alice.get_by_text("of 300 looked up")).to_have_count(0)
    alice.get_by_role("button", name="Add to my ORCID record").click()
    expect(alice.get_by_text("0 of 300 settled")).to_be_visible()
    run_lanes()

    expect(alice.get_by_text("300 of 300 settled")).to_be_visible()
    assert Claim.objects.filter(state="done").count() == 300


def test_on_a_telephone_works_are_found_chosen_and_added_by_thumb(browser, live_server, orcid, datacite):
    permitted(orcid)
    by_name(datacite, "one", "two", titles=[{"title": "Ice-core-measurements-of-the-north-" * 6}])
    context = browser.new_context(viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True)
    page = context.new_page()
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado")

    def fits():
        assert page.evaluate("document.documentElement.scrollWidth") <= 320

    page.goto(f"{live_server.url}/find?by=name")
    expect(page.get_by_role("checkbox")).to_have_count(2)
    fits()
    for box in page.get_by_role("checkbox").all():
        area = box.bounding_box()
        assert min(area["width"], area["height"]) >= 24  # WCAG 2.5.8
        box.tap()
    expect(page.locator("#chosen-bar")).to_contain_text("2 works chosen")
    page.get_by_role("button", name="See my choice").tap()
    expect(page.get_by_role("heading", name="My choice")).to_be_visible()
    fits()
    page.get_by_role("button", name="Add to my ORCID record").tap()
    expect(page.locator("#added")).to_contain_text("2 are on their way")
    fits()
    run_lanes()
    expect(page.locator("#added")).to_contain_text("2 works are on your ORCID record.")
    page.get_by_role("link", name="My works").last.tap()
    expect(page.locator(".state.done")).to_have_count(2)
    fits()
    context.close()
