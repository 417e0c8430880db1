"""Records are compared with what we know while workers and people go on: nothing of theirs is undone."""

import urllib.request
from threading import Thread

import pytest
from django.db import connections, transaction

from profiles.claims.models import Claim
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.consent import Purpose
from profiles.intake.models import Decision
from profiles.pipeline.works.reconcile import reconcile
from tests.support.claims import waiting_claim
from tests.support.intake import enrol, take_in
from tests.support.pushing import (
    ALICE,
    let_the_longest_call_pass,
    permitted,
    registered,
    run_lanes,
    settle,
    works_of,
)
from tests.support.records import creator, record
from tests.support.workers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/meanwhile"
LATER = "2026-07-02T00:00:00Z"


@pytest.fixture(params=list(Origin))
def origin(request):
    return request.param


def delete_at_orcid(orcid, claim):
    asked = {"client_id": claim.owner_client, "orcid": ALICE}
    token = orcid.order("tokens", asked)["access_token"]
    address = f"{orcid.url}/v3.0/{ALICE}/work/{claim.put_code}"
    request = urllib.request.Request(address, method="DELETE", headers={"Authorization": f"Bearer {token}"})
    urllib.request.urlopen(request, timeout=10).close()


def test_a_work_that_arrives_while_the_record_is_read_is_not_taken_for_removed(orcid, datacite):
    permitted(orcid, purposes=(Purpose.AUTO_UPDATE,))
    registered(datacite, DOI)
    orcid.fail_next(path="/works", method="GET", delay_after_ms=1_500)
    reader = Thread(target=_reconcile)
    reader.start()
    wait_until(lambda: any(c["path"].endswith("/works") for c in orcid.log()), seconds=10)

    claim = waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()
    assert settle(claim).state == "done"
    reader.join()

    assert (settle(claim).state, claim.removed_by_owner_at) == ("done", None)


def _reconcile():
    try:
        reconcile(ALICE)
    finally:
        connections.close_all()


def test_a_work_that_we_may_have_removed_ourselves_is_not_taken_for_removed_by_its_owner(
    orcid, datacite, origin
):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI, origin=origin)
    run_lanes()
    waiting_claim(ALICE, DOI, origin=origin, action=ClaimAction.DELETE)
    orcid.fail_next(2, path="/work", method="DELETE", drop_after=True)
    run_lanes(seconds=2)
    waiting_claim(ALICE, DOI, origin=origin)

    reconcile(ALICE)
    let_the_longest_call_pass(claim)
    run_lanes()

    assert (settle(claim).state, claim.removed_by_owner_at, len(works_of(orcid))) == ("done", None, 1)


def test_a_click_that_waits_to_bring_a_work_back_is_left_to_its_worker(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI, origin=Origin.SEARCH_AND_LINK)
    run_lanes()
    delete_at_orcid(orcid, settle(claim))
    registered(datacite, DOI, title="Ice cores, corrected")
    waiting_claim(ALICE, DOI, origin=Origin.SEARCH_AND_LINK, by_owner=True)

    reconcile(ALICE)
    Claim.objects.update(sent_digest=None, sent_inputs=None)
    run_lanes()

    assert (settle(claim).state, len(works_of(orcid))) == ("done", 1)


def test_a_work_that_arrives_while_its_doi_is_decided_about_stops_nothing_and_is_offered_for_removal():
    enrol()
    take_in(record(DOI))
    decider = Thread(target=_take_in, args=[record(DOI, creators=[creator(None)], updated=LATER)])
    with transaction.atomic():
        Claim.objects.update(state="done", put_code=1207, owner_client="APP-PROFILESDEMO0003")
        decider.start()
        wait_until(somebody_waits_for_a_lock, seconds=10)
    decider.join(20)

    assert Decision.objects.latest("id").result == "offer-removal"
    assert Claim.objects.get().state == "done"


def somebody_waits_for_a_lock():
    with connections["default"].cursor() as cursor:
        # What is seen once in a transaction stays as it was.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return cursor.fetchone()[0]


def _take_in(changed):
    try:
        take_in(changed)
    finally:
        connections.close_all()
