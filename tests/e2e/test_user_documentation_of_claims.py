"""The user documentation of DataCite Profiles, walked in a browser sentence by sentence: claims."""

import time
from datetime import timedelta

import pytest
import requests
from playwright.sync_api import Page, expect

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.infra import clock
from profiles.intake.watch import load_watch
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.harvest import harvest
from profiles.pipeline.requests import backfill
from tests.e2e.commons import with_commons
from tests.e2e.steps import ALICE, be_signed_in, sign_in_at_orcid
from tests.support.pushing import permitted, registered, run_lanes, works_of
from tests.support.records import related

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache", "stands"),
]


OLD = {
    "title": {},
    "creator": {"names": (ALICE, "0009-0001-0000-0022")},
    "related": {"relatedIdentifiers": [related("References", "10.5072/cited")]},
    "funding": {"fundingReferences": [{"funderName": "Example Science Fund"}]},
}
"""Works that are older than Auto-Update, and how each is changed later."""


@pytest.fixture
def base(live_server) -> str:
    return live_server.url


@pytest.fixture
def alice(page, base) -> Page:
    be_signed_in(page.context, base, ALICE, name="Alice Alvarado", given_names="Alice")
    return page


@pytest.fixture
def commons(base, stands, settings) -> str:
    return with_commons(base, stands, settings)


@pytest.fixture
def enabled(alice, base, orcid, datacite) -> Page:
    """Alice enables Auto-Update on Settings, as the documentation says; she has older works."""
    for name in OLD:
        registered(datacite, f"10.5072/{name}", title=f"Old work: {name}")
    time.sleep(1.05)
    alice.goto(f"{base}/settings/me")
    alice.get_by_role("button", name="Get ORCID Token: ORCID Auto-Update").click()
    sign_in_at_orcid(alice)
    expect(alice.get_by_text("Auto-Update is on").first).to_be_visible()
    backfill.look_back(ALICE)
    return alice


def poll_and_send() -> None:
    """Do what the worker does each minute."""
    time.sleep(1.05)  # windows end at whole seconds, as DataCite's moments do
    harvest(sync_clients.datacite(), load_watch(), begin=clock.now() - timedelta(minutes=5))
    run_lanes()


def titles_on_record(orcid) -> list[str]:
    return sorted(work["title"]["title"]["value"] for work in works_of(orcid))


def test_claims_come_from_search_and_link_works_added_by_hand_from_commons(
    alice, base, commons, orcid, datacite
):
    permitted(orcid)
    registered(datacite, "10.5072/by-hand", title="Added by hand")
    alice.goto(f"{base}/settings/me")
    alice.get_by_role("link", name="Find works in DataCite Commons").click()
    assert alice.url == f"{commons}/orcid.org/{ALICE}"

    alice.get_by_role("link", name="Added by hand").click()
    alice.get_by_role("button", name="Add to ORCID Record").click()
    expect(alice.get_by_role("button", name="Claim waiting")).to_be_visible()
    run_lanes()
    expect(alice.get_by_role("button", name="Remove Claim")).to_be_visible(timeout=8_000)
    assert titles_on_record(orcid) == ["Added by hand"]
    assert Claim.objects.get().origin == "orcid_search"

    alice.get_by_role("button", name="Remove Claim").click()
    run_lanes()
    expect(alice.get_by_role("button", name="Add to ORCID Record")).to_be_visible(timeout=8_000)
    assert titles_on_record(orcid) == []


def test_without_permission_commons_leads_to_settings_where_it_is_given(
    alice, base, commons, orcid, datacite
):
    registered(datacite, "10.5072/by-hand", title="Added by hand")
    alice.goto(f"{base}/settings/me")
    alice.goto(f"{commons}/doi.org/10.5072/by-hand")
    alice.get_by_role("button", name="Add to ORCID Record").click()
    run_lanes()
    alice.goto(alice.url)

    alice.get_by_role("link", name="Account Settings").click()
    alice.get_by_role("button", name="Get ORCID Token: Search & Link").click()
    sign_in_at_orcid(alice)
    run_lanes()

    assert titles_on_record(orcid) == ["Added by hand"]


def test_each_time_a_new_doi_is_registered_with_ones_id_auto_update_updates_the_record(
    enabled, orcid, datacite
):
    registered(datacite, "10.5072/new", title="New work")

    poll_and_send()

    assert titles_on_record(orcid) == ["New work"]
    assert Claim.objects.get().origin == "orcid_update"


def test_auto_update_acts_on_findable_dois_registered_or_updated_after_it_was_enabled(
    enabled, base, orcid, datacite
):
    registered(datacite, "10.5072/draft", title="A draft", event="hide")
    registered(datacite, "10.5072/new", title="New work")
    poll_and_send()
    assert titles_on_record(orcid) == ["New work"], "neither the draft nor the old work"

    registered(datacite, "10.5072/draft", title="A draft made findable", event="publish")
    poll_and_send()

    assert titles_on_record(orcid) == ["A draft made findable", "New work"]


def test_for_an_existing_doi_an_update_of_creator_related_identifier_or_funding_triggers_it(
    enabled, orcid, datacite
):
    registered(datacite, "10.5072/title", title="Old work with another title")
    for name, change in OLD.items():
        if change:
            registered(datacite, f"10.5072/{name}", title=f"Old work: {name}", **change)

    poll_and_send()

    changed = sorted(f"Old work: {name}" for name, change in OLD.items() if change)
    assert titles_on_record(orcid) == changed, "another title alone does not trigger it"


def test_update_at_the_lower_right_of_settings_opens_a_window_with_two_options(alice, base, orcid):
    permitted(orcid)
    Account.objects.update(auto_update_since=None)
    alice.goto(f"{base}/settings/me")
    update = alice.get_by_role("link", name="Update", exact=True)
    place, content = update.bounding_box(), alice.locator("main").bounding_box()
    assert place is not None
    assert content is not None
    assert place["x"] + place["width"] / 2 > content["x"] + content["width"] / 2
    assert place["y"] > content["y"] + content["height"] / 3

    update.click()
    window = alice.get_by_role("dialog")
    expect(window).to_be_visible()
    assert window.get_by_role("checkbox").count() == 2
    window.get_by_label("Auto-Update: send new works to my ORCID record").check()
    shown = window.get_by_role("checkbox").first
    shown.uncheck()
    window.get_by_role("button", name="Save").click()

    expect(alice.get_by_text("hidden", exact=True)).to_be_visible()
    account = Account.objects.get()
    assert (account.is_public, account.auto_update_since is not None) == (False, True)
    people = requests.get(f"{base}/users?query=Alvarado", timeout=20).json()["data"]
    assert people == [], "other services no longer find her"
