"""Trust upgrade: Auto-Update takes over what came by hand; first its own entry, then the old one goes."""

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims.models import Attempt, Claim, ClaimHistory, Lane
from profiles.consents.models import Consent
from profiles.domain.claim import Origin
from profiles.domain.consent import Purpose
from profiles.infra import wiring
from profiles.pipeline.push import take_over
from profiles.pipeline.requests import one as requests
from profiles.pipeline.works.my_works import list_works
from tests.integration.pipeline.test_bulk import REFUSED
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes, works_of

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/by-hand"


@pytest.fixture
def by_hand(orcid, datacite):
    """A work that Alice added by a click, though its metadata name her."""
    permitted(orcid)
    registered(datacite, DOI)
    waiting_claim(ALICE, DOI, origin=Origin.SEARCH_AND_LINK)
    run_lanes()
    return Claim.objects.get()


def client_of(purpose):
    return wiring.orcid_client(purpose).client_id


def sources(orcid):
    return [work["source"]["source-client-id"]["path"] for work in works_of(orcid)]


def calls():
    return list(Attempt.objects.order_by("id").values_list("verb", "problem"))


def test_as_many_works_as_the_page_lists_can_be_taken_over_at_once(by_hand, client):
    client.force_login(Account.objects.get(orcid_id=ALICE))

    answer = client.post(reverse("trust"), {"doi": [DOI, *(f"10.5072/{n}" for n in range(1, 5000))]})

    assert answer.status_code == 302


def test_the_new_entry_is_there_before_the_old_one_goes(by_hand, orcid):
    before = by_hand.put_code

    assert take_over.take_over(orcid_id=ALICE, dois=[DOI]) == 1
    run_lanes()

    claim = Claim.objects.get()
    assert sources(orcid) == [client_of(Purpose.AUTO_UPDATE)]
    assert calls() == [("add", ""), ("add", ""), ("remove", "")]
    assert claim.put_code != before
    assert (claim.state, claim.owner_client, claim.reassert) == (
        "done",
        client_of(Purpose.AUTO_UPDATE),
        False,
    )
    assert claim.origin == Origin.AUTO_UPDATE
    assert ClaimHistory.objects.latest("id").note == "taken over by Auto-Update"
    assert take_over.search_and_link_works(ALICE) == []


def test_cut_off_between_the_two_it_begins_again_and_leaves_one_entry(by_hand, orcid):
    orcid.fail_next(path="/work", method="DELETE", status=503)
    take_over.take_over(orcid_id=ALICE, dois=[DOI])
    run_lanes(seconds=3)

    waiting = Claim.objects.get()
    assert (waiting.state, waiting.reassert, waiting.put_code) == ("waiting", True, by_hand.put_code)
    assert len(works_of(orcid)) == 2
    assert [work.is_asked for work in take_over.search_and_link_works(ALICE)] == [True]

    Claim.objects.update(due_at=waiting.requested_at)
    Lane.objects.update(due_at=waiting.requested_at)
    run_lanes()

    assert sources(orcid) == [client_of(Purpose.AUTO_UPDATE)]
    assert Claim.objects.get().state == "done"


def test_who_removes_a_work_that_is_half_taken_over_has_neither_entry_left(by_hand, orcid):
    orcid.fail_next(path="/work", method="DELETE", status=503)
    take_over.take_over(orcid_id=ALICE, dois=[DOI])
    run_lanes(seconds=3)
    assert len(works_of(orcid)) == 2

    requests.remove(Claim.objects.get(), actor=ALICE)
    run_lanes()

    assert works_of(orcid) == []
    assert (Claim.objects.get().state, Claim.objects.get().reassert) == ("deleted", False)


def test_when_the_new_entry_cannot_be_added_the_old_one_stays(by_hand, orcid):
    orcid.fail_next(path="/work", method="POST", status=503)
    take_over.take_over(orcid_id=ALICE, dois=[DOI])
    run_lanes(seconds=3)

    assert sources(orcid) == [client_of(Purpose.SEARCH_AND_LINK)]


def test_a_take_over_that_failed_is_told_and_can_be_tried_again(by_hand, client, orcid):
    client.force_login(Account.objects.get(orcid_id=ALICE))
    orcid.fail_next(path="/work", method="POST", status=400, body=REFUSED, content_type="application/json")
    take_over.take_over(orcid_id=ALICE, dois=[DOI])
    run_lanes()

    page = client.get(reverse("trust")).content.decode()
    assert Claim.objects.get().state == "failed"
    assert "could not be taken over" in page
    assert reverse("work", args=[by_hand.uuid]) in page
    assert "data-follows" not in page
    assert "Every work that names your iD" not in page

    client.post(reverse("act_on_work", args=[by_hand.uuid, "again"]))
    run_lanes()

    assert sources(orcid) == [client_of(Purpose.AUTO_UPDATE)]


@pytest.mark.parametrize("missing", list(Purpose))
def test_without_both_permissions_nothing_is_taken_over(by_hand, missing):
    Consent.objects.filter(purpose=missing.value).delete()

    assert take_over.take_over(orcid_id=ALICE, dois=[DOI]) == 0
    assert Claim.objects.get().state == "done"


def test_a_work_that_does_not_name_the_person_is_not_offered(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI, names=())
    waiting_claim(ALICE, DOI, origin=Origin.SEARCH_AND_LINK)
    run_lanes()

    assert take_over.search_and_link_works(ALICE) == []
    assert take_over.take_over(orcid_id=ALICE, dois=[DOI]) == 0


def test_the_page_explains_and_does_it(by_hand, client, orcid):
    client.force_login(Account.objects.get(orcid_id=ALICE))
    offer = client.get(reverse("works")).content.decode()
    page = client.get(reverse("trust")).content.decode()

    said = client.post(reverse("trust"), {"doi": [DOI]}, follow=True).content.decode()
    run_lanes()

    assert "1 work names your iD, but came by your own click." in offer
    assert "Ice cores" in page
    assert "Readers and systems trust that more." in page
    assert "Auto-Update takes over 1 work." in said
    assert "being taken over" in said
    assert sources(orcid) == [client_of(Purpose.AUTO_UPDATE)]
    assert list_works(ALICE)[0].claim.origin == Origin.AUTO_UPDATE
