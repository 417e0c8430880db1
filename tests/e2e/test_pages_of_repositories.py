"""The story "I have this page open": the address in the browser is pasted, and its work is added."""

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import ALICE, be_signed_in
from tests.support.finding import look_up_all
from tests.support.pushing import permitted, run_lanes, works_of
from tests.support.records import record

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clean_cache"),
]


@pytest.mark.parametrize(
    "case",
    [
        ("https://zenodo.org/records/8812001?preview=1", "10.5281/zenodo.8812001"),
        ("https://figshare.com/articles/dataset/Sea_levels/8812001/2", "10.6084/m9.figshare.8812001"),
        ("https://osf.io/7kx2q/files/osfstorage", "10.17605/osf.io/7kx2q"),
        (
            "https://dataverse.example.org/dataset.xhtml?persistentId=doi:10.5072/DVN/ICE&version=1.0",
            "10.5072/dvn/ice",
        ),
        ("https://arxiv.org/pdf/2203.01234v3", "10.48550/arxiv.2203.01234"),
    ],
    ids=["Zenodo", "Figshare", "OSF", "Dataverse", "arXiv"],
)
def test_the_page_that_is_open_in_the_browser_is_pasted_and_its_work_added(
    page, live_server, orcid, datacite, case
):
    address, doi = case
    permitted(orcid)
    datacite.order("dois", [record(doi, titles=[{"title": "Sea levels"}])])
    be_signed_in(page.context, live_server.url, ALICE, name="Alice Alvarado")

    page.goto(f"{live_server.url}/find?by=list")
    page.get_by_label("Words, a title, a DOI, or a list of DOIs").fill(address)
    page.get_by_role("button", name="Search").click()
    look_up_all()
    expect(page.get_by_role("checkbox", name="Sea levels")).to_be_checked()
    expect(page.get_by_text(f"Read from “{address}”")).to_be_visible()
    page.get_by_role("button", name="to ORCID").click()
    expect(page.locator("#added")).to_contain_text("1 is on its way")
    run_lanes()

    expect(page.locator("#added")).to_contain_text("1 work is on your ORCID record.")
    (work,) = works_of(orcid)
    assert work["external-ids"]["external-id"][0]["external-id-value"] == doi
