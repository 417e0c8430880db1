"""The story of a repository's manager: from the API key to a corrected iD (docs/user/repositories.md)."""

import re

import pytest
from playwright.sync_api import expect

from profiles.infra import clock
from profiles.pipeline.for_repositories.following import report_and_follow
from sandbox.datacite.credentials import DEMO_KEY
from tests.support.jobs import run_jobs
from tests.support.mailbox import text_of
from tests.support.pushing import ALICE
from tests.support.records import creator, name_identifier, record

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]
REPOSITORY, WITH_WORDS = "demo.repository", f"{ALICE} (Alice, see her CV) 2026"


def deposit(datacite, value: str) -> None:
    person = {**creator(None), "name": "Alvarado, Alice", "nameIdentifiers": [name_identifier(value)]}
    now = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    datacite.order("dois", [record("10.5072/ice", client=REPOSITORY, creators=[person], updated=now)])


def test_a_manager_comes_in_by_key_corrects_an_id_and_sees_it_changed(page, live_server, datacite, mailbox):
    deposit(datacite, WITH_WORDS)
    report_and_follow(REPOSITORY)

    page.goto(live_server.url)
    page.get_by_role("link", name="For repositories").click()
    page.get_by_label("DataCite API key, or your token from Fabrica").fill(DEMO_KEY)
    page.get_by_role("button", name="Show my repository").click()
    row = page.get_by_role("row").filter(has_text="10.5072/ice")
    expect(row).to_contain_text(WITH_WORDS)
    expect(row).to_contain_text(f"https://orcid.org/{ALICE}")
    expect(row).to_contain_text("open")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert "readable" in download.value.path().read_text(encoding="utf-8-sig")

    page.get_by_label("E-mail address").fill("manager@repository.example")
    page.get_by_role("button", name="Send the monthly mail there").click()
    expect(page.get_by_text("not confirmed yet")).to_be_visible()
    run_jobs()
    (link,) = re.findall(r"/my-repository/mails/confirm/\S+", text_of(mailbox.letters[0]))
    page.goto(live_server.url + link)
    page.get_by_role("button", name="Yes, send it to me").click()
    expect(page.get_by_role("heading", name="The monthly mail is on")).to_be_visible()

    deposit(datacite, f"https://orcid.org/{ALICE}")
    report_and_follow(REPOSITORY)
    page.get_by_role("link", name="For repositories").first.click()
    expect(row).to_contain_text("changed on")
    expect(page.get_by_text("of your creators have an ORCID iD")).to_be_visible()
    page.get_by_role("button", name="Leave these pages").click()
    expect(page.get_by_role("button", name="Show my repository")).to_be_visible()
