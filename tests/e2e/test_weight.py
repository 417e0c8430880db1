"""What a visit costs: bytes that travel, counted by the browser; and when the first words are seen."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.steps import ALICE, be_signed_in
from tests.integration.intake.test_past_works import on_record
from tests.support.served_beside import serving

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
FIRST_VISIT = 60_000
WORKS = 25
# Lighthouse's "slow 4G", and a phone whose processor is a quarter as fast as this machine's.
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 96_000}
SLOWER_CPU = 4
FIRST_WORDS = """() => new Promise((done) => new PerformanceObserver((list) => {
    const seen = list.getEntriesByName('first-contentful-paint')[0];
    if (seen) done(seen.startTime);
}).observe({ type: 'paint', buffered: true }))"""


@pytest.fixture
def address() -> Iterator[str]:
    with serving() as (host, port):
        yield f"http://{host}:{port}"


@pytest.fixture
def works(orcid, datacite, clean_cache) -> None:
    """Alice has works on her record."""
    on_record(orcid, datacite, *(f"10.5072/ice-{number}" for number in range(WORKS)))


def transferred(page: Page, address: str) -> dict[str, int]:
    """Load a page and return the bytes that came for each address, headers included."""
    session, names, sizes = page.context.new_cdp_session(page), {}, {}
    session.send("Network.enable")

    def name(event: dict[str, Any]) -> None:
        names[event["requestId"]] = event["request"]["url"]

    def count(event: dict[str, Any]) -> None:
        sizes[names[event["requestId"]]] = int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", name)
    session.on("Network.loadingFinished", count)
    page.goto(address, wait_until="networkidle")
    session.detach()
    return sizes


def test_a_first_visit_costs_at_most_60_kilobytes_and_a_second_one_only_the_page(page: Page, address):
    first = transferred(page, f"{address}/")
    second = transferred(page, f"{address}/sign_in")
    files = [url for url, size in second.items() if "/static/" in url and size > 0]

    assert len(first) > 5
    assert sum(first.values()) <= FIRST_VISIT, first
    assert not [url for url in first if "htmx" in url]
    assert (files, sum(second.values()) <= 10_000) == ([], True), second


def test_static_files_are_kept_for_a_year_and_found_under_the_version_of_another_host(page: Page, address):
    page.goto(f"{address}/sign_in")
    sheet = page.locator("link[rel=stylesheet]").first.get_attribute("href")
    version = sheet.split("/")[2]

    kept = page.request.get(f"{address}{sheet}")
    of_another_host = page.request.get(f"{address}{sheet.replace(version, '0' * 12)}")

    assert kept.headers["cache-control"] == "max-age=31536000, public, immutable"
    assert kept.headers["content-encoding"] == "gzip"
    assert (of_another_host.status, of_another_host.headers["cache-control"]) == (200, "no-store")
    assert of_another_host.body() == kept.body()


@pytest.mark.proof
@pytest.mark.parametrize("path", ["/", "/sign_in", "/why", "/works"])
def test_the_first_words_are_seen_on_a_slow_phone(browser: Browser, address, path, works, capsys):
    seen = []
    for _ in range(3):
        context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2)
        if path == "/works":
            be_signed_in(context, address, ALICE, name="Alice Alvarado")
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
        answer = page.goto(f"{address}{path}")
        assert (answer.status, page.url) == (200, f"{address}{path}")
        seen.append(page.evaluate(FIRST_WORDS))
        context.close()
    with capsys.disabled():
        sys.stdout.write(f"\npaint: first words of {path} on slow 4G after {sorted(seen)[1]:.0f} ms\n")

    assert len(seen) == 3
