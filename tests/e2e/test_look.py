"""No name, in any script, pushes anything off the smallest phone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimEvent
from tests.e2e.steps import ALICE, be_signed_in
from tests.e2e.test_access import OPEN, OWN
from tests.e2e.test_account_menu import NAMES
from tests.support.accessibility import outside
from tests.support.claims import waiting_claim
from tests.support.pushing import permitted, registered, run_lanes

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
LONG = {
    "one": NAMES["one-word"] * 2,
    "two": f"{NAMES['arabic']} {NAMES['arabic']}",
    "three": NAMES["chinese"] * 3,
    "a-rather-long-name-of-a-doi-without-any-place-to-break-it-at-all-0123456789": "Short",
}


def keep_pictures(page: Page, base: str, paths: list[str]) -> None:
    """Keep pictures to look at, in a folder that the caller of the tests names."""
    if not (folder := os.environ.get("PROFILES_PICTURES")):
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path in paths:
        for scheme, width, height in (("light", 1280, 800), ("dark", 390, 844), ("light", 390, 844)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            page.goto(base + path)
            page.wait_for_timeout(250)
            name = path.strip("/").replace("/", "-").replace("?", "-").replace(":", "") or "home"
            page.screenshot(path=Path(folder) / f"{name[:60]}-{width}-{scheme}.png", full_page=True)


@pytest.fixture
def addresses(orcid, datacite) -> list[str]:
    """All pages of a person, with works whose titles are long in three scripts."""
    for name, title in LONG.items():
        registered(datacite, f"10.5072/{name}", title=title)
    permitted(orcid)
    for name in LONG:
        waiting_claim(ALICE, f"10.5072/{name}")
    run_lanes()
    failed = waiting_claim(ALICE, "10.5072/failed")
    services.move(claim_id=failed.pk, event=ClaimEvent.FAIL, problem="consent-missing")
    return [*OPEN, *OWN, *(f"/works/{claim.uuid}" for claim in Claim.objects.order_by("pk"))]


def test_no_page_lets_long_names_push_anything_off_a_phone(page: Page, context, live_server, addresses):
    names = {"other_names": [NAMES["arabic"], NAMES["chinese"]], "organisation": NAMES["sixty-letters"]}
    be_signed_in(context, live_server.url, ALICE, name=NAMES["one-word"], **names)
    page.set_viewport_size({"width": 320, "height": 640})
    wrong = []
    for path in addresses:
        page.goto(live_server.url + path)
        wrong += [f"{path}: {one}" for one in outside(page)]
        wrong += [] if page.locator(".menu").count() else [f"{path}: not signed in"]
    keep_pictures(page, live_server.url, addresses)

    assert wrong == []
