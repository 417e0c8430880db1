"""Software with 204 releases becomes one entry on a phone, and comes back."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from profiles.claims.models import Claim
from profiles.domain.records.sighting import read_sighting
from profiles.intake.snapshots import SnapshotInput, fill_gaps
from tests.e2e.steps import ALICE, be_signed_in
from tests.support.pushing import permitted
from tests.support.records import record, related

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]

RELEASES = 204


@pytest.fixture
def alice(live_server, orcid):
    """Alice, whose software is on her record once for each release."""
    permitted(orcid)
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    releases = [
        record(
            f"10.5072/release-{number}",
            titles=[{"title": f"Glacier toolbox {number}.0"}],
            relatedIdentifiers=[related("IsVersionOf", "10.5072/glacier-toolbox")],
            registered=(begin + timedelta(days=number)).isoformat(),
        )
        for number in range(1, RELEASES + 1)
    ]
    fill_gaps([SnapshotInput.of(read_sighting(release)) for release in releases])
    on_record = {"state": "done", "owner_client": "APP-X", "requested_at": "2026-01-01T00:00:00Z"}
    Claim.objects.bulk_create(
        Claim(orcid_id=ALICE, doi=release["id"], origin="orcid_update", put_code=number, **on_record)
        for number, release in enumerate(releases, 1)
    )


def test_204_entries_become_one_and_come_back(browser, live_server, alice):
    context = browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True, locale="en-GB")
    be_signed_in(context, live_server.url, ALICE, name="Alice Alvarado")
    page = context.new_page()
    page.goto(f"{live_server.url}/works")

    page.get_by_role("link", name="One entry for each work").tap()
    expect(page.get_by_role("heading", name="204 entries of 1 work become 1")).to_be_visible()
    if folder := os.environ.get("PROFILES_LOOK"):
        page.screenshot(path=Path(folder) / "one-entry.png", full_page=True)
    page.get_by_role("button", name="Make it one entry").tap()

    expect(
        page.locator("main").get_by_text("203 entries are being taken off your ORCID record.")
    ).to_be_visible()
    assert Claim.objects.filter(action="delete").count() == RELEASES - 1
    assert Claim.objects.get(action="create").doi == f"10.5072/release-{RELEASES}"
    page.get_by_role("button", name="Bring them back").tap()
    expect(page.locator("#bulk-act")).to_be_visible()
    assert Claim.objects.filter(action="create").count() == RELEASES
    context.close()
