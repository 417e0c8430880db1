"""What holds whichever way a change of a DOI arrives."""

import json
import urllib.request
from datetime import UTC, datetime

import pytest

from profiles.accounts.models import Account
from profiles.claims import services as claims
from profiles.claims.models import Claim
from profiles.domain.eligibility.case import Source
from profiles.intake.dump import units_of
from profiles.intake.models import Decision, DoiSnapshot, Repository
from profiles.intake.watch import load_watch
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.data_files import ingest_all
from profiles.pipeline.intake.harvest import harvest
from profiles.pipeline.intake.receive import AnnouncedDoi, decide_due_events, take_in_events
from profiles.pipeline.requests import backfill
from profiles.pipeline.works.explain import explain, record_fetcher
from profiles.pipeline.works.find_works import WorkSearch, find
from tests.support import environment
from tests.support.claims import waiting_claim
from tests.support.intake import enrol
from tests.support.pushing import ALICE, permitted, registered, run_lanes, works_of
from tests.support.records import ANNA, DOI, record

pytestmark = pytest.mark.django_db(transaction=True)
BEGIN = datetime(2026, 7, 1, 9, 59, tzinfo=UTC)


def by_polling(_tmp_path):
    harvest(sync_clients.datacite(), load_watch(), begin=BEGIN, most_windows=1)


def by_the_queue(_tmp_path):
    take_in_events([AnnouncedDoi("m1", DOI.upper())], source=Source.QUEUE)
    decide_due_events(sync_clients.datacite())


def by_an_agent(_tmp_path):
    take_in_events([AnnouncedDoi("e1", DOI)], source=Source.AGENT)
    decide_due_events(sync_clients.datacite())


def by_a_file(tmp_path):
    place = tmp_path / "part.jsonl"
    # DataCite's own files hold the records as a question for a single DOI gives them.
    with urllib.request.urlopen(f"{environment.stands.datacite_url}/dois/{DOI}", timeout=10) as answer:
        place.write_bytes(json.dumps(json.load(answer)["data"]).encode() + b"\n")
    list(ingest_all(units_of(str(place))))


def by_looking_back(_tmp_path):
    backfill.look_back(ANNA)


def by_choice(_tmp_path):
    backfill.decide_chosen(ANNA, backfill.fetch_chosen([DOI]))


REPOSITORY = "demo.repo"
SOURCES = [by_polling, by_the_queue, by_an_agent, by_a_file, by_looking_back, by_choice]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_the_repository_is_kept_with_the_doi(source, datacite, tmp_path):
    enrol()
    datacite.order("dois", [record(client=REPOSITORY)])

    source(tmp_path)

    assert DoiSnapshot.objects.get(doi=DOI).repository == REPOSITORY


def test_the_repository_is_kept_when_the_record_was_fetched_for_a_push(orcid, datacite):
    permitted(orcid, ALICE)
    registered(datacite, "10.5072/asked")
    waiting_claim(ALICE, "10.5072/asked")

    run_lanes()

    assert DoiSnapshot.objects.get().repository == "demo.repository"
    assert DoiSnapshot.objects.get().seen_at is None


def test_a_record_that_no_rule_watches_is_fetched_again_after_a_while(orcid, datacite):
    permitted(orcid, ALICE)
    registered(datacite, "10.5072/asked", title="Ice coers")
    claim = waiting_claim(ALICE, "10.5072/asked")
    run_lanes()
    registered(datacite, "10.5072/asked", title="Ice cores")
    DoiSnapshot.objects.update(fetched_at=BEGIN)

    claims.request_claims(
        [claims.ClaimRequest(orcid_id=ALICE, doi=claim.doi, origin=claim.origin, by_owner=True)]
    )
    run_lanes()

    assert [work["title"]["title"]["value"] for work in works_of(orcid)] == ["Ice cores"]
    assert DoiSnapshot.objects.get().title == "Ice cores"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.__name__)
def test_a_project_is_no_work(source, datacite, tmp_path):
    enrol()
    datacite.order("dois", [record(client="demo.raid")])

    source(tmp_path)

    assert Decision.objects.get().reason == "raid"
    assert not Claim.objects.exists()


def test_a_project_is_marked_on_find_works_and_is_explained(datacite):
    enrol()
    datacite.order("dois", [record(client="demo.raid")])

    (listed,) = find(Account.objects.get(orcid_id=ANNA), WorkSearch()).works
    explained = explain(DOI, ANNA, personal=False, fetch=record_fetcher(sync_clients.datacite()))

    assert listed.standing.left_out == "raid"
    assert explained.verdict.reason == "raid"


def test_what_a_repository_is_was_learnt_once_and_stays_known(datacite):
    enrol()
    datacite.order("dois", [record(client="demo.raid")])
    by_an_agent(None)
    Repository.objects.update(fetched_at=BEGIN)
    datacite.fail_next(None, path="/clients", status=503)

    take_in_events([AnnouncedDoi("e2", DOI)], source=Source.AGENT)
    decide_due_events(sync_clients.datacite())

    assert {decision.reason for decision in Decision.objects.all()} == {"raid"}


def test_a_repository_that_cannot_be_asked_about_holds_no_one_up(datacite, tmp_path):
    enrol()
    datacite.order("dois", [record()])
    datacite.fail_next(None, path="/clients", status=503)

    by_a_file(tmp_path)

    assert Claim.objects.get().doi == DOI
    assert not Repository.objects.exists()
