"""What DataCite refuses is reported as DataCite's, and its wait binds one claim no longer than the others."""

from datetime import timedelta

import pytest

from profiles.claims.models import Claim
from profiles.domain.problems import CATALOGUE
from profiles.infra import clock
from profiles.intake.models import DoiEvent
from profiles.pipeline import sync_clients
from profiles.pipeline.intake.receive import decide_due_events
from tests.integration.intake.test_harvest import announce
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_jobs")]

FEW_MINUTES = timedelta(minutes=11)


@pytest.mark.parametrize("status", [400, 401, 403, 406, 422])
def test_a_refusal_of_datacite_is_told_as_datacites(status, orcid, datacite):
    permitted(orcid, ALICE)
    registered(datacite, "10.5072/a")
    datacite.fail_next(1, path="/dois", status=status)
    claim = waiting_claim(ALICE, "10.5072/a")

    run_lanes()

    claim.refresh_from_db()
    assert (claim.state, claim.problem) == ("waiting", "datacite-refused")
    assert "DataCite" in CATALOGUE[claim.problem].title
    assert "ORCID" not in CATALOGUE[claim.problem].title


def test_a_wait_of_three_hours_holds_one_claim_no_longer_than_the_others(orcid, datacite):
    permitted(orcid, ALICE)
    registered(datacite, "10.5072/a")
    datacite.fail_next(1, path="/dois", status=429, headers={"Retry-After": "10800"})
    claim = waiting_claim(ALICE, "10.5072/a")

    run_lanes()

    claim.refresh_from_db()
    assert (claim.state, claim.problem) == ("waiting", "datacite-busy")
    assert claim.due_at < clock.now() + FEW_MINUTES
    assert Claim.objects.count() == 1


def test_a_wait_of_three_hours_holds_one_event_no_longer_than_the_others(datacite):
    announce(("e1", "10.5072/a"))
    datacite.fail_next(1, path="/dois", status=429, headers={"Retry-After": "10800"})

    decide_due_events(sync_clients.datacite())

    event = DoiEvent.objects.get()
    assert event.problem == "datacite-busy"
    assert event.due_at < clock.now() + FEW_MINUTES
