"""Many additions in one call: what ORCID refuses as a whole costs only those that are at fault."""

import json

import pytest

from profiles.domain.claim import Origin
from tests.support.pushing import bulk, permitted, run_lanes, settle, works_of

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = json.dumps({"response-code": 400, "developer-message": "invalid JSON", "error-code": 9047})


@pytest.fixture
def claims(orcid, datacite):
    permitted(orcid)
    return bulk(datacite, 7, origin=Origin.AUTO_UPDATE)


def states(claims):
    return [settle(claim).state for claim in claims]


def test_a_record_with_room_for_some_takes_some(orcid, claims):
    """ORCID refuses a whole bulk that would overfill the record (contract 2.11.1)."""
    orcid.order("options", {"max_works": 4})

    run_lanes(seconds=10)

    assert states(claims) == ["done"] * 4 + ["failed"] * 3
    assert [claim.problem for claim in claims] == [""] * 4 + ["record-full"] * 3
    assert len(works_of(orcid)) == 4


def test_a_full_record_is_not_asked_for_each_work(orcid, claims):
    orcid.order("options", {"max_works": 0})

    run_lanes(seconds=10)

    assert {claim.problem for claim in claims if settle(claim)} == {"record-full"}
    assert len(orcid.log(method="POST", path="/work")) <= 3


def test_a_call_that_is_refused_for_one_work_keeps_no_other_from_arriving(orcid, claims):
    """One character that JSON or XML does not take costs ORCID's answer to all (contract 2.4.6)."""
    orcid.fail_next(path="/works", method="POST", status=400, body=REFUSED, content_type="application/json")

    run_lanes(seconds=10)

    assert states(claims) == ["done"] * 7


@pytest.mark.parametrize(("status", "body"), [(400, REFUSED), (413, "<html>too large</html>")])
def test_works_arrive_one_by_one_where_orcid_takes_none_together(orcid, claims, status, body):
    orcid.fail_next(None, path="/works", method="POST", status=status, body=body)

    run_lanes(seconds=10)

    assert states(claims) == ["done"] * 7
    assert len(works_of(orcid)) == 7


def test_where_orcid_takes_none_together_the_first_arrive_after_few_calls(orcid, datacite):
    """A turn has its end: one that ended before anything arrived would begin anew for ever."""
    permitted(orcid)
    many = bulk(datacite, 40, origin=Origin.AUTO_UPDATE)
    orcid.fail_next(
        None, path="/works", method="POST", status=400, body=REFUSED, content_type="application/json"
    )

    run_lanes(seconds=20)

    calls = [call["path"].rpartition("/")[2] for call in orcid.log(method="POST", path="/work")]
    assert calls.index("work") <= 2
    assert states(many) == ["done"] * 40
