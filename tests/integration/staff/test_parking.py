"""Works that support parks are not sent until they are let go on, or asked for again."""

from datetime import timedelta

import pytest

from profiles.accounts.models import StaffAudit
from profiles.claims.models import Claim
from profiles.infra import clock
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes
from tests.support.staff import dana

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
DOI = "10.5072/parked"


def test_what_is_parked_is_not_sent_until_it_is_let_go_on(orcid, datacite):
    registered(datacite, DOI)
    permitted(orcid)
    waiting_claim(ALICE, DOI)
    staff = dana()

    answer = staff.post(f"/staff/acts/park?person={ALICE}&doi={DOI}", {"reason": "ticket 9"})
    page = staff.get(answer["Location"]).content.decode()
    run_lanes()

    claim = Claim.objects.get()
    assert (claim.state, claim.problem, claim.tries) == ("waiting", "put-off", 0)
    assert clock.now() + timedelta(days=13) < claim.due_at < clock.now() + timedelta(days=15)
    assert "support has put it off. We try again automatically." in page

    staff.post(f"/staff/acts/resume?person={ALICE}", {"reason": "ticket 9"})
    run_lanes()

    assert Claim.objects.get().state == "done"
    acts = StaffAudit.objects.exclude(act="looked").order_by("id")
    assert list(acts.values_list("act", "count")) == [("parked", 1), ("let parked works go on", 1)]
