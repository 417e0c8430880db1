"""My works narrowed down: by state, type, year, repository and source, in pages of the person's size."""

import csv
import io
import re
from html import unescape

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimEvent, Origin
from profiles.domain.records.sighting import read_sighting
from profiles.infra import clock
from profiles.intake.models import Repository
from profiles.intake.snapshots import SnapshotInput, fill_gaps
from tests.support.claims import waiting_claim
from tests.support.intake import enrol
from tests.support.pushing import ALICE
from tests.support.records import record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


def work(doi, kind, year, repository, *, origin=Origin.SEARCH_AND_LINK, failed=False):
    raw = record(
        doi,
        titles=[{"title": f"About {doi}"}],
        types={"resourceTypeGeneral": kind},
        publicationYear=year,
        publisher="As the depositor wrote it",
        client=repository,
    )
    fill_gaps([SnapshotInput.of(read_sighting(raw))])
    claim = waiting_claim(ALICE, doi, origin=origin)
    if failed:
        services.move(claim_id=claim.pk, event=ClaimEvent.FAIL, problem="missing-data")


@pytest.fixture
def alice(client):
    client.force_login(enrol(ALICE))
    Repository.objects.create(client_id="tib.pangaea", name="PANGAEA", fetched_at=clock.now())
    work("10.5072/ice", "Dataset", 2026, "tib.pangaea", origin=Origin.AUTO_UPDATE)
    work("10.5072/snow", "Dataset", 2025, "tib.pangaea", failed=True)
    work("10.5072/code", "ComputationalNotebook", 2025, "cern.zenodo")
    return client


def page(client, address=""):
    answer = client.get(reverse("works") + address)
    assert answer.status_code == 200
    return answer.content.decode()


def dois(text):
    return sorted(set(re.findall(r'href="https://doi.org/(10\.5072/\w+)"', text)))


def lines(text):
    return re.findall(r'<h2><a id="work-\d+"', text)


def values(text):
    """Return the label and count of each value of the facets, and where it leads."""
    found = re.findall(
        r'<a id="facet-([^"]+)" href="([^"]*)"[^>]*><bdi>([^<]+)</bdi> <span class="count">(\d+)', text
    )
    return {label: (int(count), unescape(address)) for _id, address, label, count in found}


def test_each_facet_names_its_values_and_counts_them(alice):
    counts = {label: count for label, (count, _) in values(page(alice)).items()}

    assert counts == {
        "On my record": 0,
        "On their way": 2,
        "Not sent": 1,
        "Removed": 0,
        "Not added": 0,
        "Dataset": 2,
        "Computational Notebook": 1,
        "Search &amp; Link": 2,
        "Auto-Update": 1,
        # The name as DataCite says it, else as the metadata do; never the code of the repository.
        "PANGAEA": 2,
        "As the depositor wrote it": 1,
        "2026": 1,
        "2025": 2,
    }


def test_values_of_one_facet_widen_and_facets_narrow_and_each_can_be_taken_away(alice):
    first = page(alice, values(page(alice))["Dataset"][1])
    assert dois(first) == ["10.5072/ice", "10.5072/snow"]

    second = page(alice, values(first)["2025"][1])
    assert dois(second) == ["10.5072/snow"]
    assert values(second)["Computational Notebook"][0] == 1, "so many more, if it is chosen too"

    wider = page(alice, values(second)["Computational Notebook"][1])
    assert dois(wider) == ["10.5072/code", "10.5072/snow"]

    chips = re.findall(r'<a class="chip" href="([^"]*)">.*?<bdi>([^<]+)</bdi>', wider)
    assert sorted(label for _, label in chips) == ["2025", "Computational Notebook", "Dataset"]
    without = next(unescape(address) for address, label in chips if label == "2025")
    assert dois(page(alice, without)) == ["10.5072/code", "10.5072/ice", "10.5072/snow"]


def test_a_facet_and_words_and_the_order_go_together(alice):
    text = page(alice, "?type=Dataset&text=about&sort=title")

    assert dois(text) == ["10.5072/ice", "10.5072/snow"]
    assert text.index("About 10.5072/ice") < text.index("About 10.5072/snow")
    assert 'name="type" value="Dataset"' in text, "another search keeps the filters"
    assert "sort=title" in values(text)["2025"][1]


def test_what_no_work_has_and_what_is_no_value_say_so_and_break_nothing(alice):
    assert "Nothing fits these filters." in page(alice, "?type=Sound")
    assert "Show all" in page(alice, "?type=Sound")
    assert len(dois(page(alice, "?show=nonsense&page=x&size=7&sort=y"))) == 3


def test_a_work_without_metadata_is_found_as_that(alice):
    waiting_claim(ALICE, "10.5072/unknown")

    text = page(alice)

    assert values(text)["No type"][0] == values(text)["No year"][0] == 1
    assert dois(page(alice, values(text)["No repository"][1])) == ["10.5072/unknown"]


def test_the_size_of_a_page_is_remembered(alice):
    for number in range(57):
        waiting_claim(ALICE, f"10.5072/n{number}")
    assert len(dois(page(alice))) == 25

    assert len(lines(page(alice, "?size=50"))) == 50
    assert len(lines(page(alice))) == 50
    assert len(lines(page(alice, "?page=2"))) == 10

    alice.force_login(Account.objects.get(orcid_id=ALICE))
    assert len(lines(page(alice))) == 50, "also after another sign-in in this browser"


def test_the_files_have_what_is_found_in_words(alice):
    link = re.search(r'href="([^"]*works\.csv[^"]*)" data-zone', page(alice, "?type=Dataset&show=queued"))
    answer = alice.get(unescape(link[1]))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert [row["DOI"] for row in rows] == ["10.5072/ice"]
    assert [(row["Type"], row["Year"], row["Repository"]) for row in rows] == [("Dataset", "2026", "PANGAEA")]
    assert len(alice.get(reverse("works_download", args=["json"])).json()) == Claim.objects.count()
