"""Two things at the same moment: whatever the order, the record ends as its owner wants it."""

from datetime import timedelta

import pytest

from profiles.accounts.models import Account
from profiles.claims.models import Claim, Lane
from profiles.claims.selectors import attempts_of, history_of
from profiles.clients.orcid_oauth import TokenAnswer
from profiles.domain.claim import ClaimAction, Origin
from profiles.domain.consent import SCOPES, Purpose
from profiles.infra import clock, wiring
from profiles.intake.models import Decision
from profiles.pipeline.permissions import grant
from tests.support.claims import waiting_claim
from tests.support.intake import take_in
from tests.support.pushing import (
    ALICE,
    BOB,
    bulk,
    permitted,
    registered,
    run_lanes,
    settle,
    while_orcid_holds_a_call,
    works_of,
)
from tests.support.records import creator, record
from tests.support.workers import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
DOI = "10.5072/race"
BOTH = pytest.mark.parametrize("origin", list(Origin))


@pytest.fixture
def alice(client, orcid, datacite):
    """Alice's browser; she gave both permissions, and Auto-Update has been on all year."""
    permitted(orcid)
    Account.objects.update(auto_update_since="2026-01-01T00:00:00Z")
    client.force_login(Account.objects.get(orcid_id=ALICE))
    return client


def a_work_on_the_record(datacite, origin: Origin) -> Claim:
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI, origin=origin)
    run_lanes()
    assert settle(claim).state == "done"
    return claim


def changed(datacite, origin: Origin, title: str) -> None:
    """Let the DOI change, and the change be on its way to the record."""
    registered(datacite, DOI, title=title)
    waiting_claim(ALICE, DOI, origin=origin)


def delete_in_orcid(orcid, claim: Claim) -> None:
    orcid.order("remove-work", {"orcid": ALICE, "put_code": settle(claim).put_code})


# --- a work that its owner deletes in ORCID -------------------------------------------------------
@BOTH
def test_a_deleted_work_stays_away_although_a_second_change_comes_during_the_call(
    orcid, datacite, alice, origin
):
    claim = a_work_on_the_record(datacite, origin)
    delete_in_orcid(orcid, claim)
    changed(datacite, origin, "Changed once")

    with while_orcid_holds_a_call(orcid, method="PUT", path="/work"):
        changed(datacite, origin, "Changed twice")

    assert works_of(orcid) == []
    assert (settle(claim).problem, claim.put_code) == ("removed-by-owner", None)
    assert claim.removed_by_owner_at is not None


@BOTH
def test_a_work_deleted_while_its_correction_is_sent_stays_away(orcid, datacite, alice, origin):
    claim = a_work_on_the_record(datacite, origin)
    changed(datacite, origin, "Changed once")

    with while_orcid_holds_a_call(orcid, method="PUT", path="/work", after=True):
        delete_in_orcid(orcid, claim)
        changed(datacite, origin, "Changed twice")

    assert works_of(orcid) == []
    assert settle(claim).problem == "removed-by-owner"


@BOTH
def test_a_deleted_work_that_its_owner_asks_for_during_the_call_comes_back(orcid, datacite, alice, origin):
    claim = a_work_on_the_record(datacite, origin)
    delete_in_orcid(orcid, claim)
    changed(datacite, origin, "Changed")

    with while_orcid_holds_a_call(orcid, method="PUT", path="/work"):
        alice.post(f"/works/{claim.uuid}/again")

    assert len(works_of(orcid)) == 1
    assert (settle(claim).state, claim.removed_by_owner_at) == ("done", None)


@BOTH
def test_a_deleted_work_comes_back_when_its_owner_tries_again(orcid, datacite, alice, origin):
    claim = a_work_on_the_record(datacite, origin)
    delete_in_orcid(orcid, claim)

    alice.post(f"/works/{claim.uuid}/again")
    run_lanes()

    (work,) = works_of(orcid)
    assert (settle(claim).state, claim.put_code) == ("done", work["put-code"])


@BOTH
def test_a_work_deleted_after_its_owners_request_was_carried_out_stays_away(orcid, datacite, alice, origin):
    claim = a_work_on_the_record(datacite, origin)
    alice.post(f"/works/{claim.uuid}/again")
    run_lanes()
    delete_in_orcid(orcid, claim)

    changed(datacite, origin, "Changed")
    run_lanes()

    assert works_of(orcid) == []


# --- a wrong iD that is corrected -----------------------------------------------------------------
def names(*orcid_ids: str, at: str) -> dict:
    return record(DOI, creators=[creator(one) for one in orcid_ids], updated=f"2026-11-29T{at}:00Z")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("rule", ["ask", "remove"])
def test_a_work_sent_to_a_wrong_person_does_not_stay_there(orcid, datacite, alice, rule, after):
    Account.objects.update(rules={"when_withdrawn": rule})
    take_in(names(ALICE, at="10:00"))
    registered(datacite, DOI)

    with while_orcid_holds_a_call(orcid, method="POST", path="/work", after=after):
        take_in(names(BOB, at="10:05"))

    claim = Claim.objects.get()
    if rule == "remove":
        assert works_of(orcid) == []
        assert claim.state == "deleted"
    else:
        assert Decision.objects.filter(orcid_id=ALICE, result="offer-removal").exists()
        assert (claim.state, claim.put_code is None) == ("done", False)


