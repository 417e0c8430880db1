"""Finding works: by iD, by name, by words; two facts of each; what DataCite's trouble means."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.domain.claim import ClaimEvent
from profiles.domain.consent import Purpose
from profiles.domain.work_status import Naming, OnRecord
from profiles.infra.models import Bucket
from profiles.infra.web import page_calls
from profiles.pipeline import datacite_time_budget, sync_clients
from profiles.pipeline.works.find_works import SearchMode, WorkSearch, find
from tests.support.claims import waiting_claim
from tests.support.finding import added_by_crossref
from tests.support.pushing import ALICE, permitted, registered, run_lanes
from tests.support.records import contributor, creator, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


@pytest.fixture
def alice(stands):
    return Account.objects.create(orcid_id=ALICE, name="Alice Alvarado", other_names=["Alvarado Ruiz, Alice"])


def by_doi(results):
    return {work.doi: work for work in results.works}


def test_works_that_name_the_id_are_found_whatever_the_role(alice, datacite):
    registered(datacite, "10.5072/mine")
    datacite.order(
        "dois", [record("10.5072/edited", creators=[creator()], contributors=[contributor(ALICE)])]
    )
    registered(datacite, "10.5072/not-mine", names=())

    found = by_doi(find(alice, WorkSearch()))

    assert {doi: work.standing.naming for doi, work in found.items() if doi.endswith(("mine", "edited"))} == {
        "10.5072/mine": Naming.CREATOR,
        "10.5072/edited": Naming.CONTRIBUTOR,
    }


def test_works_by_name_are_kept_apart_as_maybe(alice, datacite):
    registered(datacite, "10.5072/with-id", title="Names the iD")
    nameless = {"name": "Alvarado, Alice", "nameType": "Personal"}
    datacite.order(
        "dois",
        [
            record("10.5072/by-name", creators=[nameless]),
            record("10.5072/other-name", creators=[{"name": "Alice Alvarado Ruiz"}]),
            record("10.5072/other-id", creators=[creator(name="Alvarado, Alice", familyName="Alvarado")]),
        ],
    )

    found = by_doi(find(alice, WorkSearch(SearchMode.BY_NAME)))

    assert "10.5072/with-id" not in found
    naming = {doi: work.standing.naming for doi, work in found.items()}
    assert naming["10.5072/by-name"] is naming["10.5072/other-name"] is Naming.BY_NAME
    assert naming["10.5072/other-id"] is Naming.OTHER_ID


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("glaciers", {"10.5072/glacier"}),
        ('"melting glaciers"', {"10.5072/glacier"}),
        ("https://doi.org/10.5072/GLACIER", {"10.5072/glacier"}),
        ("glaciers (not closed", set()),
        ("glaciers: AND", set()),
    ],
)
def test_words_phrases_and_dois_are_found_and_odd_signs_do_no_harm(alice, datacite, text, expected):
    registered(datacite, "10.5072/glacier", title="Melting glaciers", names=())

    results = find(alice, WorkSearch(SearchMode.WORDS, text))

    assert results.problem is None
    assert set(by_doi(results)) == expected


def test_results_are_narrowed_by_kind_year_and_repository(alice, datacite):
    registered(datacite, "10.5072/data")
    registered(datacite, "10.5072/soft", types={"resourceTypeGeneral": "Software"}, publicationYear=2020)

    everything = find(alice, WorkSearch())
    software = find(alice, WorkSearch(kind="software"))
    of_2020 = find(alice, WorkSearch(year="2020"))

    assert {"dataset", "software"} <= {facet.id for facet in everything.facets["resourceTypes"]}
    assert "2020" in {facet.id for facet in everything.facets["published"]}
    assert set(by_doi(software)) == set(by_doi(of_2020)) == {"10.5072/soft"}


def test_whether_it_is_on_the_record_is_a_fact_of_its_own(alice, orcid, datacite):
    for name in ("ours", "elsewhere", "removed", "nowhere"):
        registered(datacite, f"10.5072/{name}")
    permitted(orcid)
    added_by_crossref(orcid, "10.5072/elsewhere")
    waiting_claim(ALICE, "10.5072/ours")
    run_lanes()
    gone = waiting_claim(ALICE, "10.5072/removed")
    services.move(claim_id=gone.pk, event=ClaimEvent.VANISH, problem="removed-by-owner")

    found = by_doi(find(alice, WorkSearch()))

    there = {doi: (work.standing.on_record, work.standing.source) for doi, work in found.items()}
    assert there["10.5072/ours"] == (OnRecord.DATACITE, "")
    assert there["10.5072/elsewhere"] == (OnRecord.ELSEWHERE, "Crossref")
    assert there["10.5072/removed"] == (OnRecord.REMOVED, "")
    assert there["10.5072/nowhere"] == (OnRecord.NO, "")


def test_the_record_is_read_once_for_several_pages(alice, orcid, datacite):
    permitted(orcid)
    registered(datacite, "10.5072/one")

    find(alice, WorkSearch())
    # One for each permission: the private works of one client are hidden from the other.
    reads = len(orcid.log(method="GET", path=f"/{ALICE}/works"))
    find(alice, WorkSearch(SearchMode.BY_NAME))

    assert reads == len(Purpose)
    assert len(orcid.log(method="GET", path=f"/{ALICE}/works")) == reads


def test_without_permission_the_record_is_unknown_not_empty(alice, datacite):
    registered(datacite, "10.5072/one")

    work = by_doi(find(alice, WorkSearch()))["10.5072/one"]

    assert work.standing.on_record is OnRecord.UNKNOWN


def test_a_search_that_is_down_is_told(alice, datacite):
    datacite.fail_next(None, status=503, path="/dois")

    results = find(alice, WorkSearch())

    assert (results.problem.code, results.works) == ("datacite-unavailable", [])
    assert results.again_in > 0


def test_a_search_that_is_slow_does_not_keep_the_page(alice, datacite):
    datacite.fail_next(None, path="/dois", delay_ms=5000)
    began = time.monotonic()

    results = find(alice, WorkSearch(), seconds=0.2)

    assert results.problem.code == "datacite-slow"
    assert time.monotonic() - began < 4


def test_when_datacite_asks_for_fewer_calls_no_one_calls_until_then(alice, datacite):
    datacite.fail_next(1, status=429, path="/dois", headers={"Retry-After": "30"})
    find(alice, WorkSearch())
    seen = len(datacite.log())

    again = find(alice, WorkSearch(SearchMode.WORDS, "ice"))

    assert again.problem.code == "datacite-busy"
    assert 0 < again.again_in <= 30
    assert len(datacite.log()) == seen
    Bucket.objects.update(blocked_until=None)
    assert find(alice, WorkSearch()).problem is None


def somebody_waits():
    try:
        datacite_time_budget.ask(lambda: sync_clients.datacite().search(query="ice"), seconds=3.5)
    finally:
        connections.close_all()


def test_when_datacite_is_slow_only_so_many_wait_for_it_and_the_others_are_told_at_once(alice, datacite):
    datacite.fail_next(None, path="/dois", delay_ms=4000)
    at_once = page_calls.gateway().at_once
    with ThreadPoolExecutor(at_once) as waiting:
        for _ in range(at_once):
            waiting.submit(somebody_waits)
        time.sleep(0.3)
        began = time.monotonic()

        results = find(alice, WorkSearch())

        assert results.problem.code == "datacite-slow"
        assert time.monotonic() - began < 3
    datacite.heal()
    assert find(alice, WorkSearch()).problem is None


def test_a_slow_record_is_done_without_and_not_waited_for_again_at_once(alice, orcid, datacite):
    permitted(orcid)
    registered(datacite, "10.5072/one")
    orcid.fail_next(None, path="/works", delay_ms=6000)

    first = find(alice, WorkSearch())
    asked = len(orcid.log(path=f"/v3.0/{ALICE}/works"))
    second = find(alice, WorkSearch())

    assert (first.record_problem, second.record_problem) == ("orcid-unavailable", "orcid-unavailable")
    assert [work.doi for work in second.works] == ["10.5072/one"]
    assert len(orcid.log(path=f"/v3.0/{ALICE}/works")) == asked
