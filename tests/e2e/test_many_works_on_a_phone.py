"""500 works on a phone, each tap counted; and acts on many works by keys alone, with their news read out."""

import csv
from pathlib import Path

import pytest
from django.db.models import F
from playwright.sync_api import Locator, expect

from profiles.claims.models import Claim
from profiles.domain.records.sighting import read_sighting
from profiles.intake.snapshots import SnapshotInput, fill_gaps
from profiles.ops.demo.many_works import works_of_many
from tests.e2e.keys import press, tab_to
from tests.e2e.steps import ALICE, be_signed_in
from tests.support.pushing import permitted

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
MAX_TAPS = 12
OTHER = "demo.other"


@pytest.fixture
def alice(live_server, orcid):
    """Alice, with 500 works of five repositories on her record."""
    permitted(orcid)
    works = works_of_many()
    fill_gaps([SnapshotInput.of(read_sighting(work)) for work in works])
    on_record = {"state": "done", "owner_client": "APP-X", "requested_at": "2026-01-01T00:00:00Z"}
    Claim.objects.bulk_create(
        Claim(orcid_id=ALICE, doi=work["id"], origin="orcid_search", put_code=number, **on_record)
        for number, work in enumerate(works, 1)
    )


def signed_in(context, live_server):
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado")
    return context.new_page()


@pytest.fixture
def datacite_of_alice(orcid, datacite):
    """DataCite with 500 works that name Alice, every fifth of them of another repository."""
    permitted(orcid)
    works = works_of_many()
    for number, work in enumerate(works):
        named = work["attributes"]["creators"][0]["nameIdentifiers"][0]
        named["nameIdentifier"] = f"https://orcid.org/{ALICE}"
        if number % 5 == 0:
            work["relationships"]["client"]["data"]["id"] = OTHER
    datacite.order("dois", works)


def test_of_500_works_a_repository_is_left_out_and_three_are_removed_in_twelve_taps(
    browser, live_server, datacite_of_alice
):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="en-GB")
    page = signed_in(context, live_server)
    page.goto(live_server.url)
    places = page.get_by_role("navigation", name="Pages")
    taps = 0

    def tap(wanted: Locator) -> None:
        nonlocal taps
        taps += 1
        wanted.tap()

    tap(places.get_by_role("link", name="Find works"))
    tap(page.locator("summary", has_text="Filter and order"))
    page.get_by_label("Repository").select_option(OTHER)
    taps += 1
    tap(page.get_by_role("button", name="Choose all but these"))
    tap(page.get_by_role("button", name="Add 400 works to ORCID"))
    expect(page.get_by_role("heading", name="Adding 400 works to your ORCID record")).to_be_visible()
    # As when the worker has added them.
    Claim.objects.update(state="done", put_code=F("id"), owner_client="APP-X", due_at=None)
    tap(places.get_by_role("link", name="My works"))
    expect(page.locator("main").get_by_text("400 works, 1 to 25")).to_be_visible()
    for row in range(3):
        tap(page.locator('[name="work"]').nth(row))
    tap(page.get_by_role("button", name="Remove", exact=True))
    expect(page.locator("#bulk-act")).to_contain_text("3 works are being removed from your ORCID record.")
    tap(page.get_by_role("button", name="Keep it").first)
    expect(page.get_by_text("The work stays on your ORCID record.")).to_be_visible()
    with page.expect_download() as download:
        tap(page.get_by_role("link", name="Download as CSV"))

    with Path(download.value.path()).open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == 400
    assert Claim.objects.filter(action="delete").count() == 2
    assert taps <= MAX_TAPS
    context.close()


YEARS = (2000, 2001, 2002)


def test_all_that_is_found_is_called_off_and_read_out_by_keys_alone(context, live_server, alice):
    page = signed_in(context, live_server)
    found = sum(_is_found(work["attributes"]) for work in works_of_many())
    years = "&".join(f"year={year}" for year in YEARS)
    # The last page: the keyboard has few rows to cross.
    page.goto(f"{live_server.url}/works?type=Dataset&{years}&page=2")

    tab_to(page, page.get_by_role("checkbox", name="All on this page"))
    page.keyboard.press("Space")
    expect(page.locator(".works-bar [aria-live]")).to_have_text(f"{found - 25} chosen")
    tab_to(page, page.get_by_role("checkbox", name=f"all {found} found"), most=100)
    page.keyboard.press("Space")
    expect(page.locator(".works-bar [aria-live]")).to_have_text(f"{found} chosen")
    press(page, page.get_by_role("button", name="Remove", exact=True))

    notice = page.get_by_role("region", name=f"{found} works are being removed from your ORCID record.")
    expect(notice).to_be_focused()
    expect(notice.get_by_text(f"0 of {found} settled")).to_be_visible()
    press(page, notice.get_by_role("button", name="Call off the rest"))
    expect(page.locator("#bulk-act")).to_contain_text(f"{found} works are left as they were")
    assert not Claim.objects.filter(action="delete").exists()


def _is_found(attributes) -> bool:
    kind = attributes["types"]["resourceTypeGeneral"]
    return kind == "Dataset" and attributes["publicationYear"] in YEARS
