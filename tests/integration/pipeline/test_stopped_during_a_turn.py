"""Whatever may stop a write stops it during a turn too: at most the call in progress still arrives."""

import pytest

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from profiles.claims.selectors import attempts_of
from profiles.domain.claim import ClaimAction, Origin
from tests.support.claims import waiting_claim
from tests.support.pushing import (
    ALICE,
    bulk,
    permitted,
    registered,
    run_lanes,
    settle,
    while_orcid_holds_a_call,
    works_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
DOIS = [f"10.5072/turn-{number}" for number in range(6)]
BOTH = pytest.mark.parametrize("origin", list(Origin))
PURPOSE = {Origin.SEARCH_AND_LINK: "search_and_link", Origin.AUTO_UPDATE: "auto_update"}


@pytest.fixture
def alice(client, orcid, datacite):
    """Alice's browser."""
    permitted(orcid)
    client.force_login(Account.objects.get(orcid_id=ALICE))
    return client


def six_corrections(datacite, origin: Origin) -> list[Claim]:
    """Put six works on Alice's record, and let a correction of each be due."""
    for title in ("Ice cores", "Ice cores, second edition"):
        for doi in DOIS:
            registered(datacite, doi, title=title)
            waiting_claim(ALICE, doi, origin=origin)
        if title == "Ice cores":
            run_lanes()
    return list(Claim.objects.order_by("doi"))


def corrections(orcid) -> int:
    return len(orcid.log(method="PUT", path="/work/"))


@BOTH
def test_nothing_more_is_sent_once_the_permission_is_withdrawn(orcid, datacite, alice, origin):
    claims = six_corrections(datacite, origin)

    with while_orcid_holds_a_call(orcid, method="PUT", path="/work/"):
        alice.post(f"/orcid/{PURPOSE[origin]}/withdraw")

    assert corrections(orcid) == 1
    assert sorted(settle(claim).state for claim in claims) == ["done"] + ["failed"] * 5


def test_nothing_more_is_sent_once_auto_update_is_switched_off(orcid, datacite, alice):
    six_corrections(datacite, Origin.AUTO_UPDATE)

    with while_orcid_holds_a_call(orcid, method="PUT", path="/work/"):
        alice.post("/settings/update", {"is_public": "on"})

    assert corrections(orcid) == 1


def test_what_the_person_asked_for_is_sent_although_auto_update_is_switched_off(orcid, datacite, alice):
    six_corrections(datacite, Origin.SEARCH_AND_LINK)

    with while_orcid_holds_a_call(orcid, method="PUT", path="/work/"):
        alice.post("/settings/update", {"is_public": "on"})

    assert corrections(orcid) == 6


@BOTH
def test_nothing_more_is_sent_once_the_account_is_closed(orcid, datacite, alice, origin):
    six_corrections(datacite, origin)

    with while_orcid_holds_a_call(orcid, method="PUT", path="/work/"):
        alice.post("/settings/leave", {"works": "keep", "sure": "on"})

    assert not Account.objects.filter(orcid_id=ALICE, closed_at=None).exists()
    assert corrections(orcid) == 1


@BOTH
@pytest.mark.parametrize("action", ["remove", "not-mine"])
def test_a_work_that_its_person_takes_off_is_not_corrected_first(orcid, datacite, alice, origin, action):
    claims = six_corrections(datacite, origin)

    with while_orcid_holds_a_call(orcid, method="PUT", path="/work/"):
        for claim in claims:
            alice.post(f"/works/{claim.uuid}/{action}")

    assert corrections(orcid) == 1
    assert works_of(orcid) == []
    assert {settle(claim).state for claim in claims} == {"deleted"}


def test_additions_stopped_before_their_call_in_bulk_are_left_out_of_it(orcid, datacite, alice):
    claims = bulk(datacite, 5, origin=Origin.AUTO_UPDATE)
    registered(datacite, "10.5072/clicked")
    waiting_claim(ALICE, "10.5072/clicked", origin=Origin.AUTO_UPDATE, urgent=True)

    # The click goes first and alone; meanwhile a rule calls off one of the five that travel together.
    with while_orcid_holds_a_call(orcid, method="POST", path="/work"):
        waiting_claim(ALICE, claims[2].doi, origin=Origin.AUTO_UPDATE, action=ClaimAction.DELETE)

    assert len(works_of(orcid)) == 5
    assert "add-many" not in {call.verb for call in attempts_of(settle(claims[2]))}
    assert [settle(claim).state for claim in claims if claim != claims[2]] == ["done"] * 4


def test_a_removal_goes_on_although_auto_update_is_switched_off(orcid, datacite, alice):
    claims = six_corrections(datacite, Origin.AUTO_UPDATE)
    run_lanes()
    for claim in claims:
        waiting_claim(ALICE, claim.doi, origin=Origin.AUTO_UPDATE, action=ClaimAction.DELETE)

    with while_orcid_holds_a_call(orcid, method="DELETE", path="/work/"):
        alice.post("/settings/update", {"is_public": "on"})

    assert works_of(orcid) == []
