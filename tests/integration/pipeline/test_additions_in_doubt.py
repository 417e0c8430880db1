"""An addition that is no longer wanted and may have arrived: the record is read, and nothing is added."""

from datetime import timedelta

import pytest

from profiles.accounts.models import Account
from profiles.claims.models import Claim, Lane
from profiles.claims.stopping import Stop, request_and_stop
from profiles.consents.models import Consent
from profiles.domain.claim import Origin
from profiles.domain.consent import Purpose
from profiles.infra import clock
from profiles.pipeline.requests import one as requests
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes, settle, works_of

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/doubtful"


@pytest.fixture
def claim(orcid, datacite):
    """A claim whose work was sent, and whose answer was lost."""
    permitted(orcid)
    registered(datacite, DOI)
    waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()
    claim = waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    Claim.objects.update(put_code=None, owner_client="", sent_digest=None, sent_inputs=None, in_doubt=True)
    claim.refresh_from_db()
    return claim


def has_not_arrived(orcid) -> None:
    for work in works_of(orcid):
        orcid.order("remove-work", {"orcid": ALICE, "put_code": work["put-code"]})


def stop(claim: Claim) -> None:
    request_and_stop([], [Stop(claim, "not-named", "auto-update")])


def test_a_work_that_arrived_is_found_after_auto_update_was_switched_off(orcid, claim):
    Account.objects.update(auto_update_since=None)

    run_lanes()

    assert (settle(claim).state, claim.problem) == ("done", "not-updated")
    assert [work["put-code"] for work in works_of(orcid)] == [claim.put_code]


def test_a_work_that_did_not_arrive_is_not_added_after_auto_update_was_switched_off(orcid, claim):
    has_not_arrived(orcid)
    Account.objects.update(auto_update_since=None)

    run_lanes()

    assert (settle(claim).state, claim.problem, works_of(orcid)) == ("ignored", "auto-update-off", [])


def test_a_stopped_work_that_arrived_is_found_and_stays_as_it_is(orcid, claim):
    before = works_of(orcid)
    stop(claim)

    run_lanes()

    assert (settle(claim).state, claim.sent_inputs) == ("done", None)
    assert claim.put_code == before[0]["put-code"]
    assert works_of(orcid) == before


def test_a_stopped_work_that_did_not_arrive_is_not_added(orcid, claim):
    has_not_arrived(orcid)
    stop(claim)

    run_lanes()

    assert (settle(claim).state, claim.detail, works_of(orcid)) == ("ignored", "not-named", [])


def test_a_stopped_work_is_not_called_not_added_without_permission_to_read_the_record(orcid, claim):
    Consent.objects.filter(purpose=Purpose.AUTO_UPDATE).update(access_token=None)
    stop(claim)

    run_lanes()

    assert (settle(claim).state, claim.problem, claim.in_doubt) == ("failed", "consent-missing", True)


def test_a_removal_looks_twice_for_a_work_that_may_still_arrive(orcid, claim):
    has_not_arrived(orcid)
    requests.remove(claim, actor=ALICE)

    run_lanes()

    assert (settle(claim).state, claim.in_doubt) == ("waiting", False)

    past = clock.now() - timedelta(seconds=1)
    Claim.objects.update(due_at=past)
    Lane.objects.update(due_at=past)
    run_lanes()

    assert (settle(claim).state, works_of(orcid)) == ("deleted", [])
    assert list(claim.attempts.order_by("id").values_list("verb", flat=True)[1:]) == ["find", "find"]