# --- permission and switch ------------------------------------------------------------------------
def test_a_permission_given_while_its_lane_is_worked_on_starts_what_waited_for_it(orcid, datacite, alice):
    registered(datacite, DOI)
    registered(datacite, "10.5072/other")
    alice.post("/orcid/search_and_link/withdraw")
    other = waiting_claim(ALICE, "10.5072/other", origin=Origin.AUTO_UPDATE)
    claim = waiting_claim(ALICE, DOI, origin=Origin.SEARCH_AND_LINK)

    with while_orcid_holds_a_call(orcid, method="POST", path="/work"):
        give_permission_again(orcid)

    assert (settle(claim).state, settle(other).state) == ("done", "done")


def give_permission_again(orcid) -> None:
    client_id = wiring.orcid_client(Purpose.SEARCH_AND_LINK).client_id
    answer = orcid.order("tokens", {"client_id": client_id, "orcid": ALICE, "scopes": list(SCOPES)})
    token = TokenAnswer(answer["access_token"], None, tuple(SCOPES), ALICE, "", None)
    grant.grant_permission(orcid_id=ALICE, purpose=Purpose.SEARCH_AND_LINK, token=token)


def test_a_work_on_the_record_stays_done_when_auto_update_is_off_before_its_correction(
    orcid, datacite, alice
):
    claim = a_work_on_the_record(datacite, Origin.AUTO_UPDATE)
    changed(datacite, Origin.AUTO_UPDATE, "Changed")
    alice.post("/settings/update", {"is_public": "on"})

    run_lanes()

    assert (settle(claim).state, claim.problem) == ("done", "not-updated")
    assert claim.put_code is not None
    page = alice.get(f"/works/{claim.uuid}").content.decode()
    assert f"/works/{claim.uuid}/remove" in page
    assert "Not updated: Auto-Update is switched off" in page

    alice.post("/settings/update", {"is_public": "on", "auto_update": "on"})
    waiting_claim(ALICE, DOI, origin=Origin.AUTO_UPDATE)
    run_lanes()
    assert (settle(claim).state, claim.problem) == ("done", "")
    assert [work["title"]["title"]["value"] for work in works_of(orcid)] == ["Changed"]


def test_a_token_that_is_refused_once_costs_no_claim_however_long_it_waited(orcid, datacite, alice):
    for doi in (DOI, "10.5072/other"):
        registered(datacite, doi)
    old = waiting_claim(ALICE, DOI, urgent=True)
    other = waiting_claim(ALICE, "10.5072/other")
    Claim.objects.filter(pk=old.pk).update(requested_at=clock.now() - timedelta(days=30))
    refused = {"error": "invalid_token", "error_description": "Invalid access token: x"}
    orcid.fail_next(path="/work", method="POST", status=401, body=refused)

    run_lanes()
    assert (settle(old).state, old.problem) == ("waiting", "token-refused")
    assert settle(other).state == "done"

    an_hour_passes()
    run_lanes()
    assert settle(old).state == "done"


# --- lost answers ---------------------------------------------------------------------------------
def an_hour_passes() -> None:
    Claim.objects.filter(state="waiting").update(due_at=clock.now())
    Lane.objects.update(due_at=clock.now())


def test_a_bulk_whose_answer_was_lost_costs_one_read_of_the_record(orcid, datacite, alice):
    claims = bulk(datacite, 20)
    orcid.fail_next(path="/works", method="POST", drop_after=True)
    run_lanes(seconds=3)
    assert {settle(claim).state for claim in claims} == {"waiting"}
    before = len(orcid.log(path="/v3.0/"))

    an_hour_passes()
    run_lanes()

    assert {settle(claim).state for claim in claims} == {"done"}
    assert len(works_of(orcid)) == 20
    calls = [
        f"{call['method']} {call['path'].rsplit('/', 1)[1]}" for call in orcid.log(path="/v3.0/")[before:-1]
    ]
    assert calls == ["GET works"]


def test_outcomes_are_recorded_while_the_turn_goes_on(orcid, datacite, alice):
    claims = bulk(datacite, 24)
    run_lanes()
    for claim in claims:
        waiting_claim(ALICE, claim.doi, action=ClaimAction.DELETE)

    with while_orcid_holds_a_call(orcid, method="DELETE", path="/work/", skip=21):
        wait_until(lambda: Claim.objects.filter(state="deleted").count() >= 20, seconds=20)

    assert {settle(claim).state for claim in claims} == {"deleted"}


def test_the_story_of_a_claim_stopped_while_it_was_sent_says_so(orcid, datacite, alice):
    take_in(names(ALICE, at="10:00"))
    registered(datacite, DOI)

    with while_orcid_holds_a_call(orcid, method="POST", path="/work", after=True):
        take_in(names(BOB, at="10:05"))

    claim = Claim.objects.get()
    # Stopped while the call was under way: the record is read, because the work may be there.
    assert [(line.event, line.note) for line in history_of(claim)] == [
        ("request", "new registered"),
        ("request", "not-named"),
        ("succeed", ""),
        ("succeed", ""),
    ]
    assert [call.verb for call in attempts_of(claim)] == ["add"]
    assert clock.now() - claim.updated_at < timedelta(minutes=5)
