"""The same inputs are read, and the same DOIs answered, by search, why page, API and pasted lists."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims.models import SelectedWork
from tests.support.api_callers import Consumer, claim_body
from tests.support.claims import waiting_claim
from tests.support.finding import look_up_all, own_list, paste
from tests.support.page_texts import markup
from tests.support.pushing import ALICE, permitted, registered, run_lanes, settle
from tests.support.workbooks import workbook

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


@pytest.fixture
def alice(client, orcid, datacite):
    permitted(orcid)
    client.force_login(Account.objects.get(orcid_id=ALICE))
    return client


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://zenodo.org/records/8812001", "10.5281/zenodo.8812001"),
        (
            "https://dataverse.example.org/dataset.xhtml?persistentId=doi:10.5072/DVN/ICE&version=1.0",
            "10.5072/dvn/ice",
        ),
        ("DOI: (10.5072/ice.)", "10.5072/ice"),
        ("10.5072/odd.", "10.5072/odd."),
        ("https://example.org/10.5072/ice/galley/7/download", "10.5072/ice"),
    ],
    ids=["page", "Dataverse", "brackets", "a dot of its own", "a file's address"],
)
def test_an_address_or_a_reference_leads_to_its_work_on_every_page(alice, datacite, text, doi):
    registered(datacite, doi, title="Ice cores")

    searched = markup(alice.get(reverse("find"), {"text": text}))
    explained = alice.get(reverse("why"), {"doi": text, "orcid": ALICE, "format": "json"}).json()
    listed = own_list(alice, text)

    assert f">{doi}</a>" in searched
    assert explained["doi"] == doi
    assert "Ice cores" in listed
    assert SelectedWork.objects.get().doi == doi


def test_the_pages_say_which_reading_was_taken(alice, datacite):
    registered(datacite, "10.5281/zenodo.8812001", title="Ice cores")
    address = "https://zenodo.org/records/8812001"

    why = markup(alice.get(reverse("why"), {"doi": address, "orcid": ALICE}))

    assert f"Read from “{address}”" in own_list(alice, address)
    assert f"We read 10.5281/zenodo.8812001 from “{address}”." in why


CROSSREF = "10.1038/nature12373"


def test_a_doi_of_another_agency_gets_the_same_answer_everywhere(alice, orcid, datacite):
    registered(datacite, "10.5072/one")
    claim = waiting_claim(ALICE, CROSSREF)
    run_lanes()

    search = markup(alice.get(reverse("find"), {"text": CROSSREF}))
    why = markup(alice.get(reverse("why"), {"doi": CROSSREF, "orcid": ALICE}))
    as_json = alice.get(reverse("why"), {"doi": CROSSREF, "orcid": ALICE, "format": "json"}).json()
    mine = markup(alice.get(reverse("works")))

    assert (settle(claim).state, claim.problem, as_json["missing"]) == (
        "failed",
        "doi-elsewhere",
        "doi-elsewhere",
    )
    assert "The DOI is registered with DataCite." not in why
    for page in (search, why, mine, own_list(alice, CROSSREF)):
        assert "ot registered with DataCite" in page
        assert "Add it on your ORCID record, with “Add” and “DOI”" in page


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("https://github.com/sea/levels/releases/tag/v1", "Follow the DOI badge in the README"),
        ("https://figshare.com/s/8c1f2a9e", "On Figshare, press “Cite”"),
        ("10/abc12", "This is a short DOI"),
        ("https://example.org/sea", "Look for “DOI” or “Cite” on that page"),
    ],
)
def test_an_address_without_a_doi_is_answered_with_where_the_doi_is_found(alice, datacite, text, sentence):
    registered(datacite, "10.5072/ice", title="Ice cores")

    alone = paste(alice, text).content.decode()
    among_others = own_list(alice, f"10.5072/ice\n{text}")

    assert sentence in alone
    assert sentence in among_others
    assert "typing mistakes" not in alone + among_others


@pytest.mark.parametrize("how", ["text", "file"])
def test_beyond_the_limit_a_pasted_text_and_a_file_get_the_same_words(alice, how):
    content = "10.5072/ice " * 430_000
    form = (
        {"text": content}
        if how == "text"
        else {"text": "", "file": SimpleUploadedFile("a", content.encode())}
    )

    answer = paste(alice, **form)

    assert answer.status_code == 400
    assert "This is more than 5 MB. Split it, or paste the DOIs only." in answer.content.decode()


def test_a_workbook_is_read(alice, datacite):
    registered(datacite, "10.5072/ice", title="Ice cores")
    rows = [["Title", "DOI"], ["Ice", "https://doi.org/10.5072/ICE"]]

    paste(alice, file=SimpleUploadedFile("my.xlsx", workbook(rows)))
    look_up_all()

    assert "Ice cores" in own_list(alice)


def test_the_api_takes_an_address_as_the_pages_do(datacite, orcid):
    permitted(orcid)
    caller = Consumer(Account.objects.get(orcid_id=ALICE))

    answer = caller.call("post", "/claims", claim_body(doi="https://zenodo.org/records/8812001", orcid=ALICE))

    assert answer.json()["data"]["attributes"]["doi"] == "https://doi.org/10.5281/zenodo.8812001"
