"""The work page compares ORCID's version with DataCite's after it has loaded, and sends the newer one."""

import pytest
from playwright.sync_api import expect

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from tests.e2e.steps import ALICE, be_signed_in
from tests.integration.intake.test_past_works import on_record
from tests.support.accessibility import walk
from tests.support.pushing import registered, run_lanes, works_of

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]


def test_a_newer_version_is_seen_on_the_work_page_and_sent_with_one_click(page, live_server, orcid, datacite):
    on_record(orcid, datacite, "10.5072/a")
    registered(datacite, "10.5072/a", title="Ice cores, second edition")
    Account.objects.update(auto_update_since=None)
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")
    work = f"/works/{Claim.objects.get().uuid}"
    assert walk(page, live_server.url, [f"{work}/newer"]) == []

    page.goto(f"{live_server.url}{work}")
    expect(page.get_by_role("heading", name="DataCite has a newer version")).to_be_visible()
    expect(page.get_by_role("cell", name="Ice cores, second edition")).to_be_visible()
    page.get_by_role("button", name="Send this version").click()
    expect(page.get_by_text("The newer version is being sent to your ORCID record.")).to_be_visible()
    run_lanes()

    assert [found["title"]["title"]["value"] for found in works_of(orcid)] == ["Ice cores, second edition"]
    page.goto(f"{live_server.url}{work}")
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    expect(page.get_by_role("heading", name="DataCite has a newer version")).to_have_count(0)
