"""What "only the newest version" adds: the same on the live path, in why and in the preview."""

import pytest

from profiles.claims.models import Claim
from profiles.domain.eligibility.case import ORCID_QUOTA
from profiles.domain.eligibility.researcher_rules import ResearcherRules, Versions
from profiles.domain.ids import Doi, OrcidId
from profiles.domain.records.sighting import read_sighting
from profiles.infra import clock
from profiles.intake.models import Decision
from profiles.intake.watch import load_watch
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.harvest import harvest
from profiles.pipeline.requests import backfill
from profiles.pipeline.works.explain import personal_verdict
from tests.integration.intake.test_harvest import BEGIN
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, record, related

pytestmark = pytest.mark.django_db

OF_ONE_WORK = [related("IsVersionOf", "10.5072/all")]


def version(number, **changes):
    then = f"2026-07-01T10:0{number}:00Z"
    fields = {"relatedIdentifiers": OF_ONE_WORK, "registered": then, "updated": then, **changes}
    return record(f"10.5072/v{number}", **fields)


def poll_once(datacite, *records):
    """Read the next ten minutes of changes: from 9:59 to 10:09, then to 10:19."""
    datacite.order("dois", list(records))
    harvest(sync_clients.datacite(), load_watch(), begin=BEGIN, most_windows=1)


LATER = "2026-07-01T10:12:00Z"


def why(found):
    sighting = read_sighting(found)
    verdict = personal_verdict(Doi(sighting.doi), OrcidId(ANNA), sighting)
    return verdict.result.value, verdict.reason


def stored(doi):
    decision = Decision.objects.filter(doi=doi).latest("id")
    return decision.result, decision.reason


def previewed(doi):
    shown = backfill.preview(ANNA, ResearcherRules(versions=Versions.NEWEST_ONLY))
    return next(work.after for work in shown if work.doi == doi).result.value


def test_a_newer_version_is_added_when_an_older_one_came_in_an_earlier_harvest(datacite):
    enrol(rules={"versions": "newest"})
    poll_once(datacite, version(1))

    poll_once(datacite, version(2, registered=LATER, updated=LATER))

    assert stored("10.5072/v2") == ("claim", "new")
    assert why(version(2, registered=LATER, updated=LATER)) == ("claim", "new")
    assert previewed("10.5072/v2") == "claim"
    assert set(Claim.objects.values_list("doi", flat=True)) == {"10.5072/v1", "10.5072/v2"}


def test_an_older_version_is_left_out_when_a_newer_one_came_in_an_earlier_harvest(datacite):
    enrol(rules={"versions": "newest"})
    poll_once(datacite, version(2))

    poll_once(datacite, version(1, updated=LATER))

    assert stored("10.5072/v1") == ("skip", "not-the-newest")
    assert why(version(1, updated=LATER)) == ("skip", "not-the-newest")
    assert previewed("10.5072/v1") == "skip"


def test_why_finds_the_newest_version_of_a_work_before_any_was_seen_by_a_harvest():
    enrol(rules={"versions": "newest"})
    take_in(version(1))

    assert why(version(2)) == ("claim", "new")


def test_the_newest_of_what_came_together_is_not_the_newest_when_a_newer_one_is_known():
    enrol(rules={"versions": "newest"})
    take_in(version(5))

    take_in(version(1), version(2))

    assert stored("10.5072/v1") == ("skip", "not-the-newest")
    assert Decision.objects.get(doi="10.5072/v1").value == "10.5072/v5"
    assert stored("10.5072/v2") == ("skip", "not-the-newest")


def test_works_that_come_together_fill_a_record_only_up_to_its_limit():
    enrol()
    now = clock.now()
    on_record = {"orcid_id": ANNA, "action": "create", "origin": "orcid_update", "state": "done"}
    moments = {"requested_at": now, "created_at": now, "updated_at": now}
    Claim.objects.bulk_create(
        Claim(doi=f"10.5072/past-{number}", **on_record, **moments) for number in range(ORCID_QUOTA - 2)
    )

    take_in(*(record(f"10.5072/together-{number}") for number in range(4)))

    assert Claim.objects.filter(state="waiting").count() == 2
    assert Decision.objects.filter(reason="quota").count() == 2
