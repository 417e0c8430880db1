"""The story "is this you?": a repository's link, the researcher's answer, and what a third party sees."""

import pytest
import requests
from playwright.sync_api import expect

from profiles.webhooks import services as webhooks
from sandbox.datacite.credentials import DEMO_KEY
from tests.e2e.steps import ALICE, be_signed_in
from tests.support.receiver import receiving
from tests.support.records import creator, name_identifier, record
from tests.support.webhooks import tell

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
DOI, REPOSITORY = "10.5072/tides", "demo.repository"
WRITTEN = f"https://orcid.org/{ALICE} (unauthenticated)"


def test_a_researcher_confirms_a_work_its_repository_hears_of_it_and_a_third_party_sees_it(
    page, live_server, datacite
):
    base = live_server.url
    people = [creator(ALICE, name="Alvarado, Alice", nameIdentifiers=[name_identifier(WRITTEN)])]
    datacite.order("dois", [record(DOI, client=REPOSITORY, creators=people, titles=[{"title": "Tides"}])])
    # The manager finds the link to send.
    page.goto(f"{base}/my-repository")
    page.get_by_role("textbox", name="DataCite API key").fill(DEMO_KEY)
    page.get_by_role("button", name="Show my repository").click()
    link = page.get_by_role("region", name="Ask an author").get_by_text("/confirm?doi=").inner_text()
    page.get_by_role("button", name="Leave these pages").click()

    be_signed_in(page.context, base, ALICE, name="Alice Alvarado")
    with receiving() as manager:
        _hook, manager.secret = webhooks.register(
            owner="demo",
            name="Repository",
            url=manager.url,
            events=["author.answered"],
            repository=REPOSITORY,
        )

        # The researcher follows the repository's link.
        page.goto(f"{link}{DOI}")
        expect(page.get_by_role("heading", name="Is this you?")).to_be_visible()
        expect(page.get_by_text("typed in by someone")).to_be_visible()
        page.get_by_role("button", name="This is me").click()
        expect(page.locator("#work").locator("..")).to_contain_text("You said that this is you.")
        page.get_by_role("link", name="Who sees what you confirmed").click()
        page.get_by_role("button", name="Switch on").click()
        expect(page.get_by_role("button", name="Switch off")).to_be_visible()
        expect(page.get_by_role("link", name="Tides", exact=True)).to_be_visible()

        # The repository manager gets the answer.
        tell()
        (message,) = manager.messages
        assert message["data"]["attributes"]["answer"] == "mine"

    # A third party asks, without signing in.
    page.context.clear_cookies()
    page.goto(f"{base}/why?doi={DOI}&orcid={ALICE}")
    expect(page.get_by_text("The owner of this iD confirmed that this work names them.")).to_be_visible()
    answer = requests.get(f"{base}/confirmations", {"doi": DOI}, timeout=10)
    assert answer.json()["data"]["attributes"]["confirmed"] == [f"https://orcid.org/{ALICE}"]
