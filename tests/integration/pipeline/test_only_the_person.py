"""What a person removed comes back by their own wish only, whatever a service calls its claim."""

import pytest

from profiles.claims import services
from profiles.claims.models import Claim
from profiles.consents.models import Consent
from profiles.domain.claim import ClaimEvent, Origin
from profiles.pipeline.requests import one
from tests.support.api_callers import Consumer, service_key
from tests.support.claims import waiting_claim
from tests.support.intake import enrol
from tests.support.pushing import ALICE, permitted, registered, run_lanes, settle, works_of

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/removed"


@pytest.fixture
def claim(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI, origin=Origin.SEARCH_AND_LINK)
    run_lanes()
    return settle(claim)


@pytest.mark.parametrize("source", list(Origin))
def test_a_service_does_not_bring_back_what_was_removed_in_orcid(orcid, claim, source):
    orcid.order("remove-work", {"orcid": ALICE, "put_code": claim.put_code})
    services.move(claim_id=claim.pk, event=ClaimEvent.VANISH)

    ask(source)

    assert (settle(claim).state, works_of(orcid)) == ("ignored", [])
    one.restore(claim, actor=ALICE)
    run_lanes()
    assert (settle(claim).state, len(works_of(orcid))) == ("done", 1)


@pytest.mark.parametrize("source", list(Origin))
def test_a_service_does_not_bring_back_what_was_removed_here(orcid, claim, source):
    one.remove(claim, actor=ALICE)
    run_lanes()
    assert (settle(claim).state, works_of(orcid)) == ("deleted", [])

    ask(source)

    assert works_of(orcid) == []


@pytest.mark.parametrize("source", list(Origin))
def test_a_removal_that_waits_for_orcid_is_not_lost_when_a_service_asks_for_the_work(orcid, claim, source):
    one.remove(claim, actor=ALICE)

    ask(source)

    assert (settle(claim).state, claim.put_code, works_of(orcid)) == ("deleted", None, [])
    asked = claim.history.filter(event="request").order_by("id").values_list("action", flat=True)
    assert list(asked) == ["create", "delete", "create"], "its story says what each of them asked"


def ask(source):
    wish = {"claim": {"orcid": ALICE, "doi": DOI, "source_id": source.value}}
    assert Consumer(token=service_key()).call("post", "/claims", wish).status_code == 202
    run_lanes()
    assert Claim.objects.count() == 1


@pytest.mark.parametrize("no_more", ["removed", "not mine"])
def test_without_permission_a_work_that_was_never_sent_can_be_called_off(orcid, datacite, no_more):
    enrol(ALICE, permission=False)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    run_lanes()
    assert settle(claim).problem == "consent-missing"

    if no_more == "removed":
        one.remove(claim, actor=ALICE)
    else:
        one.not_mine(orcid_id=ALICE, doi=DOI)
    run_lanes()

    assert settle(claim).state == "deleted"
    assert orcid.log(path="/work") == []


def test_without_permission_a_work_that_may_have_been_sent_is_not_said_to_be_off(orcid, claim):
    Claim.objects.update(put_code=None)
    Consent.objects.all().delete()

    one.remove(settle(claim), actor=ALICE)
    run_lanes()

    assert (settle(claim).state, settle(claim).problem) == ("failed", "consent-missing")
