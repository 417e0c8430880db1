"""Auto-Update in the browser: past works chosen, a skip explained, a correction that arrives."""

import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from profiles.accounts.models import Account
from profiles.accounts.services import switch_auto_update
from profiles.infra import clock
from profiles.intake.models import LookBack
from profiles.intake.watch import load_watch
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.harvest import harvest
from profiles.pipeline.requests import backfill
from tests.e2e.steps import ALICE, arrive_as_alice, get_token
from tests.support.pushing import registered, run_lanes, works_of
from tests.support.records import related

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def alice(page, live_server, stands):
    arrive_as_alice(page, live_server.url)
    get_token(page)
    return lambda: switch_auto_update(account_id=Account.objects.get().pk, on=True)


def poll():
    time.sleep(1.05)  # windows end at whole seconds, as DataCite's moments do
    harvest(sync_clients.datacite(), load_watch(), begin=clock.now() - timedelta(minutes=5))


def titles_on_record(orcid):
    return sorted(work["title"]["title"]["value"] for work in works_of(orcid))


def test_permission_shows_past_works_which_are_chosen_and_seen_to_arrive(
    page, live_server, stands, orcid, datacite
):
    for number in ("one", "two", "three"):
        registered(datacite, f"10.5072/{number}", title=f"Past work {number}")
    arrive_as_alice(page, live_server.url)

    get_token(page)
    expect(page.locator("main").get_by_text("We found 3 works that name your iD")).to_be_visible()
    page.get_by_role("button", name="Look at them and choose").click()
    page.get_by_label("Past work two").uncheck()
    page.get_by_role("button", name="Add 2 works to ORCID").click()
    expect(page.locator("main").get_by_text("0 of 2 settled")).to_be_visible()
    run_lanes()

    # The page asks again by itself while works are on their way.
    expect(page.locator("#added")).to_contain_text("2 works are on your ORCID record.")
    expect(page.locator("main").get_by_text("2 of 2 settled")).to_be_visible()
    assert titles_on_record(orcid) == ["Past work one", "Past work three"]


def test_a_skipped_doi_is_explained_with_its_remedy(alice, page, live_server, orcid, datacite):
    alice()
    registered(datacite, "10.5072/file", relatedIdentifiers=[related("IsPartOf", "10.5072/whole")])
    poll()
    run_lanes()

    page.goto(f"{live_server.url}/why")
    page.get_by_label("DOI").fill("https://doi.org/10.5072/FILE")
    page.get_by_role("button", name="Explain").click()

    expect(page.get_by_text("By the rules, Auto-Update does not add this work.")).to_be_visible()
    expect(page.get_by_text("IsPartOf 10.5072/whole").first).to_be_visible()
    expect(page.get_by_text("allow parts under Settings").first).to_be_visible()
    expect(page.get_by_text("Last decided")).to_be_visible()
    assert works_of(orcid) == []


def test_a_title_that_is_corrected_at_datacite_is_corrected_on_the_record(
    alice, page, live_server, orcid, datacite
):
    alice()
    registered(datacite, "10.5072/corrected", title="Ice coers")
    poll()
    run_lanes()
    assert titles_on_record(orcid) == ["Ice coers"]

    registered(datacite, "10.5072/corrected", title="Ice cores")
    poll()
    run_lanes()

    assert titles_on_record(orcid) == ["Ice cores"]
    page.goto(f"{live_server.url}/why?doi=10.5072/corrected&orcid={ALICE}")
    expect(page.get_by_text("On your ORCID record since")).to_be_visible()


def test_switching_on_looks_back_and_claims_nothing(alice, page, live_server, orcid, datacite):
    registered(datacite, "10.5072/past", title="Past")
    datacite.order("dois", [_long_ago("10.5072/old")])

    alice()
    backfill.look_back(ALICE)
    run_lanes()

    assert LookBack.objects.get().orcid_id == ALICE
    assert "Old" not in titles_on_record(orcid)


def _long_ago(doi):
    from tests.support.records import creator, record

    return record(
        doi,
        creators=[creator(ALICE, name="Alvarado, Alice")],
        titles=[{"title": "Old"}],
        registered="2019-01-01T00:00:00Z",
        created="2019-01-01T00:00:00Z",
        updated="2019-01-01T00:00:00Z",
    )


def test_ask_me_first_is_answered_with_one_click_for_all(alice, page, live_server, orcid, datacite):
    alice()
    Account.objects.update(rules={"ask_first": True})
    for number in ("one", "two"):
        registered(datacite, f"10.5072/{number}", title=f"Asked {number}")
    poll()

    page.goto(f"{live_server.url}/works/ask")
    page.get_by_role("button", name="Yes to the chosen ones").click()
    expect(page.get_by_text("2 answers taken.")).to_be_visible()
    run_lanes()

    assert titles_on_record(orcid) == ["Asked one", "Asked two"]


def test_ask_me_first_is_answered_with_one_key_for_each(alice, page, live_server, orcid, datacite):
    alice()
    Account.objects.update(rules={"ask_first": True})
    for number in ("one", "two", "three"):
        registered(datacite, f"10.5072/{number}", title=f"Asked {number}")
    poll()

    page.goto(f"{live_server.url}/works/ask")
    page.get_by_label("Asked two").focus()
    page.keyboard.press("n")
    expect(page.get_by_text("1 answer taken.")).to_be_visible()
    expect(page.get_by_text("2 works wait for your answer.")).to_be_visible()
    page.keyboard.press("y")
    expect(page.get_by_text("1 work waits for your answer.")).to_be_visible()
    page.keyboard.press("y")
    expect(page.get_by_text("There is nothing to decide.")).to_be_visible()
    run_lanes()

    assert titles_on_record(orcid) == ["Asked one", "Asked three"]
