"""Find works, as a browser gets it: files, filters, two facts, and what each kind of DOI is answered with."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import SelectedWork
from profiles.domain.claim import ClaimEvent
from tests.support.claims import waiting_claim
from tests.support.finding import added_by_crossref, look_up_all, own_list, paste
from tests.support.intake import enrol
from tests.support.page_texts import markup
from tests.support.pushing import ALICE, permitted, registered, run_lanes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
BIBTEX = b"@dataset{ice, title={Ice}, doi = {10.5072/ICE}}\n@misc{sea, url={https://doi.org/10.5072/sea}}"
RIS = b"TY  - DATA\r\nDO  - 10.5072/ice\r\nER  - \r\nTY  - DATA\r\nDO  - doi:10.5072/sea\r\nER  - \r\n"
CSV = '\ufeffTitle;DOI;Year\r\n"Ice; cores";10.5072/ice;2020\r\nSea;https://dx.doi.org/10.5072/sea;2021\r\n'.encode()
PLAIN = "Berg, A. (2020). Ice. https://doi.org/10.5072/ice. See also (doi: 10.5072/sea).".encode("utf-16")


@pytest.fixture
def alice(client, orcid, datacite):
    permitted(orcid)
    Account.objects.update(name="Alice Alvarado")
    client.force_login(Account.objects.get(orcid_id=ALICE))
    return client


def item_of(page: str, doi: str) -> str:
    """Return the row of a work."""
    return html.unescape(next(part for part in page.split('<li class="hit')[1:] if f"{doi}<" in part))


def facts_of(page: str, doi: str) -> list[str]:
    """Return the two facts that are shown with a work: whom it names, and its state."""
    item = item_of(page, doi)
    (naming,) = re.findall(r"· ((?:names|does not name) [^·<]*) ·", item)
    (state,) = re.findall(r'<span class="state[^>]*>.*?([^<>]+)</span>', item.replace("</svg>", ""))
    return [naming, state]


@pytest.mark.parametrize(
    ("name", "content"),
    [("my.bib", BIBTEX), ("my.ris", RIS), ("my.csv", CSV), ("my.txt", PLAIN)],
    ids=["BibTeX", "RIS", "CSV", "plain"],
)
def test_a_file_is_read_for_its_dois(alice, datacite, name, content):
    registered(datacite, "10.5072/ice", title="Ice cores")
    registered(datacite, "10.5072/sea", title="Sea levels")

    paste(alice, file=SimpleUploadedFile(name, content))
    look_up_all()
    page = own_list(alice)

    assert set(SelectedWork.objects.filter(finding="datacite").values_list("doi", flat=True)) == {
        "10.5072/ice",
        "10.5072/sea",
    }
    assert "Ice cores" in page
    assert "Sea levels" in page


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"text": ""}, "Paste some DOIs, or choose a file."),
        ({"text": "no DOI in here"}, "We found no DOI in this"),
        ({"text": "", "file": SimpleUploadedFile("big.txt", b"x" * 5_000_001)}, "more than 5 MB"),
    ],
    ids=["nothing", "no DOI", "too large"],
)
def test_what_cannot_be_read_is_said_and_kept_in_the_field(alice, form, sentence):
    answer = paste(alice, **form)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert form["text"] in page


@pytest.mark.parametrize(
    "start", [b"PK\x03\x04", b"%PDF-1.7 (https://doi.org/10.5072/ice)"], ids=["broken xlsx", "pdf"]
)
def test_a_file_without_text_is_answered_with_how_to_save_it_and_none_of_its_bytes_are_shown(alice, start):
    file = SimpleUploadedFile("my.file", start + bytes(range(256)))

    answer = paste(alice, "10.5072/typed", file)

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "CSV" in page.partition('id="mistake"')[2][:200]
    assert "10.5072/typed" in page
    assert start[:4].decode() not in page
    assert not SelectedWork.objects.exists()


def test_of_a_file_without_dois_nothing_is_put_into_the_field(alice):
    answer = paste(alice, file=SimpleUploadedFile("a.txt", b"No such thing"))

    assert "We found no DOI in this" in answer.content.decode()
    assert "No such thing" not in answer.content.decode()


def test_a_table_without_headings_leads_to_its_works(alice, datacite):
    registered(datacite, "10.5072/ice", title="Ice cores")
    registered(datacite, "10.5072/sea", title="Sea levels")

    paste(alice, "10.5072/ice,Ice cores,2020\r\n10.5072/sea,Sea levels,2021")
    look_up_all()

    found = SelectedWork.objects.filter(finding="datacite", is_chosen=True)
    assert set(found.values_list("doi", flat=True)) == {"10.5072/ice", "10.5072/sea"}


def test_a_title_is_shown_without_the_marks_of_a_web_page(alice, datacite):
    registered(datacite, "10.5072/ice", title="The rise of <i>H</i><sub>2</sub>O &amp; ice")

    page = alice.get(reverse("find"), {"text": "rise"}).content.decode()

    assert ">The rise of H2O &amp; ice</bdi></label>" in page


def test_while_orcid_does_not_answer_no_one_is_told_to_give_a_permission_that_they_gave(
    alice, orcid, datacite
):
    registered(datacite, "10.5072/ice", title="Ice cores")
    orcid.fail_next(None, path="/works", status=503)

    for page in (
        alice.get(reverse("find"), {"text": "ice"}).content.decode(),
        own_list(alice, "10.5072/ice"),
    ):
        assert "Can be added" in item_of(page, "10.5072/ice")
        assert "Your ORCID record could not be read just now" in page


def test_a_work_that_was_asked_for_before_leads_to_where_it_is_undone(alice, datacite):
    registered(datacite, "10.5072/ours", title="Ice cores")
    registered(datacite, "10.5072/failed", title="Ice sheets")
    registered(datacite, "10.5072/new", title="Ice")
    claim = waiting_claim(ALICE, "10.5072/failed")
    services.move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="missing-data")
    waiting_claim(ALICE, "10.5072/ours")
    run_lanes()

    page = alice.get(reverse("find"), {"text": "ice"}).content.decode()

    items = {name: item_of(page, f"10.5072/{name}") for name in ("ours", "failed", "new")}
    assert f'href="{reverse("works")}?text=10.5072/ours"' in items["ours"]
    assert "Not sent: Missing data" in items["failed"]
    assert reverse("works") + "?text=" in items["failed"]
    assert reverse("works") + "?text=" not in items["new"]


def test_a_doi_with_a_mistyped_prefix_is_not_only_sent_to_another_agency(alice):
    page = own_list(alice, "10.5821/zenodo.1")

    assert "Not registered with DataCite" in page
    assert "compare it with the DOI on the work" in page


def test_who_gave_no_permission_is_told_that_it_is_what_is_missing(client, datacite):
    client.force_login(enrol(permission=False))
    registered(datacite, "10.5072/ice", title="Ice cores")

    page = client.get(reverse("find"), {"text": "ice"}).content.decode()

    assert "Without your permission we do not see which of them are on your record already." in page
    assert "could not be read" not in page


def test_what_was_added_last_is_found_again_from_the_empty_choice(alice, datacite):
    registered(datacite, "10.5072/ice", title="Ice cores")
    own_list(alice, "10.5072/ice 10.1016/elsewhere")
    alice.post(reverse("find"), {"shown": "10.5072/ice", "doi": "10.5072/ice", "do": "add"})

    page = own_list(alice)

    selection = SelectedWork.objects.first().selection
    assert "Nothing is chosen yet" in page
    assert reverse("find_added", args=[selection.uuid]) in page


def test_whom_it_names_and_whether_it_is_there_are_two_facts(alice, orcid, datacite):
    for name in ("ours", "elsewhere", "removed", "nowhere"):
        registered(datacite, f"10.5072/{name}")
    registered(datacite, "10.5072/not-me", names=())
    added_by_crossref(orcid, "10.5072/elsewhere")
    waiting_claim(ALICE, "10.5072/ours")
    run_lanes()
    gone = waiting_claim(ALICE, "10.5072/removed")
    services.move(claim_id=gone.pk, event=ClaimEvent.VANISH, problem="removed-by-owner")

    mine = alice.get(reverse("find")).content.decode()
    other = alice.get(reverse("find"), {"text": "10.5072/not-me"}).content.decode()

    assert facts_of(mine, "10.5072/ours") == ["names you as creator", "On your record"]
    assert facts_of(mine, "10.5072/elsewhere") == ["names you as creator", "On your record, from Crossref"]
    assert facts_of(mine, "10.5072/removed") == ["names you as creator", "Removed by you"]
    assert facts_of(mine, "10.5072/nowhere") == ["names you as creator", "Can be added"]
    assert facts_of(other, "10.5072/not-me") == ["does not name you", "Can be added"]


def test_filters_offer_what_was_found_and_narrow_it(alice, datacite):
    registered(datacite, "10.5072/data", publicationYear=2024)
    registered(datacite, "10.5072/soft", types={"resourceTypeGeneral": "Software"}, publicationYear=2020)

    everything = alice.get(reverse("find")).content.decode()
    software = alice.get(reverse("find"), {"by": "id", "type": "software"}).content.decode()
    of_2024 = alice.get(reverse("find"), {"by": "id", "year": "2024"}).content.decode()
    elsewhere = alice.get(reverse("find"), {"by": "id", "repository": "no.such"}).content.decode()

    assert '<option value="software">' in everything
    assert '<option value="2020">' in everything
    assert "10.5072/soft" in software
    assert "10.5072/data" not in software
    assert "10.5072/data" in of_2024
    assert "10.5072/soft" not in of_2024
    assert "Nothing fits these filters" in elsewhere


def test_where_datacite_does_not_count_the_filters_offer_what_the_page_shows(alice, datacite):
    article = {"resourceTypeGeneral": "JournalArticle"}
    registered(datacite, "10.5072/data", publicationYear=2024)
    registered(datacite, "10.5072/paper", types=article, publicationYear=2020)
    datacite.order("options", {"facets": False})

    everything = alice.get(reverse("find")).content.decode()
    papers = alice.get(reverse("find"), {"by": "id", "type": "journal-article"}).content.decode()

    assert '<option value="journal-article">Journal Article</option>' in everything
    assert '<option value="2024">2024</option>' in everything
    assert '<option value="demo.repository">Demo Repository</option>' in everything
    assert "10.5072/paper" in papers
    assert "10.5072/data" not in papers


@pytest.mark.parametrize(
    ("doi", "sentence"),
    [
        ("10.1038/nature12373", "Not registered with DataCite"),
        ("10.5072/does.not.exist", "DataCite knows no findable DOI with this name"),
    ],
    ids=["another agency", "unknown, hidden or mistyped"],
)
def test_a_doi_that_the_search_does_not_show_is_answered_with_what_it_is(alice, datacite, doi, sentence):
    registered(datacite, "10.5072/one")

    page = markup(alice.get(reverse("find"), {"text": doi}))

    assert f"<h2>{sentence}</h2>" in page
    assert f"We looked for {doi}." in page


def test_a_doi_that_was_searched_for_can_be_looked_up_again(alice, datacite):
    paste(alice, "10.1038/nature12373")
    look_up_all()

    assert SelectedWork.objects.get().finding == "elsewhere"


def test_my_works_are_narrowed_by_their_source(alice, datacite):
    waiting_claim(ALICE, "10.5072/clicked")

    by_click = alice.get(reverse("works"), {"source": "orcid_search"}).content.decode()
    by_itself = alice.get(reverse("works"), {"source": "orcid_update"}).content.decode()

    assert "10.5072/clicked" in by_click
    assert "Nothing fits these filters." in by_itself
